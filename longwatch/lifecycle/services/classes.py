# SPDX-License-Identifier: Apache-2.0
"""Retention classes, changed by privacy officers."""

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import RetentionChanged
from longwatch.lifecycle.models import RetentionRule
from longwatch.lifecycle.rules import outcome_in, written, years_in


@transaction.atomic
def change_retention(code: str, *, years: int, outcome: str, reason: str, by: Actor) -> RetentionRule:
    """How long a class of records is kept from now on, and what becomes of them; the change is recorded."""
    require(by, Permission.RETENTION_MANAGE)
    before = next((each for each in selectors.retention(by.org_id) if each.code == code), None)
    if before is None:
        raise NotFound
    new_years, new_outcome = years_in(years), outcome_in(outcome, keeping=True)
    why = written(reason, "reason", "Say why it changes.")
    row = RetentionRule.objects.select_for_update().filter(org_id=by.org_id, code=code).first()
    made = row or RetentionRule(org_id=by.org_id, code=code)
    made.years, made.outcome, made.reason = new_years, new_outcome, why
    made.changed_at, made.changed_by_id = clock.now(), by.id
    event = RetentionChanged(
        subject_id=made.id, code=code, years_before=before.years, years=made.years, outcome_before=before.outcome,
        outcome=made.outcome, reason=why,
    )  # fmt: skip
    if row is None:
        return ledger.record_created(event, by=by, row=made)
    return ledger.record(event, by=by, row=made, fields=["years", "outcome", "reason", "changed_at", "changed_by"])
