# SPDX-License-Identifier: Apache-2.0
"""Panels that any record's page can show: its evidence, and its history."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.selectors import SectionSeen, sections_of
from longwatch.cases.views.frame import readers_of
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.evidence.custody_report import custody_answer
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.reporting import report_on_all
from longwatch.evidence.services.withdrawing import withdraw_exhibit
from longwatch.evidence.views import Adding, custody_fragment, exhibits_fragment
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef, placed
from longwatch.search.history import history as history_of
from longwatch.search.records_directory import described, record_ref, url_of
from longwatch.web.toasts import say


@require_http_methods(["GET", "POST"])
def exhibits(request: HttpRequest, kind: str = "", record_id: UUID | None = None) -> HttpResponse:
    """The evidence of a record; POST adds files to it."""
    record, actor = _asked(request, kind, record_id)
    if not actor.may(Permission.EVIDENCE_READ):
        raise NotFound
    if request.method == "POST":
        return _add(request, record, actor)
    return _panel(request, record, actor)


@require_POST
def withdrawal(request: HttpRequest, kind: str, record_id: UUID, exhibit_id: UUID) -> HttpResponse:
    """Withdraw an exhibit, for a reason."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    row = withdraw_exhibit(record, exhibit_id, reason=request.POST.get("reason", ""), by=actor)
    say(request, _("Exhibit %(number)s withdrawn.") % {"number": row.mark})
    return _after(request, record, actor)


@require_POST
def custody_report(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The custody report of all exhibits of a record as PDF, for a reason."""
    record, actor = _asked(request, kind, record_id)
    if not actor.may(Permission.EVIDENCE_READ):
        raise NotFound
    try:
        made = report_on_all(record, reason=request.POST.get("reason", ""), by=actor)
    except LongwatchError as refusal:
        return _panel(request, record, actor, refusal)
    return custody_answer(made, viewer=actor.label)


@require_GET
def custody(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """The chain of custody of an exhibit."""
    return custody_fragment(request, exhibit_id)


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """What else is known of those a record names, as far as the reader may see."""
    require_reading(actor_in(request), Permission.SEARCH_USE)
    record, actor = _asked(request)
    template = "search/history.html" if request.headers.get("HX-Request") else "search/history_page.html"
    return render(request, template, {"record": record, "history": history_of(record, actor)})


@require_GET
def holders(request: HttpRequest) -> HttpResponse:
    """The incidents and cases that a signal belongs to, as far as the reader may see them."""
    reader = require_reading(actor_in(request), Permission.SIGNAL_READ)
    try:
        signal_id = UUID(request.GET.get("signal", ""))
    except ValueError:
        raise NotFound from None
    ties = Link.objects.filter(kind=LinkKind.BELONGS, from_id=signal_id, ended_at=None).order_by("created_at")
    wanted = [(tie.to_kind, tie.to_id) for tie in ties if reader.may(READING[RecordKind(tie.to_kind)])]
    return render(request, "search/holders.html", {"records": described(wanted).values()})


def _asked(request: HttpRequest, kind: str = "", record_id: UUID | None = None) -> tuple[RecordRef, Actor]:
    kind = kind or request.GET.get("kind", "")
    text = request.GET.get("id") or request.GET.get("record") or ""
    try:
        return record_ref(kind, record_id or UUID(text), actor_in(request))
    except ValueError:
        raise NotFound from None


def _add(request: HttpRequest, record: RecordRef, actor: Actor) -> HttpResponse:
    files: list[UploadedFile[bytes] | None] = [*request.FILES.getlist("file")]
    place = placed(record, section_asked(request))
    try:
        # All or none: who sends five files must not have to find out which of them arrived.
        with transaction.atomic():
            rows = [add_exhibit(place, each, note=request.POST.get("note", ""), by=actor) for each in files or [None]]
    except LongwatchError as refusal:
        return _panel(request, record, actor, refusal)
    said = ngettext("Exhibit %(numbers)s added.", "Exhibits %(numbers)s added.", len(rows))
    say(request, said % {"numbers": ", ".join(row.mark for row in rows)})
    return _after(request, record, actor)


def _after(request: HttpRequest, record: RecordRef, actor: Actor) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(url_of(record))
    return _panel(request, record, actor)


def _panel(
    request: HttpRequest, record: RecordRef, actor: Actor, refused: LongwatchError | None = None
) -> HttpResponse:
    signals = Link.objects.filter(kind=LinkKind.BELONGS, to_id=record.id, ended_at=None)
    inside = sections_inside(record)
    adding = Adding(actor.may(record.work_permission), inside, readers_of(record) if inside else "")
    return exhibits_fragment(
        request, record, actor=actor, adding=adding, address=_address(record),
        came_with=list(signals.values_list("from_id", flat=True)), refused=refused,
    )  # fmt: skip


def sections_inside(record: RecordRef) -> list[SectionSeen]:
    """The sections of a case that the reader is inside; other records have none."""
    return [each for each in sections_of(record.id) if each.inside] if record.kind == RecordKind.CASE else []


def section_asked(request: HttpRequest) -> UUID | None:
    """The section that a form was sent for; refuses (404) what is none."""
    text = request.POST.get("section", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _address(record: RecordRef) -> str:
    return reverse("evidence:of-record", args=[record.kind, record.id])
