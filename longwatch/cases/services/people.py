# SPDX-License-Identifier: Apache-2.0
"""Who leads a case and who may know of it."""

from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account, Membership
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services import compartments
from longwatch.cases import rules, selectors
from longwatch.cases.events import LeadNamed
from longwatch.cases.models import Case
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.web.live import announce


@transaction.atomic
def name_lead(case_id: UUID, account_id: UUID, *, by: Actor, expected_version: int | None = None) -> Case:
    """Make somebody the lead, and a member when they were not; only a lead may replace a lead."""
    access_selectors.hold_people(account_id)
    case = selectors.case_for_update(case_id, expected_version)
    require(by, Permission.CASE_LEAD if case.lead_id else Permission.CASE_WORK)
    rules.refuse_frozen(case.status, "The lead")
    account = access_selectors.account_of(by, account_id)
    if not account.is_active or not selectors.may_lead(account):
        sentence = f"{account.name} cannot lead a case: the role does not allow it."
        raise Invalid(sentence, fields={"lead": sentence}, code="not_a_lead")
    if case.lead_id == account.id:
        return case
    before = access_selectors.accounts_by_id([case.lead_id])[case.lead_id].name if case.lead_id else None
    compartments.add_member(case.compartment_id, account.id, reason="Leads the case", record_id=case.id, by=by)
    case.lead = account
    event = LeadNamed(
        subject_id=case.id, record_id=case.id, compartment_id=case.compartment_id,
        before=before, after=account.name, account_id=account.id,
    )  # fmt: skip
    announce(f"record:{case.id}", case.compartment_id)
    return ledger.record(event, by=by, row=case, fields=["lead"])


@transaction.atomic
def add_member(case_id: UUID, account_id: UUID, *, reason: str, by: Actor) -> Membership:
    """Let somebody know of the case, for a reason; their role must open cases at all."""
    access_selectors.hold_people(account_id)
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_LEAD)
    rules.refuse_reason(reason, "Say why they need to know.")
    account = access_selectors.account_of(by, account_id)
    _refuse_reader(account)
    announce(f"record:{case.id}", case.compartment_id)
    return compartments.add_member(
        case.compartment_id, account.id, reason=reason.strip()[:300], record_id=case.id, by=by
    )


@transaction.atomic
def remove_member(
    case_id: UUID, account_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> Membership:
    """Let somebody know no more, from now on; refuses the lead and the last member.

    Sections inside end for them too, but where nobody else is inside; the actor is not told which there were.
    """
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_LEAD)
    rules.refuse_reason(reason, "Say why they no longer need to know.")
    if case.lead_id == account_id:
        raise Conflict("The lead stays a member. Name another lead first.", code="lead_stays")
    announce(f"record:{case.id}", case.compartment_id)
    ended = compartments.remove_member(
        case.compartment_id, account_id, reason=reason.strip()[:300], record_id=case.id, by=by,
        expected_version=expected_version,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select cases_leave_sections(%s, %s)", [case.id, account_id])
    return ended


def _refuse_reader(account: Account) -> None:
    if not selectors.may_read_cases(account):
        sentence = f"{account.name} cannot be added: the role does not open cases."
        raise Invalid(sentence, fields={"account": sentence}, code="not_a_case_reader")
