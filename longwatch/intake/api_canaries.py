# SPDX-License-Identifier: Apache-2.0
"""Test signals through the JSON API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from longwatch.access.roles import Permission
from longwatch.intake import selectors
from longwatch.intake.canary_models import Canary, CanaryWay
from longwatch.intake.canary_rules import canary_body
from longwatch.intake.services import canaries as services
from longwatch.web.conditional import api_actor

router = Router(tags=["Sources"])


class CanaryIn(Schema):
    """Whether Longwatch sends it itself (`own`), or you do, with a token (`door`: send `body` to /api/v1/signals)."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["own", "door"] = "own"


class CanaryOut(Schema):
    """A test signal, and when each step had it."""

    id: UUID
    way: str
    sent_at: datetime
    stored_at: datetime | None
    settled_at: datetime | None
    seen_at: datetime | None
    failed_at: datetime | None
    reason: str
    signal_id: UUID | None
    # What to send through the front door.
    body: str

    @staticmethod
    def resolve_body(canary: Canary) -> str:
        """The bytes as text."""
        return canary_body(canary.id, canary.sent_at).decode()


@router.get("/sources/{uuid:source_id}/canaries", response=list[CanaryOut], summary="A source's newest canaries")
def canary_list(request: HttpRequest, source_id: UUID) -> Sequence[Canary]:
    """Ten of them."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    return services.canaries_of(selectors.source(actor, source_id).id, actor)


@router.post("/sources/{uuid:source_id}/canaries", response={201: CanaryOut}, summary="Send a canary")
def send_canary(request: HttpRequest, source_id: UUID, payload: CanaryIn) -> Status[Canary]:
    """A test signal that goes the whole way in, is closed as a drill by itself, and counts in no group or figure."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    return Status(201, services.send_canary(source_id, way=CanaryWay(payload.way), by=actor))


@router.post(
    "/sources/{uuid:source_id}/canaries/{uuid:canary_id}/look", response=CanaryOut, summary="Look for a canary"
)
def look(request: HttpRequest, source_id: UUID, canary_id: UUID) -> Canary:
    """See how far it is; after 60 seconds it counts as lost."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    selectors.source(actor, source_id)
    return services.look_for_canary(canary_id, by=actor)
