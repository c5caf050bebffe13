# SPDX-License-Identifier: Apache-2.0
"""What can happen to sources and to bodies kept whole. Arrivals have one kind of entry for many (covering.py)."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingRetried(Event):
    """Signals of a source that could not be grouped and enriched are tried again."""

    name: ClassVar[str] = "source.settling_retried"
    source: str
    signals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryKept(Event):
    """A body was kept whole: it held several signals, or could not be read."""

    name: ClassVar[str] = "delivery.kept"
    source: str
    way: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReplayed(Event):
    """A body that could not be read before was read, and gave signals."""

    name: ClassVar[str] = "delivery.replayed"
    source: str
    signals: int
    # What still could not be read is kept anew.
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Event):
    """A webhook was set up: somebody may send to a source with a secret of its own."""

    name: ClassVar[str] = "webhook.opened"
    source: str
    label: str
    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosed(Event):
    """A webhook takes nothing more; its secret opens nothing."""

    name: ClassVar[str] = "webhook.closed"
    source: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOpened(Event):
    """A connection was set up: a tool is asked for what is new."""

    name: ClassVar[str] = "poll.opened"
    source: str
    label: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollChanged(Event):
    """How a tool is asked was changed: the names of what changed, and the new address."""

    name: ClassVar[str] = "poll.changed"
    source: str
    label: str
    changed: list[str]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollClosed(Event):
    """A tool is not asked any more; the secret for it was forgotten."""

    name: ClassVar[str] = "poll.closed"
    source: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxOpened(Event):
    """Mails may come to a source through an address of its own, or from a mailbox that is read."""

    name: ClassVar[str] = "mailbox.opened"
    source: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxClosed(Event):
    """No more mails come through this address or mailbox; its password is not used any more."""

    name: ClassVar[str] = "mailbox.closed"
    source: str
    kind: str
    address: str
