# SPDX-License-Identifier: Apache-2.0
"""Carrying out an approved disposal, step by step, each with its own entries; it can be taken up again at any step."""

from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import DisposalCertified, DisposalProgressed, DisposalStopped, ErasurePerformed
from longwatch.lifecycle.models import Disposal, DisposalStatus
from longwatch.records.final import await_holds
from longwatch.web.live import announce

# The task of longwatch.exchange.jobs, which stands beside.
REMOVE_BUNDLES = "exchange.remove_bundles"
HELD = "A legal hold came before all had gone."


def carry_out(disposal_id: UUID, by_account: UUID | None = None) -> str:
    """Do what was approved, as whoever proposed it; returns what became of it."""
    actor = _proposer(disposal_id) if by_account is None else _actor(by_account)
    if actor is None:
        return "gone"
    with acting_as(actor):
        steps = selectors.places()
    for step, place in steps:
        with acting_as(actor):
            if not _blank(disposal_id, step, place, actor):
                return str(DisposalStatus.STOPPED)
    with acting_as(actor):
        return _finish(disposal_id, actor)


def _blank(disposal_id: UUID, step: int, place: str, by: Actor) -> bool:
    """One place; what an earlier run did is done. False when a hold is in the way."""
    await_holds(by.org_id)
    row = Disposal.objects.select_for_update().get(id=disposal_id)
    if row.status not in (DisposalStatus.APPROVED, DisposalStatus.RUNNING):
        return row.status == DisposalStatus.DONE
    if selectors.is_held(row.record_id):
        return _stop(row, by)
    if row.status == DisposalStatus.RUNNING and row.step >= step:
        return True
    if row.status == DisposalStatus.APPROVED:
        row.status = DisposalStatus.RUNNING
    row.step = step
    event = DisposalProgressed(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, step=step, place=place
    )
    ledger.record(event, by=by, row=row, fields=["status", "step", "counts"])
    blanked = _call("select lifecycle_erase(%s)", row.id)
    if blanked:
        row.counts = {**row.counts, place: blanked}
        ledger.record(event, by=by, row=row, fields=["counts"])
    announce(f"record:{row.record_id}", row.compartment_id)
    return True


def _finish(disposal_id: UUID, by: Actor) -> str:
    """Erase what opens older entries, and write the certificate."""
    await_holds(by.org_id)
    row = Disposal.objects.select_for_update().get(id=disposal_id)
    if row.status != DisposalStatus.RUNNING:
        return row.status
    if selectors.is_held(row.record_id):
        _stop(row, by)
        return row.status
    approver = row.decided_by.name if row.decided_by else ""
    event = ErasurePerformed(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, basis=row.basis,
        approver=approver, outcome=row.outcome, erases=selectors.openings(row.id),
    )  # fmt: skip
    row.destroyed = [] if row.is_of_one_person else selectors.destroyed_hashes(row.id)
    ledger.record(event, by=by, row=row, fields=["destroyed"])
    _remove_bundles(row)
    row.counts = {**row.counts, "ledger_detail": _call("select ledger_erase(%s)", row.id)}
    row.status, row.finished_at, row.words = DisposalStatus.DONE, clock.now(), []
    certified = DisposalCertified(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, outcome=row.outcome,
        basis=row.basis, approver=approver, rows=sum(row.counts.values()), files=len(row.destroyed),
    )  # fmt: skip
    ledger.record(certified, by=by, row=row, fields=["status", "counts", "finished_at", "words"])
    announce(f"record:{row.record_id}", row.compartment_id)
    return row.status


def _remove_bundles(row: Disposal) -> None:
    """Bundles that were made before hold what went; in this very transaction: they go exactly when it is done."""
    if found := selectors.recalled(row.id):
        app.configure_task(REMOVE_BUNDLES).defer(exports=[*found])


def _stop(row: Disposal, by: Actor) -> bool:
    row.status = DisposalStatus.STOPPED
    event = DisposalStopped(subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, reason=HELD)
    ledger.record(event, by=by, row=row, fields=["status"])
    return False


def _call(statement: str, disposal_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [disposal_id])
        return int(cursor.fetchone()[0])


def _proposer(disposal_id: UUID) -> Actor | None:
    with connection.cursor() as cursor:
        cursor.execute("select lifecycle_proposer(%s)", [disposal_id])
        found = cursor.fetchone()
    return _actor(found[0]) if found and found[0] else None


def _actor(account_id: UUID) -> Actor | None:
    account = Account.objects.filter(id=account_id, is_active=True).first()
    return actor_of(account, via="job") if account else None
