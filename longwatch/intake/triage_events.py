# SPDX-License-Identifier: Apache-2.0
"""What triage can do to a signal, one event a verb.

No event names the incident or case a signal went to: whoever may read signals need not be allowed to know of it.
The link, which is seen only by those inside both, tells.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAcknowledged(Event):
    """Somebody has seen it and says so."""

    name: ClassVar[str] = "signal.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalUnacknowledged(Event):
    """It counts as unseen again."""

    name: ClassVar[str] = "signal.unacknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalAssigned(Event):
    """Somebody is to judge it, or nobody any more."""

    name: ClassVar[str] = "signal.assigned"
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDismissed(Event):
    """It needs nothing more, for a reason."""

    name: ClassVar[str] = "signal.dismissed"
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalMarkedDuplicate(Event):
    """It tells the same as another signal."""

    name: ClassVar[str] = "signal.marked_duplicate"
    duplicate_of: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReopened(Event):
    """A dismissed signal is to be judged again."""

    name: ClassVar[str] = "signal.reopened"
    reason_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSnoozed(Event):
    """It leaves the inbox until a time."""

    name: ClassVar[str] = "signal.snoozed"
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalUnsnoozed(Event):
    """It came back before its time."""

    name: ClassVar[str] = "signal.unsnoozed"
    until_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPlaced(Event):
    """It became part of an incident or a case."""

    name: ClassVar[str] = "signal.placed"
    record_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReleased(Event):
    """It was taken out of an incident or a case."""

    name: ClassVar[str] = "signal.released"
    record_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalClosed(Event):
    """Its incident or case closed; what arrives now with the same key is a new signal. Appended by sql/closing.sql."""

    name: ClassVar[str] = "signal.closed"
    record_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalOpenedAgain(Event):
    """Its incident or case was reopened, so repeats count up on it again. Appended by sql/closing.sql."""

    name: ClassVar[str] = "signal.opened_again"
    record_kind: str
