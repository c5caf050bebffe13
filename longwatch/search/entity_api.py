# SPDX-License-Identifier: Apache-2.0
"""The API of merging, telling apart and marking people and things, of their sightings over time and the graph."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.entities.markings import strictest_pap, strictest_tlp
from longwatch.entities.models import Identity, Marking
from longwatch.records.reference import RecordRef, placed
from longwatch.search.entity_page import entity_page, known_entity
from longwatch.search.entity_schemas import (
    BasisIn,
    GraphOut,
    IdentityIn,
    IdentityList,
    IdentityOut,
    MarkingIn,
    MarkingList,
    MarkingOut,
    OverTimeOut,
    SuggestionList,
    basis_of,
)
from longwatch.search.graph import neighbours
from longwatch.search.records_directory import record_ref
from longwatch.search.services import identifying
from longwatch.search.suggesting import suggestions as likely
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["People and things"])
SAID = "/entities/{uuid:entity_id}/identities"
MARKINGS = "/entities/{uuid:entity_id}/markings"


@router.get(SAID, response=IdentityList, summary="What it is the same as", operation_id="entity_identities")
def said(request: HttpRequest, entity_id: UUID) -> dict[str, Any]:
    """Merges, unmerges and what was told apart, of it and of all that it is one with."""
    actor = _by(request)
    return {"items": known_entity(entity_id, actor).said}


@router.post(SAID, response={201: IdentityOut}, summary="Merge or tell apart", operation_id="entity_merge")
def merge(request: HttpRequest, response: HttpResponse, entity_id: UUID, payload: IdentityIn) -> Status[Identity]:
    """Say that it is the same as what is called so, or that it is not. Nothing moves, and it can be taken back."""
    actor = _by(request)
    values = basis_of(payload)
    act = identifying.merge if values.pop("same") else identifying.tell_apart
    row = act(entity_id, **values, record=_basis(payload, actor), by=actor)
    tag(response, row.version)
    return Status(201, row)


@router.delete(
    f"{SAID}/{{uuid:said_id}}", response=IdentityOut, summary="Unmerge", operation_id="entity_unmerge"
)  # fmt: skip
def unmerge(
    request: HttpRequest, entity_id: UUID, said_id: UUID, reason: str = "", version: IfMatch = None
) -> Identity:
    """Take back what was said: each is again what it was."""
    return identifying.take_back(entity_id, said_id, reason=reason, expected_version=version, by=_by(request))


@router.get(MARKINGS, response=MarkingList, summary="How it is marked", operation_id="entity_markings")
def markings(request: HttpRequest, entity_id: UUID) -> dict[str, Any]:
    """TLP and PAP of it and of all that it is one with."""
    actor = _by(request)
    rows = known_entity(entity_id, actor).markings
    tlp, pap = strictest_tlp(row.tlp for row in rows), strictest_pap(row.pap for row in rows)
    return {"items": rows, "tlp": tlp or "", "pap": pap or ""}


@router.post(MARKINGS, response={201: MarkingOut}, summary="Mark it", operation_id="entity_mark")
def mark(request: HttpRequest, response: HttpResponse, entity_id: UUID, payload: MarkingIn) -> Status[Marking]:
    """TLP, PAP or both; what was said before on the basis of the same record holds no more."""
    actor = _by(request)
    values = {name: value or "" for name, value in basis_of(payload).items()}
    row = identifying.mark(entity_id, **values, record=_basis(payload, actor), by=actor)
    tag(response, row.version)
    return Status(201, row)


@router.delete(
    f"{MARKINGS}/{{uuid:marking_id}}", response=MarkingOut, summary="Take a marking off", operation_id="entity_unmark"
)
def unmark(request: HttpRequest, entity_id: UUID, marking_id: UUID, version: IfMatch = None) -> Marking:
    """It no longer holds."""
    return identifying.unmark(entity_id, marking_id, expected_version=version, by=_by(request))


@router.get(
    "/entities/{uuid:entity_id}/suggestions", response=SuggestionList, summary="Likely the same",
    operation_id="entity_suggestions",
)  # fmt: skip
def suggestions(request: HttpRequest, entity_id: UUID) -> dict[str, Any]:
    """Entities that are likely the same and are neither merged nor told apart; for a person to judge."""
    found = likely(entity_id, _by(request))
    named = [(each.entity.id, str(each.entity.kind), each.entity.value, str(each.why)) for each in found]
    return {"items": [dict(zip(("entity_id", "kind", "value", "why"), each, strict=True)) for each in named]}


@router.get(
    "/entities/{uuid:entity_id}/sightings", response=OverTimeOut, summary="Sightings over time",
    operation_id="entity_sightings",
)  # fmt: skip
def over_time(request: HttpRequest, entity_id: UUID) -> dict[str, Any]:
    """Of it and of all that it is one with, each record once; in the caller's time zone."""
    drawn = entity_page(entity_id, _by(request)).chart
    bars = drawn.seen if drawn else []
    items = [{"start": bar.start, **dict(bar.counts)} for bar in bars]
    return {"unit": drawn.unit if drawn else "", "items": items, "cut": bool(drawn and drawn.cut)}


@router.get("/graph", response=GraphOut, summary="What a node is tied to", operation_id="graph_neighbours")
def graph(request: HttpRequest, node: str, cursor: str | None = None, limit: int = 25) -> dict[str, Any]:
    """One step in the graph of entities, signals, incidents and cases, as far as the caller may see."""
    found, page = neighbours(node, _by(request), cursor=cursor, limit=limit)
    return {"node": found, "items": page.rows, "next_cursor": page.next_cursor}


def _by(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.ENTITY_READ)


def _basis(payload: BasisIn, actor: Actor) -> RecordRef:
    record, _actor = record_ref(payload.record_kind, payload.record_id, actor)
    return placed(record, payload.section_id)
