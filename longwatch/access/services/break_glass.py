# SPDX-License-Identifier: Apache-2.0
"""Ending a break-glass early, and judging it afterwards. Opening one: longwatch.search.services.break_glass."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.events import GlassEnded, GlassReviewed
from longwatch.access.models import Account
from longwatch.access.oversight import BreakGlass, GlassOutcome, NoticeKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.notices import notify
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound

WORKING_DAYS = 2
SATURDAY = 5
LONGEST_NOTE = 1000


def review_due(opened_at: datetime) -> datetime:
    """Two working days later, at the same time of day; Saturdays and Sundays do not count."""
    due, left = opened_at, WORKING_DAYS
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < SATURDAY
    return due


def glass_for_change(glass_id: UUID) -> BreakGlass:
    """A break-glass, locked until the transaction ends; refuses (404) one the actor may not know of."""
    found = BreakGlass.objects.select_for_update(of=("self",)).select_related("account").filter(id=glass_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def end_glass(glass_id: UUID, *, by: Actor) -> BreakGlass:
    """End it now: whoever broke it, anybody inside the record, or a privacy officer. Twice changes nothing.

    With it ends whatever else the same person broke to see the same record.
    """
    row = glass_for_change(glass_id)
    others = BreakGlass.objects.filter(account_id=row.account_id, record_id=row.record_id, ended_at=None)
    for other in others.exclude(id=row.id).order_by("id").values_list("id", flat=True):
        _end(glass_for_change(other), by)
    return _end(row, by)


def _end(row: BreakGlass, by: Actor) -> BreakGlass:
    if not row.is_active:
        return row
    row.ended_at, row.ended_by_id = clock.now(), by.id
    event = GlassEnded(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, account=row.account.name
    )  # fmt: skip
    return ledger.record(event, by=by, row=row, fields=["ended_at", "ended_by"])


@transaction.atomic
def review_glass(glass_id: UUID, *, outcome: str, note: str, by: Actor) -> BreakGlass:
    """Say whether it was justified, once it is over; refuses one's own (403), and a second judgement (409)."""
    require(by, Permission.ACCESS_REVIEW)
    row = glass_for_change(glass_id)
    if row.account_id == by.id:
        raise NotAllowed("Somebody else has to review what you did.")
    if row.outcome:
        raise Conflict("This break-glass has been reviewed already.", code="already_reviewed")
    if row.is_active:
        raise Conflict("It is still open. End it first, or wait until it ends by itself.", code="still_open")
    _refuse_input(outcome, note)
    row.outcome, row.review_note, row.reviewed_at, row.reviewed_by_id = outcome, note.strip(), clock.now(), by.id
    event = GlassReviewed(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, account=row.account.name,
        outcome=outcome, note=row.review_note,
    )  # fmt: skip
    done = ledger.record(event, by=by, row=row, fields=["outcome", "review_note", "reviewed_at", "reviewed_by"])
    notify(Account.objects.filter(id=row.account_id), NoticeKind.GLASS_REVIEWED, f"/break-glass/{row.id}", by=by)
    return done


def _refuse_input(outcome: str, note: str) -> None:
    fields = {}
    if outcome not in GlassOutcome.values:
        fields["outcome"] = "Choose whether it was justified."
    if not note.strip():
        fields["note"] = "Write what you looked at and why you think so."
    elif len(note.strip()) > LONGEST_NOTE:
        fields["note"] = f"Use at most {LONGEST_NOTE} characters."
    if fields:
        raise Invalid("The review was not saved.", fields=fields)
