# SPDX-License-Identifier: Apache-2.0
"""Decisions: recorded by one member, approved by another."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.cases.events import DecisionApproved, DecisionRecorded
from longwatch.cases.models import Decision
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotAllowed, refuse_stale
from longwatch.records.reference import placed
from longwatch.web.live import announce


@transaction.atomic
def record_decision(  # noqa: PLR0913 - what a decision is made of
    case_id: UUID,
    *,
    what: str,
    why: str,
    alternatives: str = "",
    decided_at: datetime | None = None,
    decided_by_id: UUID | None = None,
    section_id: UUID | None = None,
    by: Actor,
) -> Decision:
    """Set down what was decided, why and instead of what; it stays open until another member approves it."""
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_WORK)
    rules.refuse_frozen(case.status, "The decision")
    now = clock.now()
    rules.refuse_decision(what, why, alternatives, in_future=decided_at is not None and decided_at > now)
    decider = access_selectors.account_of(by, decided_by_id or by.id)
    place = placed(selectors.case_ref(case), section_id).compartment_id
    decision = Decision(
        org_id=case.org_id, compartment_id=place, case=case, what=what.strip(), why=why.strip(),
        alternatives=alternatives.strip(), decided_at=decided_at or now, recorded_at=now, decided_by=decider,
        recorded_by_id=by.id,
    )  # fmt: skip
    event = DecisionRecorded(
        subject_id=decision.id, record_id=case.id, compartment_id=decision.compartment_id, what=decision.what,
        why=decision.why, alternatives=decision.alternatives, decided_at=decision.decided_at, decided_by=decider.name,
    )  # fmt: skip
    announce(f"record:{case.id}", decision.compartment_id)
    return ledger.record_created(event, by=by, row=decision)


@transaction.atomic
def approve_decision(case_id: UUID, decision_id: UUID, *, by: Actor, expected_version: int | None = None) -> Decision:
    """Approve what another member decided; once is enough."""
    case = selectors.case_for_update(case_id)
    decision = selectors.decision_for_update(case.id, decision_id)
    require(by, Permission.CASE_APPROVE)
    if not selectors.is_member(decision.compartment_id, by.id):
        raise NotAllowed("Only a member of the case can approve its decisions.", code="not_a_member")
    refuse_stale(decision.version, expected_version)
    # While a closure waits, too: its approver may first approve the decisions it rests on.
    rules.refuse_closed(case.status, "The approval")
    rules.refuse_own_decision(by.id, (decision.decided_by_id, decision.recorded_by_id))
    if decision.approved_at is not None:
        raise Conflict("This decision is approved already.", code="already_approved")
    decision.approved_by_id, decision.approved_at = by.id, clock.now()
    event = DecisionApproved(
        subject_id=decision.id, record_id=case.id, compartment_id=decision.compartment_id, what=decision.what
    )
    announce(f"record:{case.id}", decision.compartment_id)
    return ledger.record(event, by=by, row=decision, fields=["approved_by", "approved_at"])
