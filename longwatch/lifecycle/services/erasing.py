# SPDX-License-Identifier: Apache-2.0
"""Carrying out an approved disposal, step by step, each with its own entries; it can be taken up again at any step."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.deadlocks import despite_deadlocks
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import DisposalCertified, DisposalProgressed, DisposalStopped, ErasurePerformed
from longwatch.lifecycle.models import Disposal, DisposalStatus
from longwatch.records.final import await_holds
from longwatch.web.live import announce

# The task of longwatch.exchange.jobs, which stands beside.
REMOVE_BUNDLES = "exchange.remove_bundles"
HELD = "A legal hold came before all had gone."
# What becomes of a disposal that is not there, and of one whose carrier cannot carry it out.
GONE, WAITS = "gone", "waits"


def carry_out(disposal_id: UUID) -> str:
    """Do what was approved, as whoever proposed it or took it up; returns what became of it.

    Have they left, another role now, or may they not know of the record any more, it waits for another to take it up.
    """
    for step, place in selectors.places():
        blank = partial(_as_carrier, disposal_id, partial(_blank, step=step, place=place))
        # Signals that still arrive are taken in another order, and a job that fails stands still.
        if ended := despite_deadlocks(blank):
            return ended
    return despite_deadlocks(partial(_as_carrier, disposal_id, _finish))


def _as_carrier(disposal_id: UUID, do: Callable[[Disposal, Actor], str]) -> str:
    """One step, in its own transaction, as who carries the disposal out by then."""
    account_id = selectors.carrier_of(disposal_id)
    if account_id is None:
        return GONE
    actor = _actor(account_id)
    if actor is None:
        return WAITS
    with acting_as(actor):
        await_holds(actor.org_id)
        row = Disposal.objects.select_for_update().filter(id=disposal_id).first()
        return do(row, actor) if row else WAITS


def _blank(row: Disposal, by: Actor, *, step: int, place: str) -> str:
    """One place; what an earlier run did is done. Says what became of it when that is all."""
    if row.status not in (DisposalStatus.APPROVED, DisposalStatus.RUNNING):
        return "" if row.status == DisposalStatus.DONE else str(DisposalStatus.STOPPED)
    if selectors.is_held(row.record_id):
        return _stop(row, by)
    if row.status == DisposalStatus.RUNNING and row.step >= step:
        return ""
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
    return ""


def _finish(row: Disposal, by: Actor) -> str:
    """Erase what opens older entries, and write the certificate."""
    if row.status != DisposalStatus.RUNNING:
        return row.status
    if selectors.is_held(row.record_id):
        return _stop(row, by)
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


def _stop(row: Disposal, by: Actor) -> str:
    row.status = DisposalStatus.STOPPED
    event = DisposalStopped(subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, reason=HELD)
    ledger.record(event, by=by, row=row, fields=["status"])
    return row.status


def _call(statement: str, disposal_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [disposal_id])
        return int(cursor.fetchone()[0])


def _actor(account_id: UUID) -> Actor | None:
    """Who carries it out, if they are a privacy officer still."""
    account = Account.objects.filter(id=account_id, is_active=True).first()
    actor = actor_of(account, via="job") if account else None
    return actor if actor and actor.may(Permission.RETENTION_MANAGE) else None
