# SPDX-License-Identifier: Apache-2.0
"""What the API takes and gives about incidents."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from longwatch.access.schemas import Strict
from longwatch.incidents import rules
from longwatch.incidents.models import CaseAnswer, Disposition, Incident, IncidentStatus, ResponderRole
from longwatch.records.schemas import PersonOut
from longwatch.records.severity import SEVERITY_BY_WORD, Severity


def _severity(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in SEVERITY_BY_WORD:
        return SEVERITY_BY_WORD[value.lower()]
    return value


SeverityIn = Annotated[Severity, BeforeValidator(_severity)]


class IncidentIn(Strict):
    """A new incident, by hand or from signals."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Door forced at the east gate",
                    "category": "FA-01",
                    "severity": "high",
                    "severity_reason": "Somebody may be inside",
                    "place": "East gate",
                    "occurred_at": "2026-11-22T03:40:00Z",
                    "signal_ids": [],
                }
            ]
        }
    )

    title: str
    category: str
    severity: SeverityIn | None = None
    severity_reason: str = ""
    summary: str = ""
    place: str = ""
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    occurred_at: AwareDatetime | None = None
    signal_ids: list[UUID] = Field([], max_length=200)
    commander_id: UUID | None = None
    restricted: bool | None = None
    is_drill: bool = False
    next_action: str = Field("", max_length=300)
    next_action_due: AwareDatetime | None = None


class AmendmentIn(Strict):
    """Descriptive fields to change; those left out stay as they are."""

    title: str | None = None
    summary: str | None = None
    category: str | None = None
    place: str | None = None
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    occurred_at: AwareDatetime | None = None
    next_action: str | None = None
    next_action_due: AwareDatetime | None = None


class SeverityChangeIn(Strict):
    """Another severity, and why."""

    severity: SeverityIn
    reason: str


class StatusIn(Strict):
    """Where the incident goes; back needs a reason."""

    status: IncidentStatus
    reason: str = ""


class CommandIn(Strict):
    """Who commands from now on; null: nobody."""

    account_id: UUID | None
    reason: str = ""


class ResponderIn(Strict):
    """Who joins, as what."""

    account_id: UUID
    role: ResponderRole = ResponderRole.RESPONDER


class ClosureIn(Strict):
    """How it ended."""

    disposition: Disposition
    summary: str
    case_answer: CaseAnswer


class MergeIn(Strict):
    """The incident that this one becomes part of."""

    into: UUID
    reason: str = ""


class ResponderOut(Schema):
    """Somebody in a role, from when until when."""

    id: UUID
    account: PersonOut
    role: ResponderRole
    assumed_at: datetime
    renounced_at: datetime | None = None
    version: int


class IncidentOut(Schema):
    """An incident."""

    id: UUID
    reference: str
    title: str
    summary: str
    category: str
    severity: str
    severity_reason: str
    status: IncidentStatus
    status_since: datetime
    place: str
    latitude: float | None = None
    longitude: float | None = None
    occurred_at: datetime | None = None
    commander: PersonOut | None = None
    next_action: str
    next_action_due: datetime | None = None
    is_overdue: bool
    restricted: bool
    is_drill: bool
    opened_at: datetime
    triage_at: datetime | None = None
    active_at: datetime | None = None
    stabilized_at: datetime | None = None
    closed_at: datetime | None = None
    skipped: list[IncidentStatus]
    disposition: str
    closing_summary: str
    case_answer: str
    merged_into_id: UUID | None = None
    version: int

    @staticmethod
    def resolve_severity(row: Any) -> str:
        """The word, not the number."""
        return Severity(row.severity).word

    @staticmethod
    def resolve_skipped(row: Incident) -> list[IncidentStatus]:
        """The stages that were passed over; their times are those of the stage that came instead."""
        return list(rules.skipped(row))


class IncidentPage(Schema):
    """A page of incidents, newest first."""

    items: list[IncidentOut]
    next_cursor: str | None = None
