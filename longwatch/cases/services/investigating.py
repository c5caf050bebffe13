# SPDX-License-Identifier: Apache-2.0
"""Starting, holding and resuming an investigation."""

from datetime import date
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.cases import rules, selectors
from longwatch.cases.events import CaseHeld, CaseResumed, InvestigationStarted
from longwatch.cases.models import Case
from longwatch.cases.rules import TRANSITIONS, Verb
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.ledger import Event
from longwatch.web.live import announce


@transaction.atomic
def start_investigation(case_id: UUID, *, by: Actor, expected_version: int | None = None) -> Case:
    """Begin to investigate; refuses without a lead."""
    case = move(case_id, Verb.START, by=by, expected_version=expected_version)
    case.investigating_at = clock.now()
    event = InvestigationStarted(subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id)
    return save(case, event, ["status", "investigating_at"], by=by)


@transaction.atomic
def hold_case(
    case_id: UUID, *, reason: str, review_on: date | None, by: Actor, expected_version: int | None = None
) -> Case:
    """Put a case on hold for a reason, until somebody looks again on a day."""
    case = move(case_id, Verb.HOLD, by=by, expected_version=expected_version)
    rules.refuse_hold(reason, review_on, clock.now().date())
    assert review_on is not None
    case.hold_reason, case.review_on = reason.strip(), review_on
    event = CaseHeld(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        reason=case.hold_reason, review_on=review_on,
    )  # fmt: skip
    return save(case, event, ["status", "hold_reason", "review_on"], by=by)


@transaction.atomic
def resume_case(case_id: UUID, *, by: Actor, expected_version: int | None = None) -> Case:
    """Work on a held case again."""
    case = move(case_id, Verb.RESUME, by=by, expected_version=expected_version)
    case.hold_reason, case.review_on = "", None
    case.investigating_at = case.investigating_at or clock.now()
    event = CaseResumed(subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id)
    return save(case, event, ["status", "hold_reason", "review_on", "investigating_at"], by=by)


def move(case_id: UUID, verb: Verb, *, by: Actor, expected_version: int | None = None) -> Case:
    """The locked case with its new status, unsaved; refuses by permission, by status and by the lack of a lead."""
    case = selectors.case_for_update(case_id, expected_version)
    require(by, TRANSITIONS[verb].permission)
    rules.refuse_transition(verb, case.status, has_lead=case.lead_id is not None)
    case.status = TRANSITIONS[verb].target
    return case


def save(case: Case, event: Event, fields: list[str], *, by: Actor) -> Case:
    """Write the case with its entry, and tell open pages."""
    announce(f"record:{case.id}", case.compartment_id)
    announce("cases", case.compartment_id)
    return ledger.record(event, by=by, row=case, fields=fields)
