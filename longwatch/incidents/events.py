# SPDX-License-Identifier: Apache-2.0
"""What can happen to an incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """An incident was opened."""

    name: ClassVar[str] = "incident.opened"
    reference: str
    title: str
    category: str
    severity: str
    severity_reason: str
    signals: int
    restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAmended(Event):
    """Descriptive fields were changed; before and after hold the changed ones only."""

    name: ClassVar[str] = "incident.amended"
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged(Event):
    """The severity was changed, for a reason."""

    name: ClassVar[str] = "incident.severity_changed"
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """The incident moved on, or back."""

    name: ClassVar[str] = "incident.status_changed"
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTaken(Event):
    """Somebody became the commander."""

    name: ClassVar[str] = "incident.command_taken"
    before: str | None
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLaidDown(Event):
    """The commander stepped down and nobody followed yet."""

    name: ClassVar[str] = "incident.command_laid_down"
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderAdded(Event):
    """Somebody took a role."""

    name: ClassVar[str] = "responder.added"
    account_id: UUID
    account: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderReleased(Event):
    """Somebody laid a role down."""

    name: ClassVar[str] = "responder.released"
    account_id: UUID
    account: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged(Event):
    """The incident was merged into another and ended with that."""

    name: ClassVar[str] = "incident.merged"
    into: str
    signals: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Event):
    """The incident was closed."""

    name: ClassVar[str] = "incident.closed"
    disposition: str
    summary: str
    case_answer: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(Event):
    """A closed incident is handled again, for a reason."""

    name: ClassVar[str] = "incident.reopened"
    reason: str
    disposition_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePublished(Event):
    """Something that concerns whoever handles the incident was published to it; where from is not said."""

    name: ClassVar[str] = "notice.published"
    kind: str
    about: str
    text: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithdrawn(Event):
    """A notice holds no longer."""

    name: ClassVar[str] = "notice.withdrawn"
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedByRule(Event):
    """A grouping rule opened the incident by itself, from a group that reached its threshold; and why."""

    name: ClassVar[str] = "incident.opened_by_rule"
    rule: str
    threshold: int
    signals: int
    why: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTakenOut(Event):
    """Somebody took the group that the incident was opened from by a rule out of it again."""

    name: ClassVar[str] = "incident.group_taken_out"
    signals: int
    reason: str
