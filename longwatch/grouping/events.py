# SPDX-License-Identifier: Apache-2.0
"""What people decide about groups, and what they teach. What the engine joins is told by the groups themselves."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSplit(Event):
    """Signals were taken out of a group, into one of their own."""

    name: ClassVar[str] = "group.split"
    signals: int
    into: UUID
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMerged(Event):
    """A group became part of another."""

    name: ClassVar[str] = "group.merged"
    into: UUID
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDismissed(Event):
    """A group and its signals need nothing more, for a reason."""

    name: ClassVar[str] = "group.dismissed"
    reason: str
    note: str
    signals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReopened(Event):
    """A dismissed group is to be judged again."""

    name: ClassVar[str] = "group.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlaced(Event):
    """The signals of a group became part of an incident; which one, the links tell those who may know."""

    name: ClassVar[str] = "group.placed"
    signals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDetached(Event):
    """The signals of a group were taken out of an incident again; people judge it anew."""

    name: ClassVar[str] = "group.detached"
    signals: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonTaught(Event):
    """Somebody taught that an entity never holds groups together, or always does."""

    name: ClassVar[str] = "grouping.taught"
    kind: str
    entity: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonEnded(Event):
    """What was taught about an entity holds no more."""

    name: ClassVar[str] = "grouping.lesson_ended"
    kind: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCreated(Event):
    """A grouping rule was added; it is off until somebody switches it on."""

    name: ClassVar[str] = "grouping_rule.created"
    rule: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanged(Event):
    """A grouping rule was changed: the new values by name."""

    name: ClassVar[str] = "grouping_rule.changed"
    rule: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSwitchedOn(Event):
    """A grouping rule takes signals from now on."""

    name: ClassVar[str] = "grouping_rule.switched_on"
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSwitchedOff(Event):
    """A grouping rule takes no more signals; its groups stay, and take none either."""

    name: ClassVar[str] = "grouping_rule.switched_off"
    rule: str
