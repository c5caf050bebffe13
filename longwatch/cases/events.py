# SPDX-License-Identifier: Apache-2.0
"""What can happen to a case."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case was opened."""

    name: ClassVar[str] = "case.opened"
    reference: str
    title: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadNamed(Event):
    """Somebody was made to lead a case."""

    name: ClassVar[str] = "case.lead_named"
    before: str | None
    after: str
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringHandedOver(Event):
    """Who watches a closed case left, and somebody else does; made by the database (search/sql/handing_over.sql)."""

    name: ClassVar[str] = "case.monitoring_handed_over"
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAmended(Event):
    """Title, type or summary were changed; both states are kept."""

    name: ClassVar[str] = "case.amended"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationStarted(Event):
    """The investigation began."""

    name: ClassVar[str] = "case.investigation_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld(Event):
    """A case was put on hold until a review."""

    name: ClassVar[str] = "case.held"
    reason: str
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(Event):
    """A held case is being worked on again."""

    name: ClassVar[str] = "case.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllegationAdded(Event):
    """An allegation or question was added."""

    name: ClassVar[str] = "case.allegation_added"
    number: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecorded(Event):
    """An allegation or question was answered, or answered anew."""

    name: ClassVar[str] = "case.finding_recorded"
    number: int
    kind: str
    before: str
    after: str
    reasoning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecorded(Event):
    """A decision was recorded."""

    name: ClassVar[str] = "case.decision_recorded"
    what: str
    why: str
    alternatives: str
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionApproved(Event):
    """Another member approved a decision."""

    name: ClassVar[str] = "case.decision_approved"
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureWritten(Event):
    """Parts of the closure were written or changed; both states are kept."""

    name: ClassVar[str] = "case.closure_written"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRequested(Event):
    """Closure was requested from a second person."""

    name: ClassVar[str] = "case.closure_requested"
    residual_risk: str
    monitoring_decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRefused(Event):
    """The closure was sent back with reasons."""

    name: ClassVar[str] = "case.closure_refused"
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalKept(Event):
    """The reasons of a refused closure were set down beside the case; its history tells them once, elsewhere."""

    name: ClassVar[str] = "case.refusal_kept"
    case_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureWithdrawn(Event):
    """The request for closure was taken back by the people who work on the case."""

    name: ClassVar[str] = "case.closure_withdrawn"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """A second person approved the closure."""

    name: ClassVar[str] = "case.closed"
    requested_by: str
    residual_risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """A closed case is open again."""

    name: ClassVar[str] = "case.reopened"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRequested(Event):
    """Somebody wants to publish something to an incident; counsel decides."""

    name: ClassVar[str] = "publication.requested"
    incident: str
    kind: str
    text: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """Something went from the case to an incident."""

    name: ClassVar[str] = "publication.published"
    incident: str
    kind: str
    about: str
    text: str
    expires_at: datetime | None
    source_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(Event):
    """What was published, or asked to be, holds no longer."""

    name: ClassVar[str] = "publication.withdrawn"
    incident: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDirected(Event):
    """Counsel directed the work in a privileged section."""

    name: ClassVar[str] = "privilege.directed"
    counsel: str
    directed_on: date
    matter: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeDescribed(Event):
    """Counsel said what the privilege log says of a line."""

    name: ClassVar[str] = "privilege.described"
    line_id: UUID
    basis: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeLogExported(Event):
    """The privilege log was taken away as a file."""

    name: ClassVar[str] = "privilege.log_exported"
    lines: int
    file_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAdded(Event):
    """A witness got a pseudonym; who it is stands in the key."""

    name: ClassVar[str] = "witness.added"
    pseudonym: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessContactShown(Event):
    """Somebody looked at how a witness is reached, and said why."""

    name: ClassVar[str] = "witness.contact_shown"
    pseudonym: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSet(Event):
    """Somebody said what makes an incident or a case: all that the criterion says now."""

    name: ClassVar[str] = "criterion.set"
    criterion: str
    proposes: str
    reason: str
    conditions: list[dict[str, Any]]
    enabled: bool
