# SPDX-License-Identifier: Apache-2.0
"""Incidents in the JSON API: the same services as the pages."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema, Status

from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.entities.api_desk import add_people_routes
from longwatch.grouping import selectors as grouping
from longwatch.grouping.models import Group
from longwatch.grouping.schemas import GroupOut
from longwatch.incidents import selectors
from longwatch.incidents.models import Incident, Responder
from longwatch.incidents.schemas import (
    AmendmentIn,
    ClosureIn,
    CommandIn,
    IncidentIn,
    IncidentOut,
    IncidentPage,
    MergeIn,
    ResponderIn,
    ResponderOut,
    SeverityChangeIn,
    StatusIn,
)
from longwatch.incidents.selectors import Wanted
from longwatch.incidents.sentences import CATALOGUE
from longwatch.incidents.services import amending, auto_opening, closing, merging, moving, opening, responding
from longwatch.intake.models import Signal
from longwatch.records.api_desk import add_link_routes, add_task_routes, add_timeline_routes
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.schemas import LinkIn, ReasonIn
from longwatch.records.selectors import links_of
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Incidents"])
ONE = "/incidents/{uuid:incident_id}"
MOST = 200


class Filters(Schema):
    """What the list is narrowed to."""

    status: str = ""
    severity: str = ""
    category: str = ""
    commander: str = ""
    q: str = ""
    cursor: str | None = None
    limit: int = 50


def _reader(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.INCIDENT_READ)


def _load(request: HttpRequest, record_id: UUID) -> tuple[RecordRef, Actor]:
    actor = _reader(request)
    return selectors.incident_ref(_seen(selectors.incident(record_id), actor)), actor


def _seen(incident: Incident, actor: Actor) -> Incident:
    if incident.restricted:
        saw(RecordKind.INCIDENT, incident.id, [incident.compartment_id], by=actor)
    return incident


def _answer(response: HttpResponse, incident: Incident) -> Incident:
    tag(response, incident.version)
    return incident


@router.get("/incidents", response=IncidentPage, summary="Incidents")
def incident_list(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """A page, newest first; `status=open` for all open ones, `severity=3` for high and worse."""
    actor = _reader(request)
    wanted = Wanted(filters.status, filters.severity, filters.category, filters.commander, filters.q)
    limit = max(1, min(filters.limit, MOST))
    page = selectors.incidents(actor, wanted, cursor=filters.cursor, limit=limit)
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post("/incidents", response={201: IncidentOut}, summary="Open an incident")
def open_incident(request: HttpRequest, payload: IncidentIn, response: HttpResponse) -> Status[Any]:
    """By hand or from signals; severity and readers come from the category when not given."""
    incident = opening.open_incident(**payload.dict(), by=_reader(request))
    response.headers["Location"] = reverse("api:incident", args=[incident.id])
    return Status(201, _answer(response, incident))


@router.get(ONE, response=IncidentOut, summary="An incident", url_name="incident")
def incident(request: HttpRequest, incident_id: UUID, response: HttpResponse) -> Incident:
    """The incident, with its version as ETag."""
    _reader(request)
    return _answer(response, _seen(selectors.incident(incident_id), _reader(request)))


@router.patch(ONE, response=IncidentOut, summary="Amend an incident")
def amend(
    request: HttpRequest, incident_id: UUID, payload: AmendmentIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """Change descriptive fields; those left out stay as they are."""
    actor = _reader(request)
    nullable = {"latitude", "longitude", "occurred_at", "next_action_due"}
    sent = {
        name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None or name in nullable
    }
    return _answer(response, amending.amend_incident(incident_id, sent, by=actor, expected_version=version))


@router.put(f"{ONE}/severity", response=IncidentOut, summary="Change the severity")
def severity(
    request: HttpRequest, incident_id: UUID, payload: SeverityChangeIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """Raise or lower it, saying why."""
    changed = moving.change_severity(
        incident_id, payload.severity, reason=payload.reason, by=_reader(request), expected_version=version
    )
    return _answer(response, changed)


@router.put(f"{ONE}/status", response=IncidentOut, summary="Change the status")
def status(
    request: HttpRequest, incident_id: UUID, payload: StatusIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """Move it along, or back for a reason; closing, merging and reopening have resources of their own."""
    changed = moving.change_status(
        incident_id, payload.status, reason=payload.reason, by=_reader(request), expected_version=version
    )
    return _answer(response, changed)


@router.put(f"{ONE}/command", response=IncidentOut, summary="Hand over command")
def command(
    request: HttpRequest, incident_id: UUID, payload: CommandIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """Make somebody the commander, or nobody."""
    changed = responding.hand_over_command(
        incident_id, payload.account_id, reason=payload.reason, by=_reader(request), expected_version=version
    )
    return _answer(response, changed)


@router.get(f"{ONE}/responders", response=list[ResponderOut], summary="Responders")
def responder_list(request: HttpRequest, incident_id: UUID) -> Iterable[Responder]:
    """Everybody who has or had a role, with its times."""
    record, _actor = _load(request, incident_id)
    return selectors.responders(record.id)


@router.post(f"{ONE}/responders", response={201: ResponderOut}, summary="Add a responder")
def add_responder(request: HttpRequest, incident_id: UUID, payload: ResponderIn, response: HttpResponse) -> Status[Any]:
    """Give somebody a role; into a restricted incident they are let in with that."""
    added = responding.add_responder(incident_id, payload.account_id, role=payload.role, by=_reader(request))
    tag(response, added.version)
    return Status(201, added)


@router.delete(f"{ONE}/responders/{{uuid:responder_id}}", response={204: None}, summary="Release a responder")
def release_responder(
    request: HttpRequest, incident_id: UUID, responder_id: UUID, version: IfMatch = None
) -> Status[Any]:
    """End a role; the history keeps it."""
    responding.release_responder(incident_id, responder_id, by=_reader(request), expected_version=version)
    return Status(204, None)


@router.post(f"{ONE}/merge", response=IncidentOut, summary="Merge into another incident")
def merge(
    request: HttpRequest, incident_id: UUID, payload: MergeIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """End this incident as part of another, which gets its signals."""
    merged = merging.merge_incident(
        incident_id, payload.into, reason=payload.reason, by=_reader(request), expected_version=version
    )
    return _answer(response, merged)


@router.post(f"{ONE}/closure", response=IncidentOut, summary="Close an incident")
def close(
    request: HttpRequest, incident_id: UUID, payload: ClosureIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """With how it ended, a summary, and the answer about a case."""
    closed = closing.close_incident(incident_id, **payload.dict(), by=_reader(request), expected_version=version)
    return _answer(response, closed)


@router.post(f"{ONE}/reopening", response=IncidentOut, summary="Reopen an incident")
def reopen(
    request: HttpRequest, incident_id: UUID, payload: ReasonIn, response: HttpResponse, version: IfMatch = None
) -> Incident:
    """From triage on, for a reason."""
    reopened = closing.reopen_incident(
        incident_id, reason=payload.reason, by=_reader(request), expected_version=version
    )
    return _answer(response, reopened)


@router.post("/groups/{uuid:group_id}/taking-out", response=GroupOut, summary="Take out", operation_id="group_take_out")
def take_group_out(
    request: HttpRequest, response: HttpResponse, group_id: UUID, body: ReasonIn, version: IfMatch = None
) -> Group:
    """Of the incident that its rule opened by itself; its signals return to the inbox."""
    actor = api_actor(request, Permission.SIGNAL_READ)
    group = auto_opening.take_out(group_id, body.reason, expected_version=version, by=actor)
    tag(response, grouping.versioned([group])[group.id])
    return group


class _Ties:
    """What belongs to an incident: signals and related incidents. Cases link the incidents they handle."""

    def link(self, record_id: UUID, wanted: LinkIn, by: Actor) -> Link:
        if wanted.to == "case" or wanted.kind not in (None, LinkKind.RELATED):
            sentence = "An incident is linked to signals and related incidents; a case links the incidents it handles."
            raise Invalid(sentence, fields={"to" if wanted.to == "case" else "kind": sentence})
        if wanted.to == "incident":
            return merging.link_related(record_id, wanted.id, reason=wanted.reason, by=by)
        opening.add_signals(record_id, [wanted.id], by=by)
        return links_of(record_id).get(from_id=wanted.id)

    def unlink(self, record_id: UUID, link_id: UUID, reason: str, by: Actor, version: int | None) -> Link:
        return merging.unlink_related(record_id, link_id, reason=reason, by=by, expected_version=version)

    def add_signals(self, record_id: UUID, signal_ids: Sequence[UUID], by: Actor) -> object:
        return opening.add_signals(record_id, signal_ids, by=by)

    def release_signal(self, record_id: UUID, signal_id: UUID, reason: str, by: Actor, version: int | None) -> Signal:
        return merging.release_signal(record_id, signal_id, reason=reason, by=by, expected_version=version)


add_link_routes(router, "incidents", _load, _Ties())
add_people_routes(router, "incidents", _load)
add_timeline_routes(router, "incidents", _load, CATALOGUE)
add_task_routes(router, "incidents", _load)
