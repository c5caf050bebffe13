# SPDX-License-Identifier: Apache-2.0
"""What can happen to the telling of senders."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncMade(Event):
    """Somebody had a sender told what becomes of its alerts."""

    name: ClassVar[str] = "sender_sync.made"
    source: str
    host: str
    occasions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncChanged(Event):
    """A sender is told otherwise from now on."""

    name: ClassVar[str] = "sender_sync.changed"
    source: str
    host: str
    changed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncPaused(Event):
    """A sender is told nothing for now; what happens meanwhile waits."""

    name: ClassVar[str] = "sender_sync.paused"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncResumed(Event):
    """A sender is told again."""

    name: ClassVar[str] = "sender_sync.resumed"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncEnded(Event):
    """A sender is told nothing more."""

    name: ClassVar[str] = "sender_sync.ended"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncTried(Event):
    """Somebody sent a trial about a signal to its sender."""

    name: ClassVar[str] = "sender_sync.tried"
    source: str
    host: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSyncResent(Event):
    """Something that a sender had refused is told again."""

    name: ClassVar[str] = "sender_sync.resent"
    source: str
    occasion: str
