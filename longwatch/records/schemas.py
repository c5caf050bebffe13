# SPDX-License-Identifier: Apache-2.0
"""What the API takes and gives about timelines and tasks of any record."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from longwatch.access.schemas import Strict
from longwatch.records.models import EntryKind, TaskStatus

Section = Field(default=None, description="A section of the record that the caller is inside; without it the core")


class PersonOut(Schema):
    """Somebody with an account."""

    id: UUID
    name: str


class LineOut(Schema):
    """One line of a timeline: an entry somebody wrote, or a change (`kind` is then `change`)."""

    id: str
    kind: str
    action: str
    occurred_at: datetime
    recorded_at: datetime
    author: str
    text: str
    sentence: str
    pinned: bool
    corrects: UUID | None = None
    corrected: bool
    version: int
    section: str = Field(default="", description="The inner section that it can be read in; empty: the core")
    fields: dict[str, Any]


class LinePage(Schema):
    """A page of a timeline, newest first."""

    items: list[LineOut]
    next_cursor: str | None = None


class EntryIn(Strict):
    """A line to add."""

    kind: EntryKind = EntryKind.NOTE
    text: str
    occurred_at: AwareDatetime | None = None
    section_id: UUID | None = Section


class CorrectionIn(Strict):
    """What is right instead."""

    text: str
    occurred_at: AwareDatetime | None = None


class EntryOut(Schema):
    """An entry of a timeline."""

    id: UUID
    kind: str
    text: str
    occurred_at: datetime
    recorded_at: datetime
    author_label: str
    pinned: bool
    corrects_id: UUID | None = None
    version: int


class TaskIn(Strict):
    """A task to add."""

    title: str
    owner_id: UUID | None = None
    due_at: AwareDatetime | None = None
    section_id: UUID | None = Section


class AssignmentIn(Strict):
    """Who does a task, and until when."""

    owner_id: UUID | None = None
    due_at: AwareDatetime | None = None


class CompletionIn(Strict):
    """How a task went."""

    resolution: str = ""


class LinkIn(Strict):
    """What belongs to the record. The kind is for two of the same sort: incidents are related, cases also more."""

    to: Literal["incident", "signal", "case"]
    id: UUID
    kind: Literal["related", "duplicate", "parent"] | None = None
    reason: str = Field(default="", max_length=300)


class LinkOut(Schema):
    """A tie to another thing, read from `from` to `to`."""

    id: UUID
    kind: str
    from_kind: str
    from_id: UUID
    to_kind: str
    to_id: UUID
    reason: str
    created_at: datetime
    snapshot_sha256: str
    version: int


class SignalsIn(Strict):
    """Signals that belong to the record."""

    signal_ids: list[UUID] = Field(min_length=1, max_length=200)


class ReasonIn(Strict):
    """Why."""

    reason: str


class TaskOut(Schema):
    """A task."""

    id: UUID
    title: str
    status: TaskStatus
    owner: PersonOut | None = None
    due_at: datetime | None = None
    resolution: str
    created_at: datetime
    finished_at: datetime | None = None
    version: int


class TaskList(Schema):
    """All tasks of a record, open ones first."""

    items: list[TaskOut]
    next_cursor: str | None = None
