# SPDX-License-Identifier: Apache-2.0
"""What the API says about cases."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.access.schemas import Strict
from longwatch.cases.models import CaseType, Conclusion, FindingKind, Monitoring, ResidualRisk
from longwatch.records.schemas import PersonOut, Section

Item = TypeVar("Item")
Text = Field(default="", max_length=20_000)


class PageOut(Schema, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None


class CaseSummary(Schema):
    """A case in a list."""

    id: UUID
    reference: str
    title: str
    type: str
    status: str
    lead: PersonOut | None
    opened_at: datetime
    closed_at: datetime | None
    review_on: date | None
    version: int


class CaseOut(CaseSummary):
    """A case, whole."""

    summary: str
    opened_by: PersonOut
    investigating_at: datetime | None
    hold_reason: str
    findings: str
    root_cause: str
    actions_taken: str
    residual_risk: str
    residual_risk_rationale: str
    remediation: str
    lessons_learned: str
    prevention: str
    monitoring_decision: str
    monitoring_interval_days: int | None
    monitoring_owner: PersonOut | None
    monitoring_trigger: str
    closure_requested_by: PersonOut | None
    closure_requested_at: datetime | None
    closure_approved_by: PersonOut | None
    closure_approved_at: datetime | None


class CaseIn(Strict):
    """A new case, with what it comes from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Thefts from the store", "type": "other", "summary": "Three since October."}]
        }
    )

    title: str = Field(min_length=1, max_length=300)
    type: CaseType
    summary: str = Text
    incident_ids: list[UUID] = Field(default_factory=list, max_length=200)
    signal_ids: list[UUID] = Field(default_factory=list, max_length=200)
    lead_id: UUID | None = None


class CasePatch(Strict):
    """What is to be said better; what is left out stays."""

    title: str | None = Field(default=None, min_length=1, max_length=300)
    type: CaseType | None = None
    summary: str | None = Field(default=None, max_length=20_000)


class LeadIn(Strict):
    """Who leads."""

    account_id: UUID


class HoldIn(Strict):
    """Why and until when a case rests."""

    reason: str = Field(min_length=1, max_length=500)
    review_on: date


class ReasonsIn(Strict):
    """Why a closure goes back."""

    reasons: str = Field(min_length=1, max_length=20_000)


class MemberIn(Strict):
    """Who is let in, and why."""

    account_id: UUID
    reason: str = Field(min_length=1, max_length=300)


class MemberOut(Schema):
    """A membership, present or past."""

    account: PersonOut
    granted_by: PersonOut | None
    granted_at: datetime
    reason: str
    ended_at: datetime | None
    version: int


class AllegationIn(Strict):
    """What the case has to answer."""

    text: str = Field(min_length=1, max_length=20_000)
    kind: FindingKind = FindingKind.ALLEGATION
    section_id: UUID | None = Section


class FindingIn(Strict):
    """What was found, and what it rests on."""

    conclusion: Conclusion
    reasoning: str = Field(min_length=1, max_length=20_000)


class FindingOut(Schema):
    """An allegation or question, with its finding when there is one."""

    id: UUID
    number: int
    kind: str
    text: str
    added_at: datetime
    conclusion: str
    reasoning: str
    concluded_at: datetime | None
    concluded_by: PersonOut | None
    version: int


class DecisionIn(Strict):
    """A decision as it was taken; without a person it was the caller, without a time it is now."""

    what: str = Field(min_length=1, max_length=20_000)
    why: str = Field(min_length=1, max_length=20_000)
    alternatives: str = Text
    decided_by_id: UUID | None = None
    decided_at: datetime | None = None
    section_id: UUID | None = Section


class DecisionOut(Schema):
    """A decision; open until `approved_at` is set."""

    id: UUID
    what: str
    why: str
    alternatives: str
    decided_at: datetime
    recorded_at: datetime
    decided_by: PersonOut
    recorded_by: PersonOut
    approved_by: PersonOut | None
    approved_at: datetime | None
    version: int


class CaseClosureIn(Strict):
    """Parts of the closure; what is left out stays."""

    findings: str | None = Field(default=None, max_length=20_000)
    root_cause: str | None = Field(default=None, max_length=20_000)
    actions_taken: str | None = Field(default=None, max_length=20_000)
    residual_risk: ResidualRisk | None = None
    residual_risk_rationale: str | None = Field(default=None, max_length=20_000)
    remediation: str | None = Field(default=None, max_length=20_000)
    lessons_learned: str | None = Field(default=None, max_length=20_000)
    prevention: str | None = Field(default=None, max_length=20_000)
    monitoring_decision: Monitoring | None = None
    monitoring_interval_days: int | None = Field(default=None, ge=1, le=3650)
    monitoring_owner_id: UUID | None = None
    monitoring_trigger: str | None = Field(default=None, max_length=20_000)


class GapOut(Schema):
    """One thing that closing still asks for, with the page and field where it is supplied."""

    code: str
    sentence: str
    where: str
    field: str


class RefusalOut(Schema):
    """A closure that was sent back."""

    requested_by: PersonOut
    requested_at: datetime
    refused_by: PersonOut
    refused_at: datetime
    reasons: str


class ChecklistOut(Schema):
    """How far the closure is."""

    complete: bool
    gaps: list[GapOut]
    refusals: list[RefusalOut]


class RaisedIncidentIn(Strict):
    """A new incident out of the case; its readers learn nothing but this."""

    title: str = Field(min_length=1, max_length=300)
    category: str = Field(max_length=8)
    severity: Literal["informational", "low", "medium", "high", "critical"]
    severity_reason: str = Field(min_length=1, max_length=300)
    place: str = Field(default="", max_length=300)


class RaisedIncidentOut(Schema):
    """The incident that was raised."""

    id: UUID
    reference: str
    title: str
    status: str
