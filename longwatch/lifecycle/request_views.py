# SPDX-License-Identifier: Apache-2.0
"""Requests of data subjects: for privacy officers the list and each request, for owners of records what they decide."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.cases import selectors as cases
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.incidents import selectors as incidents
from longwatch.lifecycle import selectors, subjects
from longwatch.lifecycle.forms import AnswerForm, ExtensionForm, FindingForm, RequestForm
from longwatch.lifecycle.models import RequestKind, SubjectFinding, SubjectRequest
from longwatch.lifecycle.package import package_json, package_pdf
from longwatch.lifecycle.sending import sent
from longwatch.lifecycle.services import answering
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.web.toasts import say

FORM = require_http_methods(["GET", "POST"])
MOST = 100
PACKAGES = {"json": (package_json, "application/json"), "pdf": (package_pdf, "application/pdf")}


@never_cache
@FORM
def requests(request: HttpRequest) -> HttpResponse:
    """Requests that wait and those answered; POST opens one."""
    actor = require_reading(actor_in(request), Permission.SUBJECT_REQUEST)
    form = RequestForm(request.POST or None)
    made: list[SubjectRequest] = []

    def begin() -> None:
        made.append(answering.open_request(answering.Opening(**form.cleaned_data), by=actor))
        say(request, _("Opened and searched. The owners of what was found are asked."))

    status = sent(request, form, begin)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:request", args=[made[0].id]))
    context = {
        "form": form, "waiting": subjects.requests(answered=False)[:MOST],
        "answered": subjects.requests(answered=True)[:MOST],
    }  # fmt: skip
    return render(request, "lifecycle/requests.html", context, status=status)


@never_cache
@FORM
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: what was found, who decides, what was decided; POST answers and closes it."""
    actor = require_reading(actor_in(request), Permission.SUBJECT_REQUEST)
    row = subjects.subject_request(request_id)
    form = AnswerForm(request.POST or None)

    def close() -> None:
        answering.answer(request_id, **form.cleaned_data, by=actor)
        say(request, _("The request is answered and closed."))

    status = sent(request, form, close)
    if not status:
        return HttpResponseRedirect(request.path)
    return render(request, "lifecycle/request.html", _request_context(row, actor) | {"form": form}, status=status)


@require_POST
def search(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Look again for records that name the person."""
    actor = require_reading(actor_in(request), Permission.SUBJECT_REQUEST)
    found = answering.search_again(request_id, by=actor)
    words = ngettext("%(n)s more record names the person.", "%(n)s more records name the person.", found)
    say(request, words % {"n": found} if found else _("Nothing new was found."))
    return HttpResponseRedirect(reverse("lifecycle:request", args=[request_id]))


@never_cache
@FORM
def extension(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take longer, for a reason."""
    actor = require_reading(actor_in(request), Permission.SUBJECT_REQUEST)
    row = subjects.subject_request(request_id)
    form = ExtensionForm(request.POST or None)

    def extend() -> None:
        answering.extend(request_id, **form.cleaned_data, by=actor)
        say(request, _("The due date has changed. Tell the person, and why."))

    status = sent(request, form, extend)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:request", args=[request_id]))
    return render(request, "lifecycle/extension.html", {"row": row, "form": form}, status=status)


@never_cache
@require_POST
def package(request: HttpRequest, request_id: UUID, sort: str) -> HttpResponse:
    """What may be disclosed, as a file. Taking it is written down, so nobody takes it by a link."""
    actor = require_reading(actor_in(request), Permission.SUBJECT_REQUEST)
    row = subjects.subject_request(request_id)
    if sort not in PACKAGES:
        raise NotFound
    require_recent(request)
    make, content_type = PACKAGES[sort]
    answering.take_package(row, sort, by=actor)
    response = HttpResponse(make(row, subjects.findings(row.id)), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="subject-request-{row.id.hex[-8:]}.{sort}"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


@never_cache
@FORM
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """What a record holds about a person, for whoever decides; others inside see that it waits, and nothing of it."""
    actor = signed_in(request)
    asked = subjects.asked(finding_id)
    try:
        row, record = answering.finding_to_decide(finding_id, by=actor)
    except NotAllowed:
        if request.method == "POST":
            raise
        return render(request, "lifecycle/finding.html", _asked_context(asked))
    subjects.noted([row], by=actor)
    initial = {"extract": "" if row.decided_at else _proposal(row, asked)}
    form = FindingForm(request.POST or None, kind=asked.kind, initial=initial)

    def decide() -> None:
        answering.decide_finding(finding_id, **form.cleaned_data, by=actor)
        say(request, _("Decided. The privacy officer sees it."))

    status = sent(request, form, decide)
    if not status:
        return HttpResponseRedirect(request.path)
    context = _asked_context(asked) | {
        "row": row, "form": form, "record": record, "record_url": _url(record), "may_decide": not asked.answered,
        "held": row.record_kind in ("case", "incident") and selectors.is_held(row.record_id), "places": _places(row),
    }  # fmt: skip
    return render(request, "lifecycle/finding.html", context, status=status)


def _asked_context(asked: subjects.Asked) -> dict[str, Any]:
    return {"asked": asked, "kind_words": RequestKind(asked.kind).label}


def _proposal(row: SubjectFinding, asked: subjects.Asked) -> str:
    if row.record_kind == subjects.ACCOUNT:
        return subjects.account_words(row.record_id)
    return "\n\n".join(dict.fromkeys(text for _place, text in subjects.passages(row.record_id, asked.words)))


def _url(record: RecordRef | None) -> str:
    if record is None:
        return ""
    route = {"case": "cases:case", "incident": "incidents:incident", "signal": "intake:signal"}[record.kind]
    return reverse(route, args=[record.id if record.kind == RecordKind.SIGNAL else record.reference])


def _places(row: SubjectFinding) -> list[tuple[Any, int]]:
    known = {**selectors.PLACES, "access_account": _("An account of Longwatch")}
    return [(known.get(place, place), amount) for place, amount in row.places.items()]


def _request_context(row: SubjectRequest, by: Actor) -> dict[str, Any]:
    found = list(subjects.findings(row.id))
    subjects.noted(subjects.telling(found), by=by)
    references = _references(found)
    lines = [(each, references.get(each.record_id, ""), _places(each)) for each in found]
    waiting = sum(1 for each in found if not each.decided_at)
    return {
        "row": row, "lines": lines, "waiting": waiting, "decided": len(found) - waiting,
        "words": subjects.words_of(row.person, row.identifiers)[1:],
    }  # fmt: skip


def _references(found: list[SubjectFinding]) -> dict[UUID, str]:
    """Of those records that the reader may see themselves."""
    ids = [each.record_id for each in found]
    seen = [*cases.cases_by_ids(ids), *incidents.incidents_by_ids(ids)]
    return {each.id: each.reference for each in seen}
