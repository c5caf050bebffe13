# SPDX-License-Identifier: Apache-2.0
"""Breaking the glass: one record by its reference, read-only, for an hour at most, with an alarm at once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.events import GlassBroken, GlassTried
from longwatch.access.oversight import LONGEST_GLASS, BreakGlass, GlassReason, NoticeKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission, Role
from longwatch.access.selectors import members
from longwatch.access.services.break_glass import review_due
from longwatch.access.services.notices import notify, with_role
from longwatch.access.services.sight import told
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, TooMany
from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind
from longwatch.search.records_directory import page_url

SHORTEST_REASON, LONGEST_REASON, LONGEST_REFERENCE = 10, 500, 24
TRY = "select allowed, kind, record_id, reference, compartment_id from break_glass_try(%s, %s)"


@dataclass(frozen=True, slots=True)
class _Found:
    attempt_id: UUID
    kind: str
    record_id: UUID
    reference: str
    compartment_id: UUID


@transaction.atomic
def break_glass(reference: str, *, reason_code: str, reason: str, minutes: int = 60, by: Actor) -> BreakGlass | None:
    """Open one record to the actor until the time is over, and tell everybody whom it concerns.

    Nothing opens (None) when there is no such record, or none that this is for: which of the two is not told. Such a
    try is counted and logged all the same, so the caller has to let this transaction commit.
    """
    require(by, Permission.BREAK_GLASS)
    _refuse_input(reference, reason_code, reason, minutes)
    found = _try(reference)
    if found is None:
        event = GlassTried(
            subject_id=uuid7(), reference=reference.strip(), reason_code=reason_code, reason=reason.strip()
        )
        ledger.append(event, by=by)
        return None
    row = _open(found, reason_code, reason.strip(), timedelta(minutes=minutes), by)
    # From here on the record is visible: to find its members, and to say so in its history.
    holders = [membership.account for membership in members(row.compartment_id)]
    notify(holders, NoticeKind.GLASS_BROKEN, page_url(RecordKind(row.record_kind), row.record_id, row.reference), by=by)
    officers = with_role(Role.PRIVACY, by)
    notify(officers, NoticeKind.GLASS_REVIEW, f"/break-glass/{row.id}", by=by)
    # Both notices lead to the record by its reference.
    told(row.record_kind, row.record_id, row.compartment_id, [*holders, *officers], by=by)
    return row


def _try(reference: str) -> _Found | None:
    attempt_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(TRY, [reference, attempt_id])
        allowed, kind, record_id, reference, compartment_id = cursor.fetchone()
    if not allowed:
        raise TooMany("You have tried this too often. Call a member of the record, or wait.", retry_after=3600)
    return _Found(attempt_id, kind, record_id, reference, compartment_id) if record_id else None


def _open(found: _Found, reason_code: str, reason: str, length: timedelta, by: Actor) -> BreakGlass:
    now = clock.now()
    row = BreakGlass(
        org_id=by.org_id, account_id=by.id, attempt_id=found.attempt_id, record_kind=found.kind,
        record_id=found.record_id, reference=found.reference, compartment_id=found.compartment_id,
        reason_code=reason_code, reason=reason, opened_at=now, expires_at=now + min(length, LONGEST_GLASS),
        review_due_at=review_due(now),
    )  # fmt: skip
    event = GlassBroken(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, account=by.label,
        reason_code=reason_code, reason=reason, until=row.expires_at,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


def _refuse_input(reference: str, reason_code: str, reason: str, minutes: int) -> None:
    fields = {}
    if not 0 < len(reference.strip()) <= LONGEST_REFERENCE or "\0" in reference:
        fields["reference"] = "Enter the reference of one record, such as CASE-7K3F-Q2."
    if reason_code not in GlassReason.values:
        fields["reason_code"] = "Choose why."
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        fields["reason"] = f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters. Others will read it."
    if not 0 < minutes <= LONGEST_GLASS.total_seconds() // 60:
        fields["minutes"] = "Choose up to 60 minutes."
    if fields:
        raise Invalid("Nothing was opened.", fields=fields)
