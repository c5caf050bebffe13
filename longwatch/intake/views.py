# SPDX-License-Identifier: Apache-2.0
"""The inbox and the page of a signal."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from longwatch.access import selectors as access_selectors
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.intake import selectors
from longwatch.intake.forms import SNOOZES, DismissForm, FilterForm, SnoozeForm
from longwatch.intake.inbox import (
    Head,
    Inbox,
    InboxFilter,
    Seen,
    duplicate_candidates,
    duplicates_of,
    entity_counts,
    inbox,
    payload_heads,
    signal_for_page,
)
from longwatch.intake.inbox_rows import RowWriter
from longwatch.intake.models import Occurrence, Signal
from longwatch.intake.quiet_rules import is_flapping
from longwatch.intake.quiet_selectors import rule_of
from longwatch.intake.sentences import SENTENCES, ranking
from longwatch.intake.services import identities
from longwatch.intake.triage_rules import IN_INBOX
from longwatch.intake.views_threads import keeping_out
from longwatch.records.selectors import timeline
from longwatch.records.sentences import sentence_of

OCCURRENCES = 10
LONGEST_SHOWN = 100_000
DISMISS_KEYS = "1234567890qwrt"
FILTER_NAMES = ("show", "sort", "words", "severity", "kind", "source", "assigned", "age", "place", "entity")


@require_GET
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The list, and beside it the signal that one is at."""
    actor = _reader(request)
    form = filter_form(request.GET, actor)
    wanted = form.wanted()
    context = list_context(request, actor, wanted)
    beside = {
        "form": form,
        "chosen": request.GET.get("signal", ""),
        "active": _active(form),
        "tabs": _tabs(wanted),
        # Where not all that is new will show, its number would be no promise.
        "partial": wanted != InboxFilter() or not context["page"].first,
    }
    return render(request, "intake/inbox.html", {**context, **beside, **outcomes()})


@require_GET
def inbox_rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that is live."""
    actor = _reader(request)
    wanted = FilterForm(request.GET).wanted()
    context = list_context(request, actor, wanted)
    return render(request, "intake/rows.html", {**context, "live": True})


@require_GET
def inbox_signal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """A signal for the right half of the inbox."""
    actor = _reader(request)
    context = detail_context(request, actor, signal_id)
    return render(request, "intake/detail.html", {**context, "in_list": True, "chosen": "chosen" in request.GET})


@require_GET
def signal_page(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """All about one signal, as far as the reader may know."""
    return render(request, "intake/signal.html", detail_context(request, _reader(request), signal_id))


@require_GET
def candidates(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Signals that this one may repeat, to choose from."""
    _reader(request)
    signal = signal_for_page(signal_id)
    found = duplicate_candidates(signal, request.GET.get("q", ""))
    context = {
        "signal": signal,
        "candidates": found,
        "q": request.GET.get("q", ""),
        "list": request.GET.get("list", ""),
    }
    return render(request, "intake/candidates.html", context)


