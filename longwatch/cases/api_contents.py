# SPDX-License-Identifier: Apache-2.0
"""The JSON API of what hangs on a case: links, raised incidents, timeline, tasks, people and things."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.cases import schemas, selectors
from longwatch.cases.services import linking
from longwatch.core.actor import Actor
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.models import Mention
from longwatch.entities.services import mentions as mention_services
from longwatch.incidents.models import Incident
from longwatch.records import selectors as record_selectors
from longwatch.records.models import EntryKind, Link, LinkKind, Task, TimelineEntry
from longwatch.records.reference import RecordRef
from longwatch.records.services import tasks as task_services
from longwatch.records.services import timeline as timeline_services
from longwatch.records.severity import SEVERITY_BY_WORD
from longwatch.web.conditional import api_actor, if_match, tag

router = Router(tags=["cases"])
CASE = "/cases/{uuid:case_id}"
MOST = 200


def _record(request: HttpRequest, case_id: UUID) -> RecordRef:
    api_actor(request, Permission.CASE_READ)
    return selectors.case_ref(selectors.case(case_id))


# Links.


@router.get(f"{CASE}/links", response=list[schemas.CaseLinkOut], summary="What belongs to the case")
def links(request: HttpRequest, case_id: UUID) -> list[Link]:
    """As far as the caller may see both ends."""
    record = _record(request, case_id)
    return list(record_selectors.readable_links(record.id, api_actor(request, Permission.CASE_READ)))


@router.post(f"{CASE}/links", response={201: schemas.CaseLinkOut}, summary="Link an incident, a signal or a case")
def add_link(request: HttpRequest, case_id: UUID, payload: schemas.LinkIn, response: HttpResponse) -> Status[Link]:
    """Nothing is copied; the entry in the ledger carries the hash of what was linked."""
    record = _record(request, case_id)
    tie = _tie(record.id, payload, api_actor(request, Permission.CASE_READ))
    tag(response, tie.version)
    return Status(201, tie)


def _tie(case_id: UUID, wanted: schemas.LinkIn, actor: Actor) -> Link:
    if wanted.to == "incident":
        return linking.link_incident(case_id, wanted.id, reason=wanted.reason, by=actor)
    if wanted.to == "case":
        return linking.link_case(
            case_id, wanted.id, kind=wanted.kind or LinkKind.RELATED, reason=wanted.reason, by=actor
        )
    linking.add_signals(case_id, [wanted.id], by=actor)
    return record_selectors.links_of(case_id).get(from_id=wanted.id)


@router.delete(f"{CASE}/links/{{uuid:link_id}}", response={204: None}, summary="End a link")
def end_link(request: HttpRequest, case_id: UUID, link_id: UUID, reason: str) -> Status[None]:
    """For a `?reason=`; its history stays."""
    actor = api_actor(request, Permission.CASE_READ)
    linking.unlink(case_id, link_id, reason=reason, by=actor, expected_version=if_match(request))
    return Status(204, None)


@router.delete(f"{CASE}/signals/{{uuid:signal_id}}", response={204: None}, summary="Take a signal out of the case")
def release_signal(request: HttpRequest, case_id: UUID, signal_id: UUID, reason: str) -> Status[None]:
    """For a `?reason=`; the signal returns to the inbox unless something else holds it."""
    linking.release_signal(case_id, signal_id, reason=reason, by=api_actor(request, Permission.CASE_READ))
    return Status(204, None)


@router.post(f"{CASE}/incidents", response={201: schemas.RaisedIncidentOut}, summary="Raise an incident")
def raise_incident(request: HttpRequest, case_id: UUID, payload: schemas.RaisedIncidentIn) -> Status[Incident]:
    """A new incident that does not know the case."""
    values = payload.dict() | {"severity": int(SEVERITY_BY_WORD[payload.severity])}
    return Status(201, linking.raise_incident(case_id, **values, by=api_actor(request, Permission.CASE_READ)))


# Timeline.


@router.get(f"{CASE}/timeline", response=schemas.PageOut[schemas.CaseLineOut], summary="The timeline")
def timeline(
    request: HttpRequest, case_id: UUID, order: str = "occurred_at", kind: str = "", cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """Entries and changes, newest first; `order` is occurred_at or recorded_at."""
    record = _record(request, case_id)
    kinds = [kind] if kind else []
    size = max(1, min(limit, MOST))
    page = record_selectors.timeline(record.id, order=order, kinds=kinds, cursor=cursor, limit=size)
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post(f"{CASE}/timeline", response={201: schemas.CaseLineOut}, summary="Write into the timeline")
def add_entry(
    request: HttpRequest, case_id: UUID, payload: schemas.CaseEntryIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    """A line that is never overwritten."""
    record = _record(request, case_id)
    actor = api_actor(request, Permission.CASE_READ)
    values = payload.dict() | {"kind": EntryKind(payload.kind)}
    entry = timeline_services.add_entry(record, **values, by=actor)
    tag(response, entry.version)
    return Status(201, _line(entry))


@router.post(
    f"{CASE}/timeline/{{uuid:entry_id}}/corrections", response={201: schemas.CaseLineOut}, summary="Correct a line"
)
def correct_entry(
    request: HttpRequest, case_id: UUID, entry_id: UUID, payload: schemas.CaseEntryIn, response: HttpResponse
) -> Status[dict[str, Any]]:
    """The old line stays readable."""
    record = _record(request, case_id)
    actor = api_actor(request, Permission.CASE_READ)
    version = if_match(request)
    entry = timeline_services.correct_entry(
        record, entry_id, text=payload.text, occurred_at=payload.occurred_at, by=actor, expected_version=version
    )
    tag(response, entry.version)
    return Status(201, _line(entry))


def _line(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "id": str(entry.id), "kind": entry.kind, "action": "", "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at, "author": entry.author_label, "text": entry.text, "fields": {},
        "pinned": entry.pinned, "corrects_id": entry.corrects_id, "corrected": False,
        "version": entry.version,
    }  # fmt: skip


# Tasks.


@router.get(f"{CASE}/tasks", response=list[schemas.CaseTaskOut], summary="Tasks")
def tasks(request: HttpRequest, case_id: UUID) -> list[Task]:
    """Open ones first."""
    return list(record_selectors.tasks(_record(request, case_id).id))


@router.post(f"{CASE}/tasks", response={201: schemas.CaseTaskOut}, summary="Add a task")
def add_task(request: HttpRequest, case_id: UUID, payload: schemas.CaseTaskIn, response: HttpResponse) -> Status[Task]:
    """With or without owner and due time."""
    record = _record(request, case_id)
    added = task_services.add_task(record, **payload.dict(), by=api_actor(request, Permission.CASE_READ))
    tag(response, added.version)
    return Status(201, added)


@router.put(f"{CASE}/tasks/{{uuid:task_id}}", response=schemas.CaseTaskOut, summary="Change owner and due time")
def assign_task(
    request: HttpRequest, case_id: UUID, task_id: UUID, payload: schemas.CaseTaskIn, response: HttpResponse
) -> Task:
    """The title stays as it was given."""
    record = _record(request, case_id)
    actor = api_actor(request, Permission.CASE_READ)
    version = if_match(request)
    task = task_services.assign_task(
        record, task_id, owner_id=payload.owner_id, due_at=payload.due_at, by=actor, expected_version=version
    )
    tag(response, task.version)
    return task


@router.put(
    f"{CASE}/tasks/{{uuid:task_id}}/status", response=schemas.CaseTaskOut, summary="Finish, waive or reopen a task"
)
def task_status(
    request: HttpRequest, case_id: UUID, task_id: UUID, payload: schemas.TaskState, response: HttpResponse
) -> Task:
    """Waiving needs a resolution that says why."""
    record = _record(request, case_id)
    actor = api_actor(request, Permission.CASE_READ)
    task = _moved(record, task_id, payload, if_match(request), actor)
    tag(response, task.version)
    return task


def _moved(record: RecordRef, task_id: UUID, to: schemas.TaskState, version: int | None, actor: Actor) -> Task:
    if to.status == "done":
        return task_services.finish_task(record, task_id, resolution=to.resolution, by=actor, expected_version=version)
    if to.status == "waived":
        return task_services.waive_task(record, task_id, reason=to.resolution, by=actor, expected_version=version)
    return task_services.reopen_task(record, task_id, by=actor, expected_version=version)


# People and things.


@router.get(f"{CASE}/people", response=list[schemas.CaseMentionOut], summary="People and things")
def people(request: HttpRequest, case_id: UUID) -> list[Mention]:
    """With their parts in the case."""
    return list(entity_selectors.mentions(_record(request, case_id).id))


@router.post(f"{CASE}/people", response={201: schemas.CaseMentionOut}, summary="Name a person or thing")
def add_mention(
    request: HttpRequest, case_id: UUID, payload: schemas.CaseMentionIn, response: HttpResponse
) -> Status[Mention]:
    """The same part twice is one."""
    record = _record(request, case_id)
    named = mention_services.add_mention(record, **payload.dict(), by=api_actor(request, Permission.CASE_READ))
    tag(response, named.version)
    return Status(201, named)


@router.delete(f"{CASE}/people/{{uuid:mention_id}}", response={204: None}, summary="Take a person or thing out")
def end_mention(request: HttpRequest, case_id: UUID, mention_id: UUID) -> Status[None]:
    """The history keeps that it was named."""
    record = _record(request, case_id)
    actor = api_actor(request, Permission.CASE_READ)
    mention_services.end_mention(record, mention_id, by=actor, expected_version=if_match(request))
    return Status(204, None)
