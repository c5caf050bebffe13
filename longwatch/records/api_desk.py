# SPDX-License-Identifier: Apache-2.0
"""Timeline and tasks in the JSON API; incidents and cases each mount them below their own noun."""

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.core.actor import Actor
from longwatch.records import selectors
from longwatch.records.models import Task, TimelineEntry
from longwatch.records.reference import RecordRef
from longwatch.records.schemas import (
    AssignmentIn,
    CompletionIn,
    CorrectionIn,
    EntryIn,
    EntryOut,
    LinePage,
    ReasonIn,
    TaskIn,
    TaskList,
    TaskOut,
)
from longwatch.records.selectors import Line
from longwatch.records.sentences import Sentence, sentence_of
from longwatch.records.services import tasks, timeline
from longwatch.web.conditional import if_match, tag

MOST = 200
Load = Callable[[HttpRequest, UUID], tuple[RecordRef, Actor]]
Order = Literal["occurred_at", "recorded_at"]


def add_timeline_routes(router: Router, noun: str, load: Load, catalogue: Mapping[str, Sentence]) -> None:
    """Mount `/<noun>/{id}/timeline` with its entries, corrections and pins."""
    here = f"/{noun}/{{uuid:record_id}}/timeline"

    @router.get(here, response=LinePage, summary="Timeline", operation_id=f"{noun}_timeline")
    def read(
        request: HttpRequest,
        record_id: UUID,
        order: Order = "occurred_at",
        kind: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Entries and changes in one order of time, newest first."""
        record, _actor = load(request, record_id)
        most = max(1, min(limit, MOST))
        page = selectors.timeline(record.id, order=order, kinds=[kind] if kind else [], cursor=cursor, limit=most)
        return {"items": [_line(line, catalogue) for line in page.rows], "next_cursor": page.next_cursor}

    @router.post(here, response={201: EntryOut}, summary="Add an entry", operation_id=f"{noun}_add_entry")
    def add(request: HttpRequest, record_id: UUID, payload: EntryIn, response: HttpResponse) -> Status[Any]:
        """A line with the time it happened; without one it happened now."""
        record, actor = load(request, record_id)
        entry = timeline.add_entry(
            record, kind=payload.kind, text=payload.text, occurred_at=payload.occurred_at, by=actor
        )
        tag(response, entry.version)
        return Status(201, entry)

    @router.post(
        f"{here}/{{uuid:entry_id}}/correction",
        response={201: EntryOut},
        summary="Correct an entry",
        operation_id=f"{noun}_correct_entry",
    )
    def correct(
        request: HttpRequest, record_id: UUID, entry_id: UUID, payload: CorrectionIn, response: HttpResponse
    ) -> Status[Any]:
        """A newer entry that corrects the old one, which stays readable."""
        record, actor = load(request, record_id)
        entry = timeline.correct_entry(record, entry_id, **payload.dict(), by=actor, expected_version=if_match(request))
        tag(response, entry.version)
        return Status(201, entry)

    _add_pin_routes(router, noun, load)


def _add_pin_routes(router: Router, noun: str, load: Load) -> None:
    here = f"/{noun}/{{uuid:record_id}}/timeline"

    def set_pin(
        request: HttpRequest, record_id: UUID, entry_id: UUID, pinned: bool, response: HttpResponse
    ) -> TimelineEntry:
        record, actor = load(request, record_id)
        entry = timeline.pin_entry(record, entry_id, pinned=pinned, by=actor, expected_version=if_match(request))
        tag(response, entry.version)
        return entry

    @router.put(
        f"{here}/{{uuid:entry_id}}/pin", response=EntryOut, summary="Pin an entry", operation_id=f"{noun}_pin_entry"
    )
    def pin(request: HttpRequest, record_id: UUID, entry_id: UUID, response: HttpResponse) -> TimelineEntry:
        """Show the entry above the timeline."""
        return set_pin(request, record_id, entry_id, True, response)

    @router.delete(
        f"{here}/{{uuid:entry_id}}/pin", response=EntryOut, summary="Unpin an entry", operation_id=f"{noun}_unpin_entry"
    )
    def unpin(request: HttpRequest, record_id: UUID, entry_id: UUID, response: HttpResponse) -> TimelineEntry:
        """Leave the entry where it is in time."""
        return set_pin(request, record_id, entry_id, False, response)


def add_task_routes(router: Router, noun: str, load: Load) -> None:
    """Mount `/<noun>/{id}/tasks` with assignment, completion, waiver and reopening of each."""
    here = f"/{noun}/{{uuid:record_id}}/tasks"

    @router.get(here, response=TaskList, summary="Tasks", operation_id=f"{noun}_tasks")
    def read(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
        """All tasks, open ones first."""
        record, _actor = load(request, record_id)
        return {"items": list(selectors.tasks(record.id)), "next_cursor": None}

    @router.post(here, response={201: TaskOut}, summary="Add a task", operation_id=f"{noun}_add_task")
    def add(request: HttpRequest, record_id: UUID, payload: TaskIn, response: HttpResponse) -> Status[Any]:
        """Something to do, by somebody, until some time."""
        record, actor = load(request, record_id)
        return Status(201, _task(response, tasks.add_task(record, **payload.dict(), by=actor)))

    _add_task_changes(router, noun, load)


def _add_task_changes(router: Router, noun: str, load: Load) -> None:
    one = f"/{noun}/{{uuid:record_id}}/tasks/{{uuid:task_id}}"

    @router.put(f"{one}/assignment", response=TaskOut, summary="Assign a task", operation_id=f"{noun}_assign_task")
    def assign(
        request: HttpRequest, record_id: UUID, task_id: UUID, payload: AssignmentIn, response: HttpResponse
    ) -> Task:
        """Give an open task to somebody, or change when it is due."""
        record, actor = load(request, record_id)
        version = if_match(request)
        return _task(response, tasks.assign_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    @router.post(f"{one}/completion", response=TaskOut, summary="Finish a task", operation_id=f"{noun}_finish_task")
    def finish(
        request: HttpRequest, record_id: UUID, task_id: UUID, payload: CompletionIn, response: HttpResponse
    ) -> Task:
        """Mark an open task as done."""
        record, actor = load(request, record_id)
        version = if_match(request)
        return _task(response, tasks.finish_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    @router.post(f"{one}/waiver", response=TaskOut, summary="Waive a task", operation_id=f"{noun}_waive_task")
    def waive(request: HttpRequest, record_id: UUID, task_id: UUID, payload: ReasonIn, response: HttpResponse) -> Task:
        """Say why an open task need not be done."""
        record, actor = load(request, record_id)
        version = if_match(request)
        return _task(response, tasks.waive_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    @router.post(f"{one}/reopening", response=TaskOut, summary="Reopen a task", operation_id=f"{noun}_reopen_task")
    def reopen(request: HttpRequest, record_id: UUID, task_id: UUID, response: HttpResponse) -> Task:
        """Open a finished or waived task again."""
        record, actor = load(request, record_id)
        return _task(response, tasks.reopen_task(record, task_id, by=actor, expected_version=if_match(request)))


def _task(response: HttpResponse, task: Task) -> Task:
    tag(response, task.version)
    return task


def _line(line: Line, catalogue: Mapping[str, Sentence]) -> dict[str, Any]:
    change = line.kind == "change"
    return {
        "id": line.id,
        "kind": line.kind,
        "action": line.action,
        "occurred_at": line.occurred_at,
        "recorded_at": line.recorded_at,
        "author": line.author,
        "text": line.text,
        "sentence": sentence_of(line.action, line.fields, catalogue) if change else "",
        "pinned": line.pinned,
        "corrects": line.corrects_id,
        "corrected": line.corrected,
        "version": line.version,
        "fields": {name: value for name, value in line.fields.items() if name not in ("actor", "row")},
    }
