# SPDX-License-Identifier: Apache-2.0
"""Closing a case: written, requested by one person, approved or sent back by another; reopened for a reason."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.cases.events import (
    CaseClosed,
    CaseReopened,
    ClosureRefused,
    ClosureRequested,
    ClosureWithdrawn,
    ClosureWritten,
    RefusalKept,
)
from longwatch.cases.models import Case, ClosureRefusal, Monitoring
from longwatch.cases.rules import Verb
from longwatch.cases.services.investigating import move, save
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, NotAllowed
from longwatch.intake.services.triage import close_with_record, reopen_with_record
from longwatch.records.final import refuse_final
from longwatch.web.live import announce


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The fields of a closure to be written; None leaves a field as it is."""

    findings: str | None = None
    root_cause: str | None = None
    actions_taken: str | None = None
    residual_risk: str | None = None
    residual_risk_rationale: str | None = None
    remediation: str | None = None
    lessons_learned: str | None = None
    prevention: str | None = None
    monitoring_decision: str | None = None
    monitoring_interval_days: int | None = None
    monitoring_owner_id: UUID | None = None
    monitoring_trigger: str | None = None


MONITORING_DETAILS = {"monitoring_interval_days": None, "monitoring_owner_id": None, "monitoring_trigger": ""}


@transaction.atomic
def write_closure(case_id: UUID, closure: Closure, *, by: Actor, expected_version: int | None = None) -> Case:
    """Write parts of the closure while the work goes on; both states stay in the history."""
    access_selectors.hold_people(closure.monitoring_owner_id)
    case = selectors.case_for_update(case_id, expected_version)
    require(by, Permission.CASE_WORK)
    return _write(case, closure, by)


def _write(case: Case, closure: Closure, by: Actor) -> Case:
    rules.refuse_frozen(case.status, "The closure")
    after = {name: _clean(value) for name, value in asdict(closure).items() if value is not None}
    rules.refuse_closure_words(after)
    if after.get("monitoring_owner_id"):
        owner = access_selectors.account_of(by, after["monitoring_owner_id"])
        if not owner.is_active:
            raise Conflict(f"{owner.name} has left and cannot be given work.", code="account_disabled")
    if after.get("monitoring_decision", case.monitoring_decision) == Monitoring.NONE:
        after |= MONITORING_DETAILS
    before = {name: getattr(case, name) for name in after}
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return case
    for name in changed:
        setattr(case, name, after[name])
    event = ClosureWritten(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    announce(f"record:{case.id}", case.compartment_id)
    return ledger.record(event, by=by, row=case, fields=[name.removesuffix("_id") for name in changed])


def _clean(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


@transaction.atomic
def request_closure(
    case_id: UUID, closure: Closure | None = None, *, by: Actor, expected_version: int | None = None
) -> Case:
    """Ask a second person to close the case; refuses with everything that is missing."""
    access_selectors.hold_people(closure.monitoring_owner_id if closure else None)
    if closure is not None:
        found = selectors.case_for_update(case_id, expected_version)
        require(by, Permission.CASE_LEAD)
        _write(found, closure, by)
        expected_version = None
    case = move(case_id, Verb.REQUEST_CLOSURE, by=by, expected_version=expected_version)
    rules.refuse_gaps(rules.closure_gaps(selectors.facts(case)))
    case.closure_requested_by_id, case.closure_requested_at = by.id, clock.now()
    case.closure_approved_by, case.closure_approved_at = None, None
    case.hold_reason, case.review_on = "", None
    event = ClosureRequested(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        residual_risk=case.residual_risk, monitoring_decision=case.monitoring_decision,
    )  # fmt: skip
    fields = ["status", "closure_requested_by", "closure_requested_at", "hold_reason", "review_on"]
    return save(case, event, [*fields, "closure_approved_by", "closure_approved_at"], by=by)


@transaction.atomic
def withdraw_closure(case_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None) -> Case:
    """Take the request back, to work on."""
    case = move(case_id, Verb.WITHDRAW_CLOSURE, by=by, expected_version=expected_version)
    rules.refuse_reason(reason, "Say why the request is taken back.")
    _clear_request(case)
    event = ClosureWithdrawn(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id, reason=reason.strip()
    )
    return save(case, event, ["status", "closure_requested_by", "closure_requested_at"], by=by)


@transaction.atomic
def approve_closure(case_id: UUID, *, by: Actor, expected_version: int | None = None) -> Case:
    """Close the case as a second person; refuses the requester, and whatever came up since the request."""
    case = move(case_id, Verb.APPROVE_CLOSURE, by=by, expected_version=expected_version)
    _refuse_approver(case, by)
    rules.refuse_gaps(rules.closure_gaps(selectors.facts(case)))
    now = clock.now()
    case.closed_at, case.closure_approved_at, case.closure_approved_by_id = now, now, by.id
    requester = access_selectors.account_of(by, case.closure_requested_by_id or by.id)
    event = CaseClosed(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        requested_by=requester.name, residual_risk=case.residual_risk,
    )  # fmt: skip
    save(case, event, ["status", "closed_at", "closure_approved_by", "closure_approved_at"], by=by)
    close_with_record(case.id)
    return case


@transaction.atomic
def refuse_closure(case_id: UUID, *, reasons: str, by: Actor, expected_version: int | None = None) -> Case:
    """Send the closure back with reasons, as a second person; the reasons are kept beside the case."""
    case = move(case_id, Verb.REFUSE_CLOSURE, by=by, expected_version=expected_version)
    _refuse_approver(case, by)
    rules.refuse_reason(reasons, "Say what must be put right.", field="reasons")
    _keep_refusal(case, reasons.strip(), by)
    _clear_request(case)
    event = ClosureRefused(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id, reasons=reasons.strip()
    )
    return save(case, event, ["status", "closure_requested_by", "closure_requested_at"], by=by)


@transaction.atomic
def reopen_case(case_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None) -> Case:
    """Investigate a closed case again, for a reason; what the closure said stays until it is written anew."""
    case = move(case_id, Verb.REOPEN, by=by, expected_version=expected_version)
    refuse_final(case.id)
    rules.refuse_reason(reason, "Say why the case is reopened.")
    case.closed_at, case.closure_approved_by, case.closure_approved_at = None, None, None
    _clear_request(case)
    event = CaseReopened(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id, reason=reason.strip()
    )
    request = ["closure_requested_by", "closure_requested_at", "closure_approved_by", "closure_approved_at"]
    save(case, event, ["status", "closed_at", *request], by=by)
    reopen_with_record(case.id)
    return case


def _clear_request(case: Case) -> None:
    case.closure_requested_by, case.closure_requested_at = None, None


def _refuse_approver(case: Case, by: Actor) -> None:
    if not selectors.is_member(case.compartment_id, by.id):
        raise NotAllowed("Only a member of the case can approve its closure.", code="not_a_member")
    rules.refuse_same_approver(by.id, case.closure_requested_by_id)


def _keep_refusal(case: Case, reasons: str, by: Actor) -> None:
    assert case.closure_requested_by_id is not None
    assert case.closure_requested_at is not None
    refusal = ClosureRefusal(
        org_id=case.org_id, compartment_id=case.compartment_id, case=case, refused_by_id=by.id, reasons=reasons,
        requested_by_id=case.closure_requested_by_id, requested_at=case.closure_requested_at,
    )  # fmt: skip
    event = RefusalKept(subject_id=refusal.id, compartment_id=case.compartment_id, case_id=case.id)
    ledger.record_created(event, by=by, row=refusal)
