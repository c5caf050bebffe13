# SPDX-License-Identifier: Apache-2.0
"""Rules that keep alerts quiet, through the JSON API."""

from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from longwatch.access.roles import Permission
from longwatch.intake import quiet_selectors as selectors
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.quiet_preview import Preview, would_keep_quiet
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
    # How often it kept an alert quiet, and when last; the engine counts within seconds.
    times: int
    last_at: datetime | None
    version: int

    @staticmethod
    def resolve_up_to_severity(row: Suppression) -> str:
        """The word."""
        return Severity(row.up_to_severity).word


class PreviewIn(Schema):
    """Conditions to try."""

    model_config = ConfigDict(extra="forbid")

    conditions: list[ConditionIn]
    up_to_severity: SeverityWord = "high"
    compartment_id: UUID | None = None


class ExampleOut(Schema):
    """An alert that would have been kept quiet."""

    id: UUID
    title: str
    first_seen: datetime


class PreviewOut(Schema):
    """How many alerts of the last week would have been kept quiet, of how many that were looked at."""

    signals: int
    times: int
    looked_at: int
    since: datetime
    complete: bool
    examples: list[ExampleOut]


class QuietPage(Schema):
    """Some rules, newest first, and the cursor of the next ones."""

    items: list[QuietOut]
    next_cursor: str | None


@router.get("/quiet-rules", response=QuietPage, summary="Rules that keep alerts quiet")
def quiet_list(request: HttpRequest, over: bool = False, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Those in force or to come, or with `over` those that are over."""
    actor = api_actor(request, Permission.SIGNAL_READ)
    page = selectors.suppressions(actor, over=over, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": [_out(row) for row in selectors.counted(page.rows)], "next_cursor": page.next_cursor}


def _out(counted: selectors.Counted) -> Suppression:
    """The rule, with its counts as the answer has them."""
    row: Any = counted.rule
    row.times, row.last_at = counted.times, counted.last_at
    return cast(Suppression, row)


def _counted(row: Suppression) -> Suppression:
    return _out(selectors.counted([row])[0])


@router.post("/quiet-rules/preview", response=PreviewOut, summary="What a quiet rule would have kept quiet")
def preview(request: HttpRequest, payload: PreviewIn) -> Preview:
    """Asks the newest alerts of the last seven days, 5,000 at most (`complete` is false when there are more)."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    severity = SEVERITY_BY_WORD[payload.up_to_severity]
    conditions = [each.dict() for each in payload.conditions]
    return would_keep_quiet(actor, conditions, severity, services.compartment_for(payload.compartment_id))


@router.post("/quiet-rules", response={201: QuietOut}, summary="Keep alerts quiet")
def keep_quiet(request: HttpRequest, response: HttpResponse, payload: QuietIn) -> Status[Suppression]:
    """They are stored and counted all the same. Receiving follows within half a minute."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    values = payload.dict() | {"up_to_severity": SEVERITY_BY_WORD[payload.up_to_severity]}
    row = services.keep_quiet(services.Quiet(**values), by=actor)
    tag(response, row.version)
    response.headers["Location"] = f"/api/v1/quiet-rules/{row.id}"
    return Status(201, _counted(row))


@router.get("/quiet-rules/{uuid:rule_id}", response=QuietOut, summary="One rule that keeps alerts quiet")
def one_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> Suppression:
    """With its version as ETag."""
    row = selectors.suppression(api_actor(request, Permission.SIGNAL_READ), rule_id)
    tag(response, row.version)
    return _counted(row)


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
    return _counted(row)


@router.delete("/quiet-rules/{uuid:rule_id}", response=QuietOut, summary="Let alerts be heard again")
def end_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID, version: IfMatch = None) -> Suppression:
    """It ends now and stays in the history."""
    actor = api_actor(request, Permission.SIGNAL_TRIAGE)
    row = services.end_quiet(rule_id, by=actor, expected_version=version)
    tag(response, row.version)
    return _counted(row)
