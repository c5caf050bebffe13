# SPDX-License-Identifier: Apache-2.0
"""The exchange with a reporter, for the team: on the page of the report, and of what the report became part of."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access import selectors as access_selectors
from longwatch.access.models import Exclusion
from longwatch.access.permission import actor_in, require_reading, signed_in
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.intake.forms import ReplyForm
from longwatch.intake.models import Thread
from longwatch.intake.services import enclosing, threads
from longwatch.records.models import RecordKind
from longwatch.web.toasts import say

READERS = (Permission.SIGNAL_READ, Permission.INCIDENT_READ, Permission.CASE_READ)


@require_GET
def of_record(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The exchanges of a report, incident or case; an empty part where there are none to see."""
    actor = _reader(request)
    found = threads.threads_of(subject_id)
    stand = threads.standings([each.signal_id for each in found]) if found else {}
    panels = [_panel(each, stand.get(each.signal_id), actor) for each in found]
    return render(request, "intake/threads.html", {"panels": panels})


@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """One exchange; what is written here the reporter reads."""
    actor = _reader(request)
    found = Thread.objects.filter(id=thread_id).first()
    if found is None:
        raise NotFound
    if request.method == "GET":
        return _shown(request, found, actor)
    form = ReplyForm(request.POST)
    try:
        threads.write_to_reporter(found.id, request.POST.get("text", ""), by=actor)
    except LongwatchError as refusal:
        if refusal.status != 422:
            raise
        form.add_error("text", refusal.sentence)
        return _shown(request, found, actor, form=form, status=422)
    say(request, _("The reporter sees it when they next look."))
    if request.htmx:  # type: ignore[attr-defined]
        return _shown(request, found, actor)
    return redirect("intake:thread", thread_id=found.id)


@require_POST
def exclusions(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Keep one more person from a report."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    row = enclosing.exclude(
        signal_id, _uuid(request.POST.get("account", "")), reason="Named by the reporter, matched by hand", by=actor
    )
    say(request, _("%(name)s will not see this report.") % {"name": row.account.name})
    return redirect("intake:signal", signal_id=signal_id)


def keeping_out(signal: Any, actor: Actor) -> dict[str, Any]:
    """Whom the reporter keeps out, for those who may see the report: by name, and what could not be matched."""
    told = signal.report.get("keep_from")
    if not told:
        return {}
    kept = Exclusion.objects.filter(compartment_id=signal.compartment_id).select_related("account")
    people = access_selectors.people(actor) if actor.may(Permission.SIGNAL_TRIAGE) else ()
    return {
        "told": told, "unknown": signal.report.get("keep_from_unknown", ()), "people": people,
        "names": [each.account.name for each in kept],
    }  # fmt: skip


def _shown(
    request: HttpRequest, found: Thread, actor: Actor, *, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    template = "intake/thread.html" if request.htmx else "intake/thread_page.html"  # type: ignore[attr-defined]
    standing = threads.standings([found.signal_id]).get(found.signal_id)
    panel = _panel(found, standing, actor, form=form)
    return render(request, template, {"panel": panel, "signal_id": found.signal_id}, status=status)


def _panel(
    found: Thread, standing: threads.Standing | None, actor: Actor, *, form: ReplyForm | None = None
) -> dict[str, Any]:
    said = threads.messages_of(found)
    new = {each.number for each in said[-1:] if standing and standing.unread}
    if standing:
        threads.seen(found, standing.number, by=actor)
    kind, subject_id = (found.record_kind, found.record_id) if found.record_id else (RecordKind.SIGNAL, found.signal_id)
    saw(kind, subject_id, [found.compartment_id], by=actor)
    return {
        "thread": found, "messages": said, "new": new, "waits": bool(standing and standing.author == "team"),
        "wrote": bool(standing and standing.author == "reporter"),
        "form": form or ReplyForm(auto_id=f"reply-{found.id}-%s"),
        "may_write": any(actor.may(each) for each in threads.WRITERS),
    }  # fmt: skip


def _reader(request: HttpRequest) -> Actor:
    actor = signed_in(request)
    if not any(actor.may(each) for each in READERS):
        raise NotFound
    return actor


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
