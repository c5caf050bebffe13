# SPDX-License-Identifier: Apache-2.0
"""Disposals: one person proposes, another decides, a job carries out."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotAllowed, refuse_stale
from longwatch.core.words import LONGEST_REASON, written
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import (
    DisposalApproved,
    DisposalProposed,
    DisposalRefused,
    DisposalTakenUp,
    PersonSought,
)
from longwatch.lifecycle.finding import find_record, may_decide, refuse_outside_place
from longwatch.lifecycle.models import Basis, Disposal, DisposalStatus, Outcome
from longwatch.lifecycle.retention import class_of, of_signals
from longwatch.lifecycle.rules import (
    day_ahead,
    outcome_in,
    refuse_decided,
    refuse_held,
    refuse_idle,
    words_in,
)
from longwatch.records.final import await_holds
from longwatch.records.models import RecordKind

# The task of longwatch.lifecycle.jobs, which stands above.
CARRY_OUT = "lifecycle.carry_out"
OPEN = (DisposalStatus.PROPOSED, DisposalStatus.APPROVED, DisposalStatus.RUNNING, DisposalStatus.DONE)


@transaction.atomic
def propose(record_id: UUID, *, outcome: str, basis: str = Basis.RETENTION, note: str = "", by: Actor) -> Disposal:
    """Propose that the content of a closed record goes. Refuses (409) an open one, one under hold, one not due."""
    require(by, Permission.RETENTION_MANAGE)
    subject = selectors.subject(record_id)
    refuse_held(selectors.is_held(record_id))
    if subject.closed_at is None:
        raise Conflict("This record is not closed. Only what is closed can go.", code="record_open")
    of_all = selectors.whole(selectors.disposals(*OPEN)).filter(record_id=record_id)
    if of_all.exists() or selectors.disposals(*OPEN[:3]).filter(record_id=record_id).exists():
        raise Conflict("A disposal of this record is under way or done.", code="disposal_exists")
    fitting = class_of(selectors.retention(by.org_id), subject.kind, subject.sort)
    due_on = fitting.due_on(subject.closed_at) if fitting else None
    wanted = Basis(basis) if basis in Basis.values else Basis.RETENTION
    if wanted == Basis.RETENTION and (due_on is None or due_on > clock.now().date()):
        raise Conflict("The retention time of this record is not over.", code="not_due")
    reason = note if wanted == Basis.RETENTION and not note.strip() else written(note, "note", "Say why it goes now.")
    row = Disposal(
        org_id=by.org_id, compartment_id=subject.compartment_id, record_kind=subject.kind, record_id=record_id,
        code=fitting.code if fitting else "", outcome=outcome_in(outcome), basis=wanted, due_on=due_on,
        proposed_by_id=by.id, note=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip
    return _propose(row, by)


@transaction.atomic
def propose_signals(compartment_id: UUID, *, by: Actor) -> Disposal:
    """Propose that dismissed signals go that never joined a record and whose time is over, of one place.

    Just those that are due now, up to a number; refuses (409) when there are none.
    """
    require(by, Permission.RETENTION_MANAGE)
    fitting = of_signals(selectors.retention(by.org_id))
    wanted = selectors.signals_to_go(compartment_id, fitting)
    if not wanted:
        raise Conflict("No signal is due there.", code="not_due")
    row = Disposal(
        org_id=by.org_id, compartment_id=compartment_id, record_kind=RecordKind.SIGNAL, code=fitting.code,
        outcome=outcome_in(fitting.outcome), basis=Basis.RETENTION, due_on=clock.now().date(), proposed_by_id=by.id,
        signals=wanted,
    )  # fmt: skip
    row.record_id = row.id
    return _propose(row, by)


def propose_person(record_id: UUID, *, words: Sequence[str], note: str, by: Actor) -> Disposal:
    """Propose that one person goes from a record that stays, open or closed; its lead sees each place first.

    Refuses (409) under hold, while another disposal is under way, and when nothing that the proposer may search names
    the person. That they looked is counted (429) and written down, also then: the caller has to let that commit.
    """
    require(by, Permission.RETENTION_MANAGE)
    subject = selectors.subject(record_id)
    refuse_held(selectors.is_held(record_id))
    if selectors.disposals(*OPEN[:3]).filter(record_id=record_id).exists():
        raise Conflict("A disposal of this record is under way.", code="disposal_exists")
    called, why = words_in(words), written(note, "note", "Say why the person goes.")
    if not _seek(record_id, subject.compartment_id, called, by):
        sentence = "Nothing in this record that you may search names this person, written this way."
        raise Conflict(sentence, code="not_named")
    row = Disposal(
        org_id=by.org_id, compartment_id=subject.compartment_id, record_kind=subject.kind, record_id=record_id, code="",
        outcome=Outcome.PERSON, basis=Basis.REQUEST, proposed_by_id=by.id, words=called, note=why,
    )  # fmt: skip
    with transaction.atomic():
        return _propose(row, by)


@transaction.atomic
def _seek(record_id: UUID, compartment_id: UUID, called: Sequence[str], by: Actor) -> bool:
    named = selectors.names_person(record_id, called)
    event = PersonSought(subject_id=record_id, record_id=record_id, compartment_id=compartment_id, named=named)
    ledger.append(event, by=by)
    return named


@transaction.atomic
def approve(
    disposal_id: UUID, *, reason: str = "", spared: Sequence[UUID] = (), by: Actor, expected_version: int | None = None
) -> Disposal:
    """Agree, as the second person: the record's lead or counsel. The job begins at once.

    Of one person, `spared` are rows that stay as they are, as do sections that whoever agrees is not inside of.
    """
    await_holds(by.org_id)
    row = _to_decide(disposal_id, by, expected_version)
    refuse_held(selectors.is_held(row.record_id))
    if row.is_of_one_person:
        row.spared, row.sections = list(spared), selectors.sections_inside(row.record_id)
    row.status, row.decided_by_id, row.decided_at = DisposalStatus.APPROVED, by.id, clock.now()
    row.decision_reason = reason.strip()[:LONGEST_REASON]
    event = DisposalApproved(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, outcome=row.outcome,
        reason=row.decision_reason,
    )  # fmt: skip
    fields = ["status", "decided_by", "decided_at", "decision_reason", "spared", "sections"]
    ledger.record(event, by=by, row=row, fields=fields)
    # In this very transaction: the job exists exactly when the approval does.
    app.configure_task(CARRY_OUT).defer(disposal_id=str(row.id))
    return row


@transaction.atomic
def take_up(disposal_id: UUID, *, by: Actor, expected_version: int | None = None) -> Disposal:
    """Carry out in one's own name what was approved, as whoever was to do it cannot; the job begins again at once.

    Refuses (409) what nobody has agreed to, and what is over.
    """
    require(by, Permission.RETENTION_MANAGE)
    selectors.disposal(disposal_id)
    row = Disposal.objects.select_for_update().get(id=disposal_id)
    refuse_stale(row.version, expected_version)
    refuse_idle(row)
    row.taken_up_by_id = by.id
    event = DisposalTakenUp(subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id)
    ledger.record(event, by=by, row=row, fields=["taken_up_by"])
    app.configure_task(CARRY_OUT).defer(disposal_id=str(row.id))
    return row


@transaction.atomic
def keep_longer(disposal_id: UUID, *, until: date | None, reason: str, by: Actor) -> Disposal:
    """Decide against it, with a reason and until when; the record is due again after that day."""
    row = _to_decide(disposal_id, by, None)
    row.keep_until = day_ahead(until, clock.now().date())
    row.decision_reason = written(reason, "reason", "Say what it is still needed for.")
    row.status, row.decided_by_id, row.decided_at = DisposalStatus.KEPT, by.id, clock.now()
    event = DisposalRefused(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id,
        until=row.keep_until.isoformat(), reason=row.decision_reason,
    )  # fmt: skip
    fields = ["status", "decided_by", "decided_at", "decision_reason", "keep_until"]
    return ledger.record(event, by=by, row=row, fields=fields)


def _to_decide(disposal_id: UUID, by: Actor, expected_version: int | None) -> Disposal:
    """The disposal, locked, for somebody who may be the second person; only inside the record (404)."""
    refuse_other_than_second(selectors.disposal(disposal_id), by)
    row = Disposal.objects.select_for_update().get(id=disposal_id)
    refuse_stale(row.version, expected_version)
    if by.id == row.proposed_by_id:
        raise NotAllowed("You proposed this. Somebody else has to decide.", code="second_person_needed")
    refuse_decided(row)
    return row


def refuse_other_than_second(row: Disposal, by: Actor) -> None:
    """The second person: who decides about the record; of a place or lone signals, who is inside it and may close."""
    if row.is_of_signals or row.is_of_place:
        refuse_outside_place(row.compartment_id, by)
    elif not may_decide(find_record(row.record_kind, row.record_id, by), by):
        raise NotAllowed("The record's lead or counsel decides.", code="permission_missing")


def _propose(row: Disposal, by: Actor) -> Disposal:
    event = DisposalProposed(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, outcome=row.outcome,
        basis=row.basis, note=row.note,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)
