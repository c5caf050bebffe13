# SPDX-License-Identifier: Apache-2.0
"""What can happen to webhooks out."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionMade(Event):
    """An administrator had an address told of events."""

    name: ClassVar[str] = "subscription.made"
    label: str
    host: str
    patterns: list[str]
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPaused(Event):
    """An address is told no more for a time; what happens meanwhile waits."""

    name: ClassVar[str] = "subscription.paused"
    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionResumed(Event):
    """An address is told again, from where the telling stopped."""

    name: ClassVar[str] = "subscription.resumed"
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionClosed(Event):
    """An address is never told again."""

    name: ClassVar[str] = "subscription.closed"
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterResent(Event):
    """An event that had been refused was told again."""

    name: ClassVar[str] = "subscription.event_resent"
    label: str
    event: str
    entry: int
