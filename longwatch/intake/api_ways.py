# SPDX-License-Identifier: Apache-2.0
"""Webhooks of sources, and bodies that were kept whole, through the JSON API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.intake import selectors, source_health
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.door_models import Door
from longwatch.intake.services import deliveries as services
from longwatch.intake.services.doors import close_door, open_door
from longwatch.intake.services.settling_again import try_again
from longwatch.web.conditional import IfMatch, api_actor, tag
from longwatch.web.repeating import refuse_key

router = Router(tags=["Sources"])
MOST = 200
SchemeWord = Literal["header", "basic", "github", "pagerduty", "grafana", "standard", "graph", "hmac"]


class DoorIn(Schema):
    """A webhook to set up; which settings it has depends on the scheme (docs/how-to/webhook.md)."""

    model_config = ConfigDict(extra="forbid")

    label: str
    scheme: SchemeWord
    secret: str = Field("", description="Only when the sender made it; else one is made.")
    settings: dict[str, str] = Field(default_factory=dict)


class DoorOut(Schema):
    """A webhook, without its secret."""

    id: UUID
    source_id: UUID
    label: str
    scheme: str
    settings: dict[str, str]
    created_at: datetime
    closed_at: datetime | None
    version: int


class OpenedOut(DoorOut):
    """A new webhook, with its secret, which is shown this once."""

    secret: str


class DeliveryOut(Schema):
    """A body that was kept whole, without its bytes."""

    id: UUID
    source_id: UUID
    at: datetime
    way: str
    state: Literal["stored", "failed", "replayed"]
    reason: str
    content_type: str
    signals: int
    sha256: str
    version: int

    @staticmethod
    def resolve_sha256(row: Delivery) -> str:
        """In hexadecimal."""
        return bytes(row.sha256).hex()


class DeliveryPage(Schema):
    """Some bodies, newest first, and the cursor of the next ones."""

    items: list[DeliveryOut]
    next_cursor: str | None


class ReplayedOut(Schema):
    """What reading again gave."""

    bodies: int
    signals: int
    unreadable: int


class AskedOut(Schema):
    """Whether a job reads them again, or is about to."""

    replaying: bool


class GivenUpOut(Schema):
    """How many signals of a source the engine gave up and tries again now."""

    signals: int


@router.post(
    "/sources/{uuid:source_id}/settling",
    response={202: GivenUpOut},
    summary="Group and enrich again what the engine gave up",
)
def settle_again(request: HttpRequest, source_id: UUID) -> Status[dict[str, int]]:
    """Signals on which grouping or enrichment failed three times; 0 when there are none."""
    return Status(202, {"signals": try_again(source_id, by=_manager(request, source_id))})


@router.get("/sources/{uuid:source_id}/webhooks", response=list[DoorOut], summary="Webhooks of a source")
def door_list(request: HttpRequest, source_id: UUID) -> list[Door]:
    """Those that are open first; secrets are never shown again."""
    _manager(request, source_id)
    return list(Door.objects.filter(source_id=source_id).order_by("closed_at", "-created_at"))


@router.post("/sources/{uuid:source_id}/webhooks", response={201: OpenedOut}, summary="Set up a webhook")
def new_door(request: HttpRequest, response: HttpResponse, source_id: UUID, payload: DoorIn) -> Status[dict[str, Any]]:
    """The answer holds the secret; it is not shown again."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    refuse_key(request)
    door, secret = open_door(source_id, **payload.dict(), by=actor)
    tag(response, door.version)
    return Status(201, DoorOut.from_orm(door).dict() | {"secret": secret})


@router.delete("/sources/{uuid:source_id}/webhooks/{uuid:door_id}", response=DoorOut, summary="Close a webhook")
def end_door(
    request: HttpRequest, response: HttpResponse, source_id: UUID, door_id: UUID, version: IfMatch = None
) -> Door:
    """It takes nothing more, within half a minute."""
    actor = _manager(request, source_id)
    if not Door.objects.filter(id=door_id, source_id=source_id).exists():
        raise NotFound
    door = close_door(door_id, expected_version=version, by=actor)
    tag(response, door.version)
    return door


@router.get("/sources/{uuid:source_id}/deliveries", response=DeliveryPage, summary="Bodies that were kept whole")
def delivery_list(
    request: HttpRequest, source_id: UUID, state: str = "failed", cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Those that could not be read, or with `state=stored`, `replayed` or `all` others, newest first."""
    actor = _manager(request, source_id)
    page = source_health.deliveries(actor, source_id, state=state, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": list(page.rows), "next_cursor": page.next_cursor}


@router.get("/sources/{uuid:source_id}/deliveries/{uuid:delivery_id}", response=DeliveryOut, summary="One kept body")
def one_delivery(request: HttpRequest, response: HttpResponse, source_id: UUID, delivery_id: UUID) -> Delivery:
    """What is known of it; `/raw` gives its bytes."""
    found = source_health.delivery(_manager(request, source_id), source_id, delivery_id)
    tag(response, found.version)
    return found


@router.get("/sources/{uuid:source_id}/deliveries/{uuid:delivery_id}/raw", summary="The bytes of a kept body")
def delivery_raw(request: HttpRequest, source_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Byte for byte as it came, always as a download."""
    found = source_health.delivery(_manager(request, source_id), source_id, delivery_id)
    response = HttpResponse(bytes(found.raw), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="delivery-{delivery_id}.raw"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@router.post(
    "/sources/{uuid:source_id}/deliveries/{uuid:delivery_id}/replay", response=ReplayedOut, summary="Read a body again"
)
def replay(request: HttpRequest, source_id: UUID, delivery_id: UUID, version: IfMatch = None) -> services.Replayed:
    """Such as after its mapping was mended. 409 when it was read already, 422 when it still cannot be read."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    source_health.delivery(actor, source_id, delivery_id)
    return services.replay_delivery(delivery_id, expected_version=version, by=actor)


@router.post(
    "/sources/{uuid:source_id}/replay", response={202: AskedOut}, summary="Read all bodies again that could not be read"
)
def replay_all(request: HttpRequest, source_id: UUID) -> Status[dict[str, Any]]:
    """A job does it, the oldest first; `/deliveries` says what is left."""
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    services.ask_replay(source_id, by=actor)
    return Status(202, {"replaying": services.is_replaying(source_id)})


def _manager(request: HttpRequest, source_id: UUID) -> Actor:
    actor = api_actor(request, Permission.SOURCE_MANAGE)
    selectors.source(actor, source_id)
    return actor
