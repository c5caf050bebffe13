# SPDX-License-Identifier: Apache-2.0
"""What can happen to a record's timeline, tasks and links."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryAdded(Event):
    """A line was added to the timeline."""

    name: ClassVar[str] = "timeline.entry_added"
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected(Event):
    """A line was corrected by a new one; the old one stays."""

    name: ClassVar[str] = "timeline.entry_corrected"
    corrects: UUID
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPinned(Event):
    """A line was pinned to the top, or unpinned."""

    name: ClassVar[str] = "timeline.entry_pinned"
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded(Event):
    """A task was added."""

    name: ClassVar[str] = "task.added"
    title: str
    owner: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Event):
    """A task got another owner or due time."""

    name: ClassVar[str] = "task.assigned"
    title: str
    owner: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFinished(Event):
    """A task was done."""

    name: ClassVar[str] = "task.finished"
    title: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWaived(Event):
    """A task will not be done, for a reason."""

    name: ClassVar[str] = "task.waived"
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened(Event):
    """A finished or waived task is to be done after all."""

    name: ClassVar[str] = "task.reopened"
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Event):
    """Two things were tied together; the hash proves what the first was at that moment."""

    name: ClassVar[str] = "link.added"
    kind: str
    from_kind: str
    from_reference: str
    to_kind: str
    to_reference: str
    snapshot_sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked(Event):
    """A tie was ended."""

    name: ClassVar[str] = "link.ended"
    kind: str
    from_kind: str
    to_kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingExported(Event):
    """Somebody took the six answers about a record away; the hash says which file they hold."""

    name: ClassVar[str] = "briefing.exported"
    format: str
    file_sha256: str
