# SPDX-License-Identifier: Apache-2.0
"""Rules that keep alerts quiet, through the JSON API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from longwatch.access.roles import Permission
from longwatch.intake import quiet_selectors as selectors
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.schemas import SeverityWord
from longwatch.intake.services import quieting as services
from longwatch.records.severity import SEVERITY_BY_WORD, Severity
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Quiet rules"])
MOST = 200


class ConditionIn(Schema):
    """A field of a signal, how to compare, and with what; any of the values will do."""

    model_config = ConfigDict(extra="forbid")

    field: str
    op: Literal["is", "is_not", "contains", "starts", "ends", "in_network", "at_least", "at_most"]
    values: list[str]


class QuietIn(Schema):
    """Which alerts are kept quiet, why, from when until when."""

    model_config = ConfigDict(extra="forbid")

    name: str
    reason: str
    conditions: list[ConditionIn]
    expires_at: datetime
    kind: Literal["noise", "maintenance"] = "noise"
    starts_at: datetime | None = None
    up_to_severity: SeverityWord = "high"
    compartment_id: UUID | None = None
    owner_id: UUID | None = None


class QuietChangeIn(Schema):
    """Another end, and why."""

    model_config = ConfigDict(extra="forbid")

    expires_at: datetime
    reason: str


class QuietOut(Schema):
    """A rule that keeps alerts quiet."""

    id: UUID
    name: str
    kind: str
    reason: str
    owner_id: UUID
    conditions: list[dict[str, Any]]
    up_to_severity: str
    compartment_id: UUID
    starts_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    version: int

    @staticmethod
    def resolve_up_to_severity(row: Suppression) -> str:
        """The word."""
        return Severity(row.up_to_severity).word


class QuietPage(Schema):
    """Some rules, newest first, and the cursor of the next ones."""

    items: list[QuietOut]
    next_cursor: str | None


@router.get("/quiet-rules", response=QuietPage, summary="Rules that keep alerts quiet")
def quiet_list(request: HttpRequest, over: bool = False, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Those in force or to come, or with `over` those that are over."""
    actor = api_actor(request, Permission.SIGNAL_READ)
    page = selectors.suppressions(actor, over=over, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.post("/quiet-rules", response={201: QuietOut}, summary="Keep alerts quiet")
def keep_quiet(request: HttpRequest, response: HttpResponse, payload: QuietIn) -> Status[Suppression]:
    """They are stored and counted all the same. Receiving follows within half a minute."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    values = payload.dict() | {"up_to_severity": SEVERITY_BY_WORD[payload.up_to_severity]}
    row = services.keep_quiet(services.Quiet(**values), by=actor)
    tag(response, row.version)
    response.headers["Location"] = f"/api/v1/quiet-rules/{row.id}"
    return Status(201, row)


@router.get("/quiet-rules/{uuid:rule_id}", response=QuietOut, summary="One rule that keeps alerts quiet")
def one_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> Suppression:
    """With its version as ETag."""
    row = selectors.suppression(api_actor(request, Permission.SIGNAL_READ), rule_id)
    tag(response, row.version)
    return row


@router.patch("/quiet-rules/{uuid:rule_id}", response=QuietOut, summary="Change when a quiet rule ends")
def change_end(
    request: HttpRequest, response: HttpResponse, rule_id: UUID, payload: QuietChangeIn, version: IfMatch = None
) -> Suppression:
    """Later or sooner, with a reason."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    row = services.extend_quiet(
        rule_id, expires_at=payload.expires_at, reason=payload.reason, by=actor, expected_version=version
    )
    tag(response, row.version)
    return row


@router.delete("/quiet-rules/{uuid:rule_id}", response=QuietOut, summary="Let alerts be heard again")
def end_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID, version: IfMatch = None) -> Suppression:
    """It ends now and stays in the history."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    row = services.end_quiet(rule_id, by=actor, expected_version=version)
    tag(response, row.version)
    return row
