# SPDX-License-Identifier: Apache-2.0
"""What incidents and cases have in common in the JSON API; each mounts it below its own noun."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.records import selectors
from longwatch.records.models import EntryKind, Link, Task, TimelineEntry
from longwatch.records.reference import RecordRef, placed
from longwatch.records.schemas import (
    AssignmentIn,
    CompletionIn,
    CorrectionIn,
    EntryIn,
    EntryOut,
    LinePage,
    LinkIn,
    LinkOut,
    ReasonIn,
    SignalsIn,
    TaskIn,
    TaskList,
    TaskOut,
)
from longwatch.records.selectors import Line
from longwatch.records.sentences import Sentence, sentence_of
from longwatch.records.services import tasks, timeline
from longwatch.web.conditional import IfMatch, tag

MOST = 200
Load = Callable[[HttpRequest, UUID], tuple[RecordRef, Actor]]
Order = Literal["occurred_at", "recorded_at"]


def add_timeline_routes(
    router: Router, noun: str, load: Load, catalogue: Mapping[str, Sentence], *, decisions: bool = True
) -> None:
    """Mount `/<noun>/{id}/timeline` with its entries, corrections and pins; decisions may have a place of their own."""
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
        record, actor = load(request, record_id)
        most = max(1, min(limit, MOST))
        kinds = [kind] if kind else []
        page = selectors.timeline(record.id, by=actor, order=order, kinds=kinds, cursor=cursor, limit=most)
        return {"items": [_line(line, catalogue) for line in page.rows], "next_cursor": page.next_cursor}

    @router.post(here, response={201: EntryOut}, summary="Add an entry", operation_id=f"{noun}_add_entry")
    def add(request: HttpRequest, record_id: UUID, payload: EntryIn, response: HttpResponse) -> Status[Any]:
        """A line with the time it happened; without one it happened now."""
        record, actor = load(request, record_id)
        if payload.kind == EntryKind.DECISION and not decisions:
            sentence = f"Record it at /{noun}/{{id}}/decisions, where it can be approved."
            raise Invalid(sentence, fields={"kind": sentence})
        place = placed(record, payload.section_id)
        entry = timeline.add_entry(
            place, kind=payload.kind, text=payload.text, occurred_at=payload.occurred_at, by=actor
        )
        tag(response, entry.version)
        return Status(201, entry)

    _add_correction_route(router, noun, load)
    _add_pin_routes(router, noun, load)


def _add_correction_route(router: Router, noun: str, load: Load) -> None:
    here = f"/{noun}/{{uuid:record_id}}/timeline"

    @router.post(
        f"{here}/{{uuid:entry_id}}/correction",
        response={201: EntryOut},
        summary="Correct an entry",
        operation_id=f"{noun}_correct_entry",
    )
    def correct(
        request: HttpRequest,
        record_id: UUID,
        entry_id: UUID,
        payload: CorrectionIn,
        response: HttpResponse,
        version: IfMatch = None,
    ) -> Status[Any]:
        """A newer entry that corrects the old one, which stays readable."""
        record, actor = load(request, record_id)
        entry = timeline.correct_entry(record, entry_id, **payload.dict(), by=actor, expected_version=version)
        tag(response, entry.version)
        return Status(201, entry)


def _add_pin_routes(router: Router, noun: str, load: Load) -> None:
    here = f"/{noun}/{{uuid:record_id}}/timeline"

    def set_pin(
        request: HttpRequest, record_id: UUID, entry_id: UUID, pinned: bool, response: HttpResponse, version: int | None
    ) -> TimelineEntry:
        record, actor = load(request, record_id)
        entry = timeline.pin_entry(record, entry_id, pinned=pinned, by=actor, expected_version=version)
        tag(response, entry.version)
        return entry

    @router.put(
        f"{here}/{{uuid:entry_id}}/pin", response=EntryOut, summary="Pin an entry", operation_id=f"{noun}_pin_entry"
    )
    def pin(
        request: HttpRequest, record_id: UUID, entry_id: UUID, response: HttpResponse, version: IfMatch = None
    ) -> TimelineEntry:
        """Show the entry above the timeline."""
        return set_pin(request, record_id, entry_id, True, response, version)

    @router.delete(
        f"{here}/{{uuid:entry_id}}/pin", response=EntryOut, summary="Unpin an entry", operation_id=f"{noun}_unpin_entry"
    )
    def unpin(
        request: HttpRequest, record_id: UUID, entry_id: UUID, response: HttpResponse, version: IfMatch = None
    ) -> TimelineEntry:
        """Leave the entry where it is in time."""
        return set_pin(request, record_id, entry_id, False, response, version)


class Ties(Protocol):
    """What a kind of record does about what belongs to it; each asks for the permission itself."""

    def link(self, record_id: UUID, wanted: LinkIn, by: Actor) -> Link:
        """Tie something to the record."""

    def unlink(self, record_id: UUID, link_id: UUID, reason: str, by: Actor, version: int | None) -> object:
        """End a tie."""

    def add_signals(self, record_id: UUID, signal_ids: Sequence[UUID], by: Actor) -> object:
        """Make signals part of the record, all or none."""

    def release_signal(self, record_id: UUID, signal_id: UUID, reason: str, by: Actor, version: int | None) -> object:
        """Take a signal out."""


def add_link_routes(router: Router, noun: str, load: Load, ties: Ties) -> None:
    """Mount `/<noun>/{id}/links` and `/<noun>/{id}/signals`."""
    here = f"/{noun}/{{uuid:record_id}}/links"

    @router.get(here, response=list[LinkOut], summary="Links", operation_id=f"{noun}_links")
    def read(request: HttpRequest, record_id: UUID) -> list[Link]:
        """Ties to signals, incidents and cases whose other end the caller may see."""
        record, actor = load(request, record_id)
        return list(selectors.readable_links(record.id, actor))

    @router.post(here, response={201: LinkOut}, summary="Link something", operation_id=f"{noun}_add_link")
    def add(request: HttpRequest, record_id: UUID, payload: LinkIn, response: HttpResponse) -> Status[Any]:
        """Say that an incident, a signal or a case has to do with the record. Nothing is copied."""
        record, actor = load(request, record_id)
        tie = ties.link(record.id, payload, actor)
        tag(response, tie.version)
        return Status(201, tie)

    @router.delete(
        f"{here}/{{uuid:link_id}}", response={204: None}, summary="End a link", operation_id=f"{noun}_end_link"
    )
    def end(
        request: HttpRequest, record_id: UUID, link_id: UUID, reason: str = "", version: IfMatch = None
    ) -> Status[Any]:
        """The history keeps it, with the `?reason=`, which a case asks for."""
        record, actor = load(request, record_id)
        ties.unlink(record.id, link_id, reason, actor, version)
        return Status(204, None)

    _add_signal_routes(router, noun, load, ties)


def _add_signal_routes(router: Router, noun: str, load: Load, ties: Ties) -> None:
    here = f"/{noun}/{{uuid:record_id}}/signals"

    @router.post(here, response={204: None}, summary="Add signals", operation_id=f"{noun}_add_signals")
    def add(request: HttpRequest, record_id: UUID, payload: SignalsIn) -> Status[Any]:
        """Make signals part of the record, all or none."""
        record, actor = load(request, record_id)
        ties.add_signals(record.id, payload.signal_ids, actor)
        return Status(204, None)

    @router.delete(
        f"{here}/{{uuid:signal_id}}",
        response={204: None},
        summary="Take a signal out",
        operation_id=f"{noun}_release_signal",
    )
    def release(
        request: HttpRequest, record_id: UUID, signal_id: UUID, reason: str = "", version: IfMatch = None
    ) -> Status[Any]:
        """It returns to the inbox unless something else holds it. A case asks for a `?reason=`.

        `If-Match` names the version of the signal's link.
        """
        record, actor = load(request, record_id)
        ties.release_signal(record.id, signal_id, reason, actor, version)
        return Status(204, None)


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
        values = payload.dict()
        place = placed(record, values.pop("section_id"))
        return Status(201, _task(response, tasks.add_task(place, **values, by=actor)))

    _add_task_changes(router, noun, load)


def _add_task_changes(router: Router, noun: str, load: Load) -> None:
    one = f"/{noun}/{{uuid:record_id}}/tasks/{{uuid:task_id}}"

    @router.put(f"{one}/assignment", response=TaskOut, summary="Assign a task", operation_id=f"{noun}_assign_task")
    def assign(
        request: HttpRequest,
        record_id: UUID,
        task_id: UUID,
        payload: AssignmentIn,
        response: HttpResponse,
        version: IfMatch = None,
    ) -> Task:
        """Give an open task to somebody, or change when it is due."""
        record, actor = load(request, record_id)
        return _task(response, tasks.assign_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    @router.post(f"{one}/completion", response=TaskOut, summary="Finish a task", operation_id=f"{noun}_finish_task")
    def finish(
        request: HttpRequest,
        record_id: UUID,
        task_id: UUID,
        payload: CompletionIn,
        response: HttpResponse,
        version: IfMatch = None,
    ) -> Task:
        """Mark an open task as done."""
        record, actor = load(request, record_id)
        return _task(response, tasks.finish_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    _add_task_ways_round(router, noun, load)


def _add_task_ways_round(router: Router, noun: str, load: Load) -> None:
    one = f"/{noun}/{{uuid:record_id}}/tasks/{{uuid:task_id}}"

    @router.post(f"{one}/waiver", response=TaskOut, summary="Waive a task", operation_id=f"{noun}_waive_task")
    def waive(
        request: HttpRequest,
        record_id: UUID,
        task_id: UUID,
        payload: ReasonIn,
        response: HttpResponse,
        version: IfMatch = None,
    ) -> Task:
        """Say why an open task need not be done."""
        record, actor = load(request, record_id)
        return _task(response, tasks.waive_task(record, task_id, **payload.dict(), by=actor, expected_version=version))

    @router.post(f"{one}/reopening", response=TaskOut, summary="Reopen a task", operation_id=f"{noun}_reopen_task")
    def reopen(
        request: HttpRequest, record_id: UUID, task_id: UUID, response: HttpResponse, version: IfMatch = None
    ) -> Task:
        """Open a finished or waived task again."""
        record, actor = load(request, record_id)
        return _task(response, tasks.reopen_task(record, task_id, by=actor, expected_version=version))


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
        "section": line.section,
        "fields": {name: value for name, value in line.fields.items() if name not in ("actor", "row")},
    }
