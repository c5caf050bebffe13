# SPDX-License-Identifier: Apache-2.0
"""The API of search, of people and things, and of the evidence of any record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from longwatch.access.roles import Permission
from longwatch.core.errors import NotFound
from longwatch.evidence.models import Exhibit
from longwatch.evidence.schemas import ExhibitList, ExhibitOut
from longwatch.evidence.selectors import exhibits
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.withdrawing import withdraw_exhibit
from longwatch.records.readable import readable_kinds
from longwatch.records.reference import placed
from longwatch.search import selectors
from longwatch.search.entity_page import Appearance, entity_page
from longwatch.search.finding import Found, find
from longwatch.search.highlight import unmarked
from longwatch.search.history import history as history_of
from longwatch.search.oversight import sights_of
from longwatch.search.records_directory import Described, record_ref
from longwatch.search.schemas import (
    EntityFilters,
    EntityList,
    EntityPageOut,
    HistoryOut,
    MatchIn,
    MatchOut,
    SearchFilters,
    SearchOut,
    SightList,
    WithdrawalIn,
)
from longwatch.search.seen import Seen
from longwatch.search.services.sealed_match import ask_sealed_match
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router()


@router.get("/search", response=SearchOut, tags=["Search"], summary="Search everything")
def search(request: HttpRequest, filters: Query[SearchFilters]) -> dict[str, Any]:
    """What the caller may see and holds the words, newest first. The last word is also taken as a beginning."""
    actor = api_actor(request, Permission.SEARCH_USE)
    kinds = [str(each) for each in filters.kind]
    answer = find(filters.q, actor, kinds=kinds, age=filters.age, cursor=filters.cursor, limit=filters.limit)
    return {
        "items": [_hit(found) for found in answer.results],
        "reported_before": [_seen(group) for group in answer.before],
        "next_cursor": answer.next_cursor,
    }


@router.get("/history", response=HistoryOut, tags=["Search"], summary="The history of a record")
def history(request: HttpRequest, kind: str, id: UUID) -> dict[str, Any]:  # noqa: A002 - the parameter's public name
    """Where those that a signal, an incident or a case names were seen before or since."""
    actor = api_actor(request, Permission.SEARCH_USE)
    record, actor = record_ref(kind, id, actor)
    return {"items": [_seen(group) for group in history_of(record, actor).groups]}


@router.get("/entities", response=EntityList, tags=["People and things"], summary="People and things")
def entity_list(request: HttpRequest, filters: Query[EntityFilters]) -> dict[str, Any]:
    """The entities that incidents and cases name, those named last first."""
    actor = api_actor(request, Permission.ENTITY_READ)
    kinds, allowed = [str(each) for each in filters.kind], readable_kinds(actor)
    page = selectors.entities(filters.q, kinds=kinds, allowed=allowed, cursor=filters.cursor, limit=filters.limit)
    return {"items": [_fields(row) for row in page.rows], "next_cursor": page.next_cursor}


@router.get(
    "/entities/{uuid:entity_id}", response=EntityPageOut, tags=["People and things"], summary="A person or thing"
)
def entity(request: HttpRequest, entity_id: UUID, cursor: str | None = None) -> dict[str, Any]:
    """All that the caller may see of one entity."""
    found = entity_page(entity_id, api_actor(request, Permission.ENTITY_READ), cursor=cursor)
    return {
        "seen": _seen(found.seen), "identifiers": [_seen(each) for each in found.identifiers],
        "tlp": found.tlp or "", "pap": found.pap or "", "spellings": list(found.spellings),
        "cases": _appearances(found.cases),
        "incidents": _appearances(found.incidents), "signals": _appearances(found.signals),
        "next_cursor": found.more_signals,
    }  # fmt: skip


@router.get("/records/{kind}/{uuid:record_id}/exhibits", response=ExhibitList, tags=["Evidence"],
            summary="The evidence of a record")  # fmt: skip
def exhibit_list(request: HttpRequest, kind: str, record_id: UUID) -> dict[str, Any]:
    """The exhibits of a signal, an incident or a case, by number."""
    record, actor = record_ref(kind, record_id, api_actor(request))
    if not actor.may(Permission.EVIDENCE_READ):
        raise NotFound
    return {"items": list(exhibits(record.id))}


@router.post("/records/{kind}/{uuid:record_id}/exhibits", response={201: ExhibitOut}, tags=["Evidence"],
             summary="Add a file to a record")  # fmt: skip
def add(
    request: HttpRequest,
    response: HttpResponse,
    kind: str,
    record_id: UUID,
    file: File[UploadedFile],
    note: Form[str] = "",
    section_id: Form[UUID | None] = None,
) -> Status[Exhibit]:
    """One file as multipart/form-data. It is hashed as it arrives; the answer names its SHA-256.

    With `section_id` it lies in that section of the case and is read by its members alone.
    """
    record, actor = record_ref(kind, record_id, api_actor(request))
    row = add_exhibit(placed(record, section_id), file, note=note, by=actor)
    response.headers["Location"] = f"/api/v1/exhibits/{row.id}"
    tag(response, row.version)
    return Status(201, row)


@router.post("/records/{kind}/{uuid:record_id}/exhibits/{uuid:exhibit_id}/withdrawal", response=ExhibitOut,
             tags=["Evidence"], summary="Withdraw an exhibit")  # fmt: skip
def withdraw(
    request: HttpRequest,
    kind: str,
    record_id: UUID,
    exhibit_id: UUID,
    payload: WithdrawalIn,
    response: HttpResponse,
    version: IfMatch = None,
) -> Exhibit:
    """The exhibit no longer counts; it stays in the history and can still be downloaded."""
    record, actor = record_ref(kind, record_id, api_actor(request))
    row = withdraw_exhibit(record, exhibit_id, reason=payload.reason, by=actor, expected_version=version)
    tag(response, row.version)
    return row


@router.post("/sealed-matches", response=MatchOut, tags=["People and things"], summary="Ask for a sealed match")
def sealed_match(request: HttpRequest, payload: MatchIn) -> dict[str, Any]:
    """Whether any incident or case names exactly this, and whom to ask; nothing else. Up to 10 an hour, 40 a day."""
    actor = api_actor(request, Permission.SEALED_MATCH)
    answer = ask_sealed_match([(payload.kind, payload.value)], reason=payload.reason, by=actor)
    return {"known": answer.known, "ask": list(answer.ask)}


@router.get("/records/{kind}/{uuid:record_id}/who-knew", response=SightList, tags=["Search"], summary="Who knew, when")
def who_knew(request: HttpRequest, kind: str, record_id: UUID, cursor: str | None = None) -> dict[str, Any]:
    """Who came to know of a record, newest first: for whoever may see it, but not through broken glass."""
    record, actor = record_ref(kind, record_id, api_actor(request))
    if actor.by_glass:
        raise NotFound
    page = sights_of(record.id, cursor=cursor)
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _hit(found: Found) -> dict[str, Any]:
    hit = found.hit
    return {
        "kind": hit.kind, "id": hit.id, "title": unmarked(hit.title), "snippet": unmarked(hit.snippet), "at": hit.at,
        "record": _record(found.record),
    }  # fmt: skip


def _record(record: Described) -> dict[str, Any]:
    return _fields(record)


def _seen(group: Seen) -> dict[str, Any]:
    counts = [_fields(count) | {"outcomes": {str(name): n for name, n in count.outcomes}} for count in group.counts]
    return _fields(group) | {"counts": counts, "newest": [_record(record) for record in group.newest]}


def _appearances(found: Sequence[Appearance]) -> list[dict[str, Any]]:
    return [{**_fields(each), "record": _record(each.record)} for each in found]
