# SPDX-License-Identifier: Apache-2.0
"""What can happen to an entity's part in a record."""

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
