# SPDX-License-Identifier: Apache-2.0
"""Judging a signal: acknowledge, assign, dismiss, mark as a duplicate, snooze, and the way back of each."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotFound, Stale
from longwatch.intake import triage_rules as rules
from longwatch.intake.models import DismissReason, Signal, SignalStatus
from longwatch.intake.services.placing import (
    close_with_record,
    place_in_record,
    release_from_record,
    reopen_with_record,
)
from longwatch.intake.triage_events import (
    SignalAcknowledged,
    SignalAssigned,
    SignalDismissed,
    SignalMarkedDuplicate,
    SignalReopened,
    SignalSnoozed,
    SignalUnacknowledged,
    SignalUnsnoozed,
)
from longwatch.ledger import Event
from longwatch.web.live import announce

__all__ = [
    "acknowledge", "assign", "close_with_record", "dismiss", "mark_duplicate", "place_in_record", "release_from_record",
    "reopen", "reopen_with_record", "snooze", "unacknowledge", "unsnooze",
]  # fmt: skip

JUDGED = ("status", "dismiss_reason", "dismiss_note", "duplicate_of", "snoozed_until", "closed_at")


@transaction.atomic
def acknowledge(signal_id: UUID, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Say that somebody has seen a signal; saying it twice changes nothing."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    if signal.status == SignalStatus.ACKNOWLEDGED:
        return signal
    signal.status = SignalStatus.ACKNOWLEDGED
    return _write(SignalAcknowledged(**_about(signal)), signal, ["status"], by)


@transaction.atomic
def unacknowledge(signal_id: UUID, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Make a signal count as unseen again; refuses while it is assigned to somebody."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    if signal.status == SignalStatus.NEW:
        return signal
    if signal.assignee_id is not None:
        raise Conflict("Somebody has this signal in hand. Take it from them first.", code="signal_assigned")
    signal.status = SignalStatus.NEW
    return _write(SignalUnacknowledged(**_about(signal)), signal, ["status"], by)


@transaction.atomic
def assign(signal_id: UUID, account_id: UUID | None, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Give a signal to somebody, which acknowledges it, or to nobody, which makes it new again."""
    access_selectors.hold_people(account_id)
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    if signal.assignee_id == account_id:
        return signal
    account = access_selectors.account_of(by, account_id) if account_id is not None else None
    if account is not None and not account.is_active:
        raise Conflict(f"{account.name} has left and cannot be given work.", code="account_disabled")
    before = signal.assignee.name if signal.assignee else None
    signal.assignee = account
    signal.status = rules.status_back_in_inbox(account is not None)
    event = SignalAssigned(**_about(signal), before=before, after=account.name if account else None)
    return _write(event, signal, ["assignee", "status"], by)


@transaction.atomic
def dismiss(signal_id: UUID, reason: str, note: str = "", *, by: Actor, expected_version: int | None = None) -> Signal:
    """Decide that a signal needs nothing more; what arrives later with its key is a new signal that names it."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    why, said = rules.known_reason(reason), rules.fitting_note(note)
    _close(signal, why, said)
    return _write(SignalDismissed(**_about(signal), reason=why, note=said), signal, JUDGED, by)


@transaction.atomic
def mark_duplicate(signal_id: UUID, of_id: UUID, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Dismiss a signal because it tells the same as another; that one's own original counts as the original."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    other = Signal.objects.filter(id=of_id).first()
    if other is None:
        raise NotFound
    rules.refuse_duplicate(signal.id, other.id, other.duplicate_of_id)
    _close(signal, DismissReason.DUPLICATE, "")
    signal.duplicate_of_id = other.duplicate_of_id or other.id
    event = SignalMarkedDuplicate(**_about(signal), duplicate_of=signal.duplicate_of_id)
    return _write(event, signal, JUDGED, by)


@transaction.atomic
def reopen(signal_id: UUID, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Put a dismissed signal back into the inbox; refuses while a newer one with the same key is open."""
    signal = _load(signal_id, by, expected_version)
    if signal.status in rules.IN_INBOX:
        return signal
    if signal.status != SignalStatus.DISMISSED:
        rules.refuse_unless_in_inbox(signal.status)
    _refuse_second_open(signal)
    before = signal.dismiss_reason
    signal.status = rules.status_back_in_inbox(signal.assignee_id is not None)
    signal.dismiss_reason, signal.dismiss_note = "", ""
    signal.duplicate_of, signal.closed_at = None, None
    return _write(SignalReopened(**_about(signal), reason_before=before), signal, JUDGED, by)


@transaction.atomic
def snooze(signal_id: UUID, until: datetime, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Take a signal out of the inbox until a time within a year."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    rules.refuse_snooze(until, clock.now())
    if signal.snoozed_until == until:
        return signal
    signal.snoozed_until = until
    return _write(SignalSnoozed(**_about(signal), until=until), signal, ["snoozed_until"], by)


@transaction.atomic
def unsnooze(signal_id: UUID, by: Actor, *, expected_version: int | None = None) -> Signal:
    """Bring a snoozed signal back now."""
    signal = _load(signal_id, by, expected_version)
    rules.refuse_unless_in_inbox(signal.status)
    before = signal.snoozed_until
    if before is None:
        return signal
    signal.snoozed_until = None
    return _write(SignalUnsnoozed(**_about(signal), until_before=before), signal, ["snoozed_until"], by)


def _load(signal_id: UUID, by: Actor, expected_version: int | None) -> Signal:
    signal = Signal.objects.select_for_update(no_key=True).filter(id=signal_id).first()
    if signal is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    if expected_version is not None and expected_version != signal.version:
        raise Stale("Somebody changed this signal meanwhile. Read it again, then decide.")
    return signal


def _close(signal: Signal, reason: DismissReason, note: str) -> None:
    signal.status, signal.dismiss_reason, signal.dismiss_note = SignalStatus.DISMISSED, reason, note
    signal.snoozed_until, signal.closed_at = None, clock.now()


def _refuse_second_open(signal: Signal) -> None:
    newer = Signal.objects.filter(source_id=signal.source_id, dedup_key=signal.dedup_key, closed_at=None)
    found = newer.values_list("id", flat=True).first()
    if found is not None:
        raise rules.KeyIsOpen(found)


def _about(signal: Signal) -> dict[str, UUID]:
    return {"subject_id": signal.id, "record_id": signal.id, "compartment_id": signal.compartment_id}


def _write(event: Event, signal: Signal, fields: "list[str] | tuple[str, ...]", by: Actor) -> Signal:
    announce("inbox", signal.compartment_id)
    # Whatever somebody decides, they know how severe it is now.
    signal.stirred_at = None
    return ledger.record(event, by=by, row=signal, fields=[*fields, "stirred_at"])
