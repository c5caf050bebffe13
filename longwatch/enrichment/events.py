# SPDX-License-Identifier: Apache-2.0
"""What people decide about intelligence, inventory and watch-lists. What is found about signals is derived."""

from dataclasses import dataclass
from typing import Any, ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelLoaded(Event):
    """A list was loaded, or a newer edition of it."""

    name: ClassVar[str] = "intel.loaded"
    kind: str
    dataset: str
    edition: str
    file: str
    sha256: str
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelRemoved(Event):
    """A list is no longer compared with anything."""

    name: ClassVar[str] = "intel.removed"
    kind: str
    dataset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(Event):
    """An asset or identity came into the inventory."""

    name: ClassVar[str] = "inventory.added"
    what: str
    item: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Event):
    """Something about an asset or identity changed: the new values by name."""

    name: ClassVar[str] = "inventory.changed"
    what: str
    item: str
    changes: dict[str, Any]
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(Event):
    """An asset or identity is no longer ours."""

    name: ClassVar[str] = "inventory.removed"
    what: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchListMade(Event):
    """A watch-list was made."""

    name: ClassVar[str] = "watchlist.made"
    watchlist: str
    reason: str
    owner: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchListChanged(Event):
    """A watch-list's reason, owner, end or proposal changed: the new values by name."""

    name: ClassVar[str] = "watchlist.changed"
    watchlist: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAdded(Event):
    """Something is watched for."""

    name: ClassVar[str] = "watchlist.entry_added"
    watchlist: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRemoved(Event):
    """Something is no longer watched for."""

    name: ClassVar[str] = "watchlist.entry_removed"
    watchlist: str
    kind: str
    value: str
