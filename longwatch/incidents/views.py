# SPDX-License-Identifier: Apache-2.0
"""Reading incidents: the list, an incident's page with its tabs, its parts, its print."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.oversight import SightKind
from longwatch.access.permission import signed_in
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.incidents import selectors
from longwatch.incidents.forms import WORST_FIRST
from longwatch.incidents.models import Incident, IncidentStatus
from longwatch.incidents.pages import DESK, address, find, frame, reader
from longwatch.incidents.selectors import Wanted
from longwatch.incidents.sentences import CATALOGUE
from longwatch.intake import selectors as intake_selectors
from longwatch.records.categories import ALL
from longwatch.records.models import LinkKind, RecordKind
from longwatch.records.reading import read_timeline
from longwatch.records.selectors import links_of
from longwatch.records.views import wants_all

PRINTED_LINES = 500


@require_GET
def incident_list(request: HttpRequest) -> HttpResponse:
    """All incidents the reader may see, newest first, narrowed by the query string."""
    actor = reader(request)
    named = {name: request.GET.get(name, "") for name in ("status", "severity", "category", "commander")}
    wanted = Wanted(text=request.GET.get("q", "").strip(), **named)
    page = selectors.incidents(actor, wanted, cursor=request.GET.get("after"))
    context = {
        "page": page, "wanted": wanted, "statuses": IncidentStatus.choices, "severities": WORST_FIRST,
        "groups": {category.code.partition("-")[0]: category.group for category in ALL},
        "may_open": actor.may(Permission.INCIDENT_OPEN),
    }  # fmt: skip
    return render(request, "incidents/list.html", context)


@require_GET
def incident(request: HttpRequest, reference: str) -> HttpResponse:
    """The incident: header, composer, timeline, side column."""
    found = find(request, reference)
    record = selectors.incident_ref(found)
    context = frame(request, found, "incident") | DESK.timeline_part(request, record) | _side(request, found)
    context["notices"] = selectors.notices(found.id)
    return render(request, "incidents/incident.html", context)


@require_GET
def head(request: HttpRequest, reference: str) -> HttpResponse:
    """The header alone, for live refresh."""
    return render(request, "incidents/head.html", frame(request, find(request, reference), ""))


@require_GET
def side(request: HttpRequest, reference: str) -> HttpResponse:
    """The side column alone, for live refresh."""
    found = find(request, reference)
    return render(request, "incidents/side.html", frame(request, found, "") | _side(request, found))


@require_GET
def tasks(request: HttpRequest, reference: str) -> HttpResponse:
    """The tasks of the incident."""
    found = find(request, reference)
    part = DESK.tasks_part(selectors.incident_ref(found))
    return render(request, "incidents/tasks.html", frame(request, found, "tasks") | part)


@require_GET
def evidence(request: HttpRequest, reference: str) -> HttpResponse:
    """The evidence of the incident, as the evidence package shows it."""
    found = find(request, reference)
    return render(request, "incidents/evidence.html", frame(request, found, "evidence"))


@require_GET
def links(request: HttpRequest, reference: str) -> HttpResponse:
    """What the incident is tied to: signals, incidents, cases."""
    found = find(request, reference)
    return render(request, "incidents/links.html", frame(request, found, "links") | _ties(request, found))


@require_GET
def signals(request: HttpRequest, reference: str) -> HttpResponse:
    """The signals of the incident as a part of its page."""
    found = find(request, reference)
    return render(request, "incidents/signals.html", frame(request, found, "") | _signals(request, found))


@require_GET
def printable(request: HttpRequest, reference: str) -> HttpResponse:
    """The incident on paper: facts, people, tasks and the timeline from its beginning."""
    found = find(request, reference)
    if found.restricted:
        saw(RecordKind.INCIDENT, found.id, [found.compartment_id], how=SightKind.PRINTED, by=signed_in(request))
    reading = read_timeline(request, found.id, CATALOGUE, by=signed_in(request), limit=PRINTED_LINES)
    context = frame(request, found, "") | _side(request, found, whole=True) | _signals(request, found)
    context |= {"reading": reading, "lines": list(reversed(reading.lines)), "left_out": bool(reading.page.next_cursor)}
    return render(request, "incidents/print.html", context)


def _side(request: HttpRequest, found: Incident, *, whole: bool = False) -> dict[str, Any]:
    record = selectors.incident_ref(found)
    everybody = list(selectors.responders(found.id))
    return {
        **DESK.tasks_part(record, whole=whole or wants_all(request, "tasks")),
        **DESK.people_part(record, whole=whole or wants_all(request, "people")),
        "responders": [row for row in everybody if row.renounced_at is None],
        "former": [row for row in everybody if row.renounced_at is not None],
    }  # fmt: skip


def _signals(request: HttpRequest, found: Incident) -> dict[str, Any]:
    ids = selectors.signal_ids(found.id) if reader(request).may(Permission.SIGNAL_READ) else []
    rows = intake_selectors.signals_by_ids(ids) if ids else []
    shown = [(signal, address("intake:signal", signal.id)) for signal in rows]
    return {"signals": shown, "may_release": reader(request).may(Permission.SIGNAL_TRIAGE) and found.is_open}


def _ties(request: HttpRequest, found: Incident) -> dict[str, Any]:
    rows = [tie for tie in links_of(found.id) if tie.from_kind == tie.to_kind == "incident"]
    others = {tie.to_id if tie.from_id == found.id else tie.from_id: tie for tie in rows}
    known = selectors.incidents_by_ids(list(others))
    ties = [{"incident": other, "tie": others[other.id], "words": _words(found, others[other.id])} for other in known]
    return _signals(request, found) | {"ties": ties}


def _words(found: Incident, tie: Any) -> str:
    if tie.kind == LinkKind.DUPLICATE:
        return "merged_into" if tie.from_id == found.id else "merged_from"
    return "related"
