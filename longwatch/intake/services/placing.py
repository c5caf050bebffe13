# SPDX-License-Identifier: Apache-2.0
"""Signals as parts of incidents and cases. The packages above call these; they never touch a signal themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.intake import triage_rules as rules
from longwatch.intake.models import Signal
from longwatch.intake.selectors import signal_ref
from longwatch.intake.services.bulk_triage import lock_as_arrivals_do
from longwatch.intake.services.enclosing import carry_exclusions
from longwatch.intake.services.threads import move_with_signal
from longwatch.intake.triage_events import SignalPlaced, SignalReleased
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.links import end_link, link
from longwatch.web.live import announce


@transaction.atomic
def place_in_record(signal_ids: Sequence[UUID], record: RecordRef, by: Actor) -> list[Signal]:
    """Make signals part of an incident or case; all of them or none, and those already there stay as they are.

    In an open record a signal is open for deduplication: repeats count up on it, unless a newer one has its key.
    """
    wanted = sorted(set(signal_ids))
    if not wanted:
        return []
    lock_as_arrivals_do(wanted)
    signals = list(Signal.objects.filter(id__in=wanted).order_by("id"))
    if len(signals) != len(wanted):
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    present = set(_links(record.id).values_list("from_id", flat=True))
    return [s if s.id in present else _place(s, record, by) for s in signals]


def _place(signal: Signal, record: RecordRef, by: Actor) -> Signal:
    rules.refuse_placing(signal.status, record.kind)
    carry_exclusions(signal, record.compartment_id, by=by)
    move_with_signal(signal, record, by=by)
    link(signal_ref(signal), record, kind=LinkKind.BELONGS, by=by)
    signal.status = rules.placed_status(signal.status, record.kind)
    signal.snoozed_until = None
    if not record.closed:
        _count_repeats_again(signal)
    announce("inbox", signal.compartment_id)
    event = SignalPlaced(**_about(signal), record_kind=record.kind)
    return ledger.record(event, by=by, row=signal, fields=["status", "snoozed_until", "closed_at"])


@transaction.atomic
def release_from_record(
    signal_id: UUID, record_id: UUID, by: Actor, *, reason: str = "", expected_version: int | None = None
) -> Signal:
    """Take a signal out of an incident or case again; it returns to the inbox unless another record holds it.

    The reason is told in the record's history only: readers of the signal may not know of the record.
    """
    signal = Signal.objects.select_for_update(no_key=True).filter(id=signal_id).first()
    tie = _links(record_id).filter(from_id=signal_id).first()
    if signal is None or tie is None:
        raise NotFound
    require(by, Permission.SIGNAL_TRIAGE)
    end_link(tie.id, reason=reason, by=by, expected_version=expected_version)
    move_with_signal(signal, None, by=by)
    holders = _held_by(signal.id)
    signal.status = rules.status_back_in_inbox(signal.assignee_id is not None, list(holders))
    if signal.status in rules.IN_INBOX:
        _count_repeats_again(signal)
    elif rules.ends_when_released(signal.status, holders):
        # Else repeats would count up where nobody looks any more.
        signal.closed_at = signal.closed_at or clock.now()
    announce("inbox", signal.compartment_id)
    event = SignalReleased(**_about(signal), record_kind=tie.to_kind)
    return ledger.record(event, by=by, row=signal, fields=["status", "closed_at"])


@transaction.atomic
def close_with_record(record_id: UUID) -> list[UUID]:
    """Close the signals of a record, in the transaction and by the account that closed it; returns which.

    Whoever may close the record need not be a reader of its signals: a function of the database changes them, with
    their entries (sql/closing.sql). A signal that an incident handles is left to that incident when a case closes.
    """
    return _ask("select intake_close_with_record(%s)", record_id)


@transaction.atomic
def reopen_with_record(record_id: UUID) -> list[UUID]:
    """Let repeats count again on the signals of a record that reopened, where no newer signal has the key."""
    return _ask("select intake_reopen_with_record(%s)", record_id)


def _held_by(signal_id: UUID) -> dict[str, bool]:
    """The kinds of records that hold a signal, and whether all of a kind are closed; also what the actor cannot see."""
    with connection.cursor() as cursor:
        cursor.execute("select kind, closed from intake_held_by(%s)", [signal_id])
        return dict(cursor.fetchall())


def _ask(question: str, about: UUID) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, [about])
        return [answer for (answer,) in cursor.fetchall()]


def _links(record_id: UUID) -> QuerySet[Link]:
    return Link.objects.filter(kind=LinkKind.BELONGS, from_kind=RecordKind.SIGNAL, to_id=record_id, ended_at=None)


def _count_repeats_again(signal: Signal) -> None:
    if signal.closed_at is None:
        return
    same_key = Signal.objects.filter(source_id=signal.source_id, dedup_key=signal.dedup_key, closed_at=None)
    if not same_key.exists():
        signal.closed_at = None


def _about(signal: Signal) -> dict[str, UUID]:
    return {"subject_id": signal.id, "record_id": signal.id, "compartment_id": signal.compartment_id}
