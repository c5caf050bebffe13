# SPDX-License-Identifier: Apache-2.0
"""What can happen to sources. Arrivals have one kind of entry for many (covering.py)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCreated(Event):
    """A source was added."""

    name: ClassVar[str] = "source.created"
    source: str
    slug: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChanged(Event):
    """How a source's signals are taken was changed: the new values by name."""

    name: ClassVar[str] = "source.changed"
    source: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSwitchedOff(Event):
    """A source takes no more signals."""

    name: ClassVar[str] = "source.switched_off"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSwitchedOn(Event):
    """A source takes signals again."""

    name: ClassVar[str] = "source.switched_on"
    source: str
