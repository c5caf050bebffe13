# SPDX-License-Identifier: Apache-2.0
"""What administrators decide about feeds. What a feed brought is told by its list (intel.loaded)."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOpened(Event):
    """A list is fetched from now on."""

    name: ClassVar[str] = "feed.opened"
    label: str
    kind: str
    url: str
    dataset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanged(Event):
    """A list is fetched otherwise; what changed, by name."""

    name: ClassVar[str] = "feed.changed"
    label: str
    changed: list[str]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedClosed(Event):
    """A list is fetched no more; its secret is forgotten."""

    name: ClassVar[str] = "feed.closed"
    label: str
