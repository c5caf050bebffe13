# SPDX-License-Identifier: Apache-2.0
"""What the API says about groups, rules and lessons, and what it takes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.grouping.models import Group
from longwatch.grouping.sentences import split_words, why_words
from longwatch.intake.models import DismissReason
from longwatch.records.severity import Severity


class Strict(Schema):
    """Input without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class GroupOut(Schema):
    """A group as lists show it."""

    id: UUID
    title: str
    state: str
    severity: str
    rule_id: UUID | None
    signals: int
    arrivals: int
    first_at: datetime
    last_at: datetime
    shown_at: datetime | None
    ended_at: datetime | None
    why: list[str]
    splits: list[str]
    # Of the last decision about it; what arrives does not change it.
    version: int

    @staticmethod
    def resolve_severity(group: Group) -> str:
        """The word."""
        return Severity(group.severity).word

    @staticmethod
    def resolve_why(group: Group) -> list[str]:
        """In words."""
        return [words for each in group.why if (words := why_words(each))]

    @staticmethod
    def resolve_splits(group: Group) -> list[str]:
        """In words."""
        return [split_words(each) for each in group.splits]


class GroupFullOut(GroupOut):
    """A group with its signals."""

    signal_ids: list[UUID]


class GroupList(Schema):
    """A page of groups."""

    items: list[GroupOut]
    next_cursor: str | None


class GroupSplitIn(Strict):
    """Which signals belong elsewhere."""

    signal_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=500)] = ""


class GroupMergeIn(Strict):
    """Of which group it is a part."""

    into: UUID
    note: Annotated[str, Field(max_length=500)] = ""


class GroupDismissalIn(Strict):
    """Why it needs nothing more."""

    reason: Annotated[str, Field(description=f"One of: {', '.join(DismissReason.values)}.")]
    note: Annotated[str, Field(max_length=500)] = ""


class GroupDismissalsIn(GroupDismissalIn):
    """Which groups need nothing more, and why."""

    group_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]


class GroupMergingsIn(Strict):
    """Which groups are one."""

    group_ids: Annotated[list[UUID], Field(min_length=2, max_length=50)]


class DismissedOut(Schema):
    """Which groups were dismissed, with how many signals, and how many were left as they are."""

    groups: list[UUID]
    signals: int
    left: int


class LessonIn(Strict):
    """What to learn about an entity of the group."""

    entity_id: UUID
    kind: Literal["never", "always"]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class LessonOut(Schema):
    """What was taught about an entity."""

    id: UUID
    kind: str
    entity_id: UUID
    label: str
    reason: str
    taught_at: datetime
    ended_at: datetime | None
    version: int


class LessonList(Schema):
    """What was taught and holds."""

    items: list[LessonOut]


class RuleIn(Strict):
    """A grouping rule; it begins switched off."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    conditions: Annotated[list[dict[str, Any]], Field(description="Each with `field`, `op` and `values`; all hold.")]
    group_by: list[str] = []
    compartment_id: UUID | None = None
    window_minutes: int = 30
    lifetime_minutes: int = 240
    threshold: int = 2
    mode: Literal["suggest", "auto"] = "suggest"
    category: Annotated[str, Field(description="Of the incidents that it opens, where the mode is auto.")] = ""
    position: int = 100


class RuleChangeIn(Strict):
    """New values of a rule; what is left out stays."""

    name: str | None = None
    conditions: list[dict[str, Any]] | None = None
    group_by: list[str] | None = None
    window_minutes: int | None = None
    lifetime_minutes: int | None = None
    threshold: int | None = None
    mode: Literal["suggest", "auto"] | None = None
    category: str | None = None
    position: int | None = None


class RuleOut(Schema):
    """A grouping rule."""

    id: UUID
    name: str
    conditions: list[dict[str, Any]]
    group_by: list[str]
    compartment_id: UUID
    window_minutes: int
    lifetime_minutes: int
    threshold: int
    mode: str
    category: str
    position: int
    enabled: bool
    version: int


class RuleList(Schema):
    """All rules, in the order in which they are asked."""

    items: list[RuleOut]


class TrialIn(Strict):
    """Over how many days a rule is tried."""

    days: Annotated[int, Field(ge=1, le=90)] = 14


class TrialOut(Schema):
    """A back-test, how far it is, and what came of it."""

    id: UUID
    rule_id: UUID
    days: int
    state: str
    done: int
    total: int
    result: dict[str, Any]
    asked_at: datetime
    finished_at: datetime | None
