# SPDX-License-Identifier: Apache-2.0
"""Incidents in the JSON API: the same services as the pages."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.models import Mention
from longwatch.entities.services import mentions
from longwatch.incidents import selectors
from longwatch.incidents.models import Incident, Responder
from longwatch.incidents.schemas import (
    AmendmentIn,
    ClosureIn,
    CommandIn,
    IncidentIn,
    IncidentOut,
    IncidentPage,
    LinkOut,
    MentionIn,
    MentionOut,
    MergeIn,
    RelatedIn,
    ResponderIn,
    ResponderOut,
    SeverityChangeIn,
    SignalsIn,
    StatusIn,
)
from longwatch.incidents.selectors import Wanted
from longwatch.incidents.sentences import CATALOGUE
from longwatch.incidents.services import amending, closing, merging, moving, opening, responding
from longwatch.records.api_desk import add_task_routes, add_timeline_routes
from longwatch.records.models import Link
from longwatch.records.reference import RecordRef
from longwatch.records.schemas import ReasonIn
from longwatch.records.selectors import readable_links
from longwatch.web.conditional import api_actor, if_match, tag

router = Router(tags=["incidents"])
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
    return selectors.incident_ref(selectors.incident(record_id)), actor


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
    return _answer(response, selectors.incident(incident_id))


@router.patch(ONE, response=IncidentOut, summary="Amend an incident")
def amend(request: HttpRequest, incident_id: UUID, payload: AmendmentIn, response: HttpResponse) -> Incident:
    """Change descriptive fields; those left out stay as they are."""
    actor = _reader(request)
    nullable = {"latitude", "longitude", "occurred_at", "next_action_due"}
    sent = {
        name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None or name in nullable
    }
    return _answer(response, amending.amend_incident(incident_id, sent, by=actor, expected_version=if_match(request)))


@router.put(f"{ONE}/severity", response=IncidentOut, summary="Change the severity")
def severity(request: HttpRequest, incident_id: UUID, payload: SeverityChangeIn, response: HttpResponse) -> Incident:
    """Raise or lower it, saying why."""
    changed = moving.change_severity(
        incident_id, payload.severity, reason=payload.reason, by=_reader(request), expected_version=if_match(request)
    )
    return _answer(response, changed)


@router.put(f"{ONE}/status", response=IncidentOut, summary="Change the status")
def status(request: HttpRequest, incident_id: UUID, payload: StatusIn, response: HttpResponse) -> Incident:
    """Move it along, or back for a reason; closing, merging and reopening have resources of their own."""
    changed = moving.change_status(
        incident_id, payload.status, reason=payload.reason, by=_reader(request), expected_version=if_match(request)
    )
    return _answer(response, changed)


@router.put(f"{ONE}/command", response=IncidentOut, summary="Hand over command")
def command(request: HttpRequest, incident_id: UUID, payload: CommandIn, response: HttpResponse) -> Incident:
    """Make somebody the commander, or nobody."""
    changed = responding.hand_over_command(
        incident_id, payload.account_id, reason=payload.reason, by=_reader(request), expected_version=if_match(request)
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
def release_responder(request: HttpRequest, incident_id: UUID, responder_id: UUID) -> Status[Any]:
    """End a role; the history keeps it."""
    responding.release_responder(incident_id, responder_id, by=_reader(request), expected_version=if_match(request))
    return Status(204, None)


@router.get(f"{ONE}/people", response=list[MentionOut], summary="People and things")
def people(request: HttpRequest, incident_id: UUID) -> Iterable[Mention]:
    """Who and what has a part in the incident."""
    record, _actor = _load(request, incident_id)
    return entity_selectors.mentions(record.id)


@router.post(f"{ONE}/people", response={201: MentionOut}, summary="Name a person or thing")
def add_person(request: HttpRequest, incident_id: UUID, payload: MentionIn, response: HttpResponse) -> Status[Any]:
    """With its part; the same part twice is one."""
    record, actor = _load(request, incident_id)
    named = mentions.add_mention(record, **payload.dict(), by=actor)
    tag(response, named.version)
    return Status(201, named)


@router.delete(f"{ONE}/people/{{uuid:mention_id}}", response={204: None}, summary="Take a name out")
def end_person(request: HttpRequest, incident_id: UUID, mention_id: UUID) -> Status[Any]:
    """The history keeps that it was named."""
    record, actor = _load(request, incident_id)
    mentions.end_mention(record, mention_id, by=actor, expected_version=if_match(request))
    return Status(204, None)


@router.get(f"{ONE}/links", response=list[LinkOut], summary="Links")
def link_list(request: HttpRequest, incident_id: UUID) -> Iterable[Link]:
    """Ties to signals, incidents and cases whose other end the caller may see."""
    record, actor = _load(request, incident_id)
    return readable_links(record.id, actor)


@router.post(f"{ONE}/links", response={201: LinkOut}, summary="Link a related incident")
def relate(request: HttpRequest, incident_id: UUID, payload: RelatedIn, response: HttpResponse) -> Status[Any]:
    """Say that another incident has to do with this one."""
    tie = merging.link_related(incident_id, payload.incident_id, reason=payload.reason, by=_reader(request))
    tag(response, tie.version)
    return Status(201, tie)


@router.delete(f"{ONE}/links/{{uuid:link_id}}", response={204: None}, summary="End a link to an incident")
def unrelate(request: HttpRequest, incident_id: UUID, link_id: UUID) -> Status[Any]:
    """The history keeps it."""
    merging.unlink_related(incident_id, link_id, by=_reader(request), expected_version=if_match(request))
    return Status(204, None)


@router.post(f"{ONE}/signals", response={204: None}, summary="Add signals")
def add_signals(request: HttpRequest, incident_id: UUID, payload: SignalsIn) -> Status[Any]:
    """Make signals part of the incident, all or none."""
    opening.add_signals(incident_id, payload.signal_ids, by=_reader(request))
    return Status(204, None)


@router.delete(f"{ONE}/signals/{{uuid:signal_id}}", response={204: None}, summary="Take a signal out")
def release_signal(request: HttpRequest, incident_id: UUID, signal_id: UUID) -> Status[Any]:
    """It returns to the inbox."""
    merging.release_signal(incident_id, signal_id, by=_reader(request))
    return Status(204, None)


@router.post(f"{ONE}/merge", response=IncidentOut, summary="Merge into another incident")
def merge(request: HttpRequest, incident_id: UUID, payload: MergeIn, response: HttpResponse) -> Incident:
    """End this incident as part of another, which gets its signals."""
    merged = merging.merge_incident(
        incident_id, payload.into, reason=payload.reason, by=_reader(request), expected_version=if_match(request)
    )
    return _answer(response, merged)


@router.post(f"{ONE}/closure", response=IncidentOut, summary="Close an incident")
def close(request: HttpRequest, incident_id: UUID, payload: ClosureIn, response: HttpResponse) -> Incident:
    """With how it ended, a summary, and the answer about a case."""
    closed = closing.close_incident(
        incident_id, **payload.dict(), by=_reader(request), expected_version=if_match(request)
    )
    return _answer(response, closed)


@router.post(f"{ONE}/reopening", response=IncidentOut, summary="Reopen an incident")
def reopen(request: HttpRequest, incident_id: UUID, payload: ReasonIn, response: HttpResponse) -> Incident:
    """From triage on, for a reason."""
    reopened = closing.reopen_incident(
        incident_id, reason=payload.reason, by=_reader(request), expected_version=if_match(request)
    )
    return _answer(response, reopened)


add_timeline_routes(router, "incidents", _load, CATALOGUE)
add_task_routes(router, "incidents", _load)
