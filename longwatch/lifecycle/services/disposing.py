# SPDX-License-Identifier: Apache-2.0
"""Disposals: one person proposes, another decides, a job carries out."""

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
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import DisposalApproved, DisposalProposed, DisposalRefused
from longwatch.lifecycle.finding import find_record, may_decide
from longwatch.lifecycle.models import Basis, Disposal, DisposalStatus
from longwatch.lifecycle.retention import class_of
from longwatch.lifecycle.rules import LONGEST_REASON, day_ahead, outcome_in, refuse_decided, refuse_held, written

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
    if selectors.disposals(*OPEN).filter(record_id=record_id).exists():
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
    event = DisposalProposed(
        subject_id=row.id, record_id=record_id, compartment_id=row.compartment_id, outcome=row.outcome,
        basis=row.basis, note=row.note,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def approve(disposal_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None) -> Disposal:
    """Agree, as the second person: the record's lead or counsel. The job begins at once."""
    row = _to_decide(disposal_id, by, expected_version)
    refuse_held(selectors.is_held(row.record_id))
    row.status, row.decided_by_id, row.decided_at = DisposalStatus.APPROVED, by.id, clock.now()
    row.decision_reason = reason.strip()[:LONGEST_REASON]
    event = DisposalApproved(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, outcome=row.outcome,
        reason=row.decision_reason,
    )  # fmt: skip
    ledger.record(event, by=by, row=row, fields=["status", "decided_by", "decided_at", "decision_reason"])
    # In this very transaction: the job exists exactly when the approval does.
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
    found = selectors.disposal(disposal_id)
    record = find_record(found.record_kind, found.record_id, by)
    row = Disposal.objects.select_for_update().get(id=disposal_id)
    if not may_decide(record, by):
        raise NotAllowed("The record's lead or counsel decides.", code="permission_missing")
    refuse_stale(row.version, expected_version)
    if by.id == row.proposed_by_id:
        raise NotAllowed("You proposed this. Somebody else has to decide.", code="second_person_needed")
    refuse_decided(row)
    return row
