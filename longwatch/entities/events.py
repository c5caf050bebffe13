# SPDX-License-Identifier: Apache-2.0
"""What can happen to an entity's part in a record, and what can be said about an entity on the basis of one."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionAdded(Event):
    """An entity was named in a record, with its part."""

    name: ClassVar[str] = "mention.added"
    kind: str
    value: str
    part: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChanged(Event):
    """An entity's part in a record turned out to be another. Older ledgers hold it; nothing appends it now."""

    name: ClassVar[str] = "mention.part_changed"
    kind: str
    value: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionEnded(Event):
    """An entity no longer has that part in a record; the history stays."""

    name: ClassVar[str] = "mention.ended"
    kind: str
    value: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMerged(Event):
    """An entity was said to be the same as another, on the basis of a record."""

    name: ClassVar[str] = "entity.merged"
    kind: str
    value: str
    into_kind: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityUnmerged(Event):
    """That two entities are the same no longer holds; each is again what it was."""

    name: ClassVar[str] = "entity.unmerged"
    kind: str
    value: str
    into_kind: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityToldApart(Event):
    """Two entities that look alike were said not to be the same."""

    name: ClassVar[str] = "entity.told_apart"
    kind: str
    value: str
    into_kind: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartTakenBack(Event):
    """That two entities are not the same no longer holds."""

    name: ClassVar[str] = "entity.apart_taken_back"
    kind: str
    value: str
    into_kind: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMarked(Event):
    """It was said with whom what is known of an entity may be shared, and what may be done with it."""

    name: ClassVar[str] = "entity.marked"
    kind: str
    value: str
    tlp: str
    pap: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingEnded(Event):
    """A marking no longer holds."""

    name: ClassVar[str] = "entity.marking_ended"
    kind: str
    value: str
    tlp: str
    pap: str