@require_GET
def assignees(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Whom the signal can be given to."""
    actor = _reader(request)
    context = {"signal": signal_for_page(signal_id), "people": list(access_selectors.people(actor))}
    return render(request, "intake/assignees.html", {**context, "list": list_query(request.GET)})


@require_GET
def occurrences(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """Further arrivals of a signal."""
    _reader(request)
    signal = signal_for_page(signal_id)
    return render(
        request, "intake/occurrences.html", {"signal": signal, **_occurrences(signal, request.GET.get("after"))}
    )


@require_GET
def raw(request: HttpRequest, signal_id: UUID, occurrence_id: UUID) -> HttpResponse:
    """The bytes as they arrived; a browser saves them and never shows them."""
    _reader(request)
    found = selectors.occurrence(signal_id, occurrence_id)
    response = HttpResponse(bytes(found.raw), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="signal-{signal_id}-{occurrence_id}.raw"'
    return response


def filter_form(values: Any, actor: Actor) -> FilterForm:
    """The filter with its choices."""
    return FilterForm(values).offer(list(selectors.sources(actor)))


def list_context(request: HttpRequest, actor: Actor, wanted: InboxFilter) -> dict[str, Any]:
    """What the list of the inbox shows."""
    view = inbox(actor, wanted)
    page = view.page(request.GET.get("after"))
    risen = view.risen() if page.first else []
    above = {signal.id for signal in risen}
    rest = [signal for signal in page.rows if signal.id not in above]
    at = request.GET.get("signal", "") or next((str(signal.id) for signal in (*risen, *rest)), "")
    query = list_query(request.GET)
    empty = not page.rows and page.first and wanted == InboxFilter(sort=wanted.sort)
    judges = actor.may(Permission.SIGNAL_TRIAGE) and wanted.show != "judged"
    writer = RowWriter(wanted, query, selectable=judges)
    return {
        "risen": writer.rows(risen, at) if risen else "", "rows": writer.rows(rest, at), "at": at, "page": page,
        "total": view.total(), "wanted": wanted, "list": query,
        "older_url": _list_url(request.GET, page.next_cursor) if page.next_cursor else "",
        "newest_url": "" if page.first else _list_url(request.GET),
        "may_triage": judges,
        "first_start": empty and not selectors.sources(actor).exists(),
        "may_add_sources": actor.may(Permission.SOURCE_MANAGE),
        "clear_url": reverse("intake:inbox") + ("" if wanted.show == "open" else f"?show={wanted.show}"),
    }  # fmt: skip


def list_query(values: QueryDict) -> str:
    """The part of an inbox address that says which list one is in."""
    kept = [(name, value) for name in (*FILTER_NAMES, "after") for value in values.getlist(name) if value]
    return urlencode(kept)


def _list_url(values: QueryDict, after: str | None = None) -> str:
    kept = [(name, value) for name in FILTER_NAMES for value in values.getlist(name) if value]
    return f"{reverse('intake:inbox')}?{urlencode([*kept, *([('after', after)] if after else [])])}"


def inbox_of(actor: Actor, query: str) -> Inbox:
    """The inbox that a list query names."""
    return inbox(actor, FilterForm(QueryDict(query)).wanted())


def detail_context(request: HttpRequest, actor: Actor, signal_id: UUID) -> dict[str, Any]:
    """What the page of a signal shows; nothing that its reader may not know."""
    signal = signal_for_page(signal_id)
    now = clock.now()
    told = timeline(signal.id, by=actor, limit=20).rows
    return {
        "signal": signal,
        "why": ranking(signal, now),
        "entities": _entities(signal),
        "duplicates": duplicates_of(signal) if vars(signal)["repeated"] else [],
        "history": [(line, sentence_of(line.action, line.fields, SENTENCES)) for line in told],
        "judged": signal.status not in IN_INBOX,
        "snoozed": signal.snoozed_until is not None and signal.snoozed_until > now,
        "mine": signal.assignee_id == actor.id,
        "may_triage": actor.may(Permission.SIGNAL_TRIAGE),
        "list": list_query(request.GET),
        "report": report_lines(signal),
        "flapping": is_flapping(signal.sender_changes, now),
        "flaps": len(signal.sender_changes),
        "quiet_rule": rule_of(signal.suppression_id),
        **_reporter(signal, actor),
        **outcomes(),
        **_addresses(actor, signal),
        **_occurrences(signal, None),
    }


def _reporter(signal: Signal, actor: Actor) -> dict[str, Any]:
    """The exchange with whoever reported, whom they keep out, and who knows who they are."""
    if not signal.report:
        return {}
    known = bool(signal.report.get("identity"))
    return {
        "threads_url": address("intake:threads-of", signal.id),
        "keeping_out": keeping_out(signal, actor),
        "known_identity": known,
        "may_read_identity": known and identities.may_read(signal.id),
        "disclosures": identities.disclosures_of(signal.id) if known else [],
    }


def outcomes() -> dict[str, Any]:
    """The choices of the dialogs, with their keys."""
    reasons = DismissForm.base_fields["reason"].choices  # type: ignore[attr-defined]
    named = [(value, *str(label).partition(": ")[::2]) for value, label in reasons]
    return {
        "reasons": [(key, *reason) for key, reason in zip(DISMISS_KEYS, named, strict=True)],
        "snoozes": [(str(key), value, label) for key, (value, label) in enumerate(SNOOZES, 1)],
        "snooze_form": SnoozeForm(auto_id="snooze-%s"),
        "dismiss_form": DismissForm(auto_id="dismiss-%s"),
    }


def report_lines(signal: Signal) -> list[tuple[str, str]]:
    """What a person told besides what happened, with the question it answers."""
    report = signal.report
    lines = [
        (_("When"), report.get("when")),
        (_("Who is involved"), report.get("who")),
        (_("Who reported"), "" if report.get("identity") or not report else _("They chose to stay anonymous.")),
        (_("Language"), dict(settings.LANGUAGES).get(report.get("language", ""), report.get("language"))),
    ]
    return [(question, str(answer)) for question, answer in lines if answer]


@dataclass(frozen=True, slots=True)
class Named:
    """An entity with how often it was seen."""

    kind: str
    value: str
    part: str
    url: str
    seen: Seen | None


def _entities(signal: Signal) -> list[Named]:
    ids = [UUID(entity["id"]) for entity in signal.entities if entity.get("id")]
    counts = entity_counts(ids) if ids else {}
    return [
        Named(
            entity.get("kind", ""), entity.get("value", ""), entity.get("part", ""),
            address("entities:entity", entity["id"]) if entity.get("id") else "",
            counts.get(UUID(entity["id"])) if entity.get("id") else None,
        )
        for entity in signal.entities
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """An occurrence with its payload as people can read it."""

    occurrence: Occurrence
    sha256: str
    size: int
    text: str


def _occurrences(signal: Signal, cursor: str | None) -> dict[str, Any]:
    page = selectors.occurrences(signal.id, cursor=cursor, limit=OCCURRENCES)
    heads = payload_heads(signal.id, page.rows, LONGEST_SHOWN) if page.rows else {}
    arrivals = [
        Arrival(each, bytes(each.sha256).hex(), heads[each.id].size, readable(heads[each.id])) for each in page.rows
    ]
    return {"arrivals": arrivals, "arrivals_page": page}


def readable(head: Head) -> str:
    """The payload as indented JSON or as text; nothing when it is too large to show."""
    if head.size > LONGEST_SHOWN:
        return ""
    try:
        return json.dumps(json.loads(head.raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return head.raw.decode(errors="replace")


def address(name: str, *values: object, query: str = "") -> str:
    """The address of a page of another package, or nothing where there is none."""
    try:
        return reverse(name, args=values) + query
    except NoReverseMatch:
        return ""


def _addresses(actor: Actor, signal: Signal) -> dict[str, str]:
    this = f"?signal={signal.id}"
    may_open = actor.may(Permission.INCIDENT_OPEN)
    return {
        "open_incident_url": address("incidents:open", query=this) if may_open else "",
        "add_url": address("incidents:add-signals", query=this) if may_open else "",
        "open_case_url": address("cases:open", query=this) if actor.may(Permission.CASE_OPEN) else "",
        "history_url": address("search:history", query=f"?kind=signal&id={signal.id}"),
        "holders_url": address("search:holders", query=this),
        "exhibits_url": address("evidence:of-record", "signal", signal.id),
    }


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_READ)


def _tabs(wanted: InboxFilter) -> list[dict[str, object]]:
    names = [("open", _("To judge")), ("snoozed", _("Snoozed")), ("quiet", _("Kept quiet")), ("judged", _("Judged"))]
    here = reverse("intake:inbox")
    return [
        {"name": name, "url": here if show == "open" else f"{here}?show={show}", "current": wanted.show == show}
        for show, name in names
    ]


def _active(form: FilterForm) -> int:
    """How many filters are set, besides the words and the order."""
    return sum(
        bool(form.cleaned_data.get(name))
        for name in ("severity", "kind", "source", "assigned", "age", "place", "entity")
    )
