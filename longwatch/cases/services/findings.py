# SPDX-License-Identifier: Apache-2.0
"""Allegations and questions, and what was found."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.cases.events import AllegationAdded, FindingRecorded
from longwatch.cases.models import Finding, FindingKind
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import refuse_stale
from longwatch.records.reference import placed
from longwatch.web.live import announce


@transaction.atomic
def add_allegation(
    case_id: UUID, *, text: str, kind: str = FindingKind.ALLEGATION, section_id: UUID | None = None, by: Actor
) -> Finding:
    """Add an allegation or a question that the case has to answer; it gets the next number of its section."""
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_WORK)
    rules.refuse_frozen(case.status, "The allegation")
    rules.refuse_allegation(kind, text)
    place = placed(selectors.case_ref(case), section_id).compartment_id
    same = selectors.allegations(case.id).filter(compartment_id=place)
    last: int | None = same.aggregate(last=Max("number"))["last"]
    finding = Finding(
        org_id=case.org_id, compartment_id=place, case=case, number=(last or 0) + 1, kind=kind,
        text=text.strip(), added_by_id=by.id,
    )  # fmt: skip
    event = AllegationAdded(
        subject_id=finding.id, record_id=case.id, compartment_id=finding.compartment_id,
        number=finding.number, kind=kind, text=finding.text,
    )  # fmt: skip
    announce(f"record:{case.id}", finding.compartment_id)
    return ledger.record_created(event, by=by, row=finding)


@transaction.atomic
def record_finding(
    case_id: UUID,
    finding_id: UUID,
    *,
    conclusion: str,
    reasoning: str,
    by: Actor,
    expected_version: int | None = None,
) -> Finding:
    """Say what was found and what that rests on; an earlier finding stays in the history."""
    case = selectors.case_for_update(case_id)
    finding = selectors.allegation_for_update(case.id, finding_id)
    require(by, Permission.CASE_WORK)
    refuse_stale(finding.version, expected_version)
    rules.refuse_frozen(case.status, "The finding")
    rules.refuse_finding(conclusion, reasoning)
    before, finding.conclusion, finding.reasoning = finding.conclusion, conclusion, reasoning.strip()
    finding.concluded_at, finding.concluded_by_id = clock.now(), by.id
    event = FindingRecorded(
        subject_id=finding.id, record_id=case.id, compartment_id=finding.compartment_id, number=finding.number,
        kind=finding.kind, before=before, after=conclusion, reasoning=finding.reasoning,
    )  # fmt: skip
    announce(f"record:{case.id}", finding.compartment_id)
    fields = ["conclusion", "reasoning", "concluded_at", "concluded_by"]
    return ledger.record(event, by=by, row=finding, fields=fields)
