# SPDX-License-Identifier: Apache-2.0
"""Retention classes, changed by privacy officers."""

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.words import written
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import RetentionChanged
from longwatch.lifecycle.models import RetentionRule
from longwatch.lifecycle.rules import days_in, outcome_in, years_in


@transaction.atomic
def change_retention(
    code: str, *, years: int = 0, days: int = 0, outcome: str, reason: str, by: Actor
) -> RetentionRule:
    """How long a class of records is kept from now on, and what becomes of them; the change is recorded."""
    require(by, Permission.RETENTION_MANAGE)
    before = next((each for each in selectors.retention(by.org_id) if each.code == code), None)
    if before is None:
        raise NotFound
    new_outcome = outcome_in(outcome, keeping=True)
    new_years, new_days = (0, days_in(days)) if before.days else (years_in(years), 0)
    why = written(reason, "reason", "Say why it changes.")
    row = RetentionRule.objects.select_for_update().filter(org_id=by.org_id, code=code).first()
    made = row or RetentionRule(org_id=by.org_id, code=code)
    made.years, made.days, made.outcome, made.reason = new_years, new_days, new_outcome, why
    made.changed_at, made.changed_by_id = clock.now(), by.id
    event = RetentionChanged(
        subject_id=made.id, code=code, years_before=before.years, years=made.years, outcome_before=before.outcome,
        outcome=made.outcome, reason=why, days_before=before.days, days=made.days,
    )  # fmt: skip
    if row is None:
        return ledger.record_created(event, by=by, row=made)
    return ledger.record(
        event, by=by, row=made, fields=["years", "days", "outcome", "reason", "changed_at", "changed_by"]
    )
