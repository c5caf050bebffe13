# SPDX-License-Identifier: Apache-2.0
"""Webhooks out for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.exchange import hook_selectors as selectors
from longwatch.exchange.hook_models import DeadLetter, Subscription
from longwatch.exchange.hook_schemas import (
    LetterList,
    LetterOut,
    SubscriptionIn,
    SubscriptionList,
    SubscriptionMadeOut,
    SubscriptionOut,
)
from longwatch.exchange.services.subscribing import close, pause, resume, send_again, subscribe
from longwatch.web.conditional import IfMatch, api_actor, tag
from longwatch.web.repeating import refuse_key

router = Router(tags=["Webhooks"])
ONE = "/webhooks/{uuid:subscription_id}"
OF_THE_COURSE = ("position", "delivered", "delivered_at", "failing_since", "failure")


def _administrator(request: HttpRequest) -> Actor:
    return api_actor(request, Permission.ACCOUNT_ADMINISTER)


@router.post("/webhooks", response={201: SubscriptionMadeOut}, summary="Set up a webhook", operation_id="webhook_make")
def make(request: HttpRequest, wanted: SubscriptionIn, response: HttpResponse) -> Status[dict[str, Any]]:
    """It is told of what happens from now on, signed as Standard Webhooks asks; the secret is in this answer only."""
    actor = _administrator(request)
    refuse_key(request)
    row, secret = subscribe(**wanted.dict(), by=actor)
    tag(response, row.version)
    return Status(201, _told(selectors.subscription(actor, row.id)) | {"secret": secret})


@router.get("/webhooks", response=SubscriptionList, summary="All webhooks", operation_id="webhook_list")
def every(request: HttpRequest) -> dict[str, Any]:
    """With how far the telling of each is."""
    return {"items": [_told(row) for row in selectors.subscriptions(_administrator(request))]}


@router.get(ONE, response=SubscriptionOut, summary="A webhook", operation_id="webhook_read")
def read(request: HttpRequest, subscription_id: UUID, response: HttpResponse) -> dict[str, Any]:
    """With how far the telling is."""
    row = selectors.subscription(_administrator(request), subscription_id)
    tag(response, row.version)
    return _told(row)


@router.post(f"{ONE}/pause", response=SubscriptionOut, summary="Pause a webhook", operation_id="webhook_pause")
def pause_it(request: HttpRequest, subscription_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """What happens meanwhile waits in the ledger."""
    actor = _administrator(request)
    pause(subscription_id, "", by=actor, expected_version=version)
    return _told(selectors.subscription(actor, subscription_id))


@router.post(f"{ONE}/resume", response=SubscriptionOut, summary="Resume a webhook", operation_id="webhook_resume")
def resume_it(request: HttpRequest, subscription_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """From where the telling stopped."""
    actor = _administrator(request)
    resume(subscription_id, by=actor, expected_version=version)
    return _told(selectors.subscription(actor, subscription_id))


@router.delete(ONE, response=SubscriptionOut, summary="Close a webhook", operation_id="webhook_close")
def close_it(request: HttpRequest, subscription_id: UUID, version: IfMatch = None) -> dict[str, Any]:
    """It is never told again."""
    actor = _administrator(request)
    close(subscription_id, by=actor, expected_version=version)
    return _told(selectors.subscription(actor, subscription_id))


@router.get(f"{ONE}/refused", response=LetterList, summary="What was refused", operation_id="webhook_refused")
def refused(request: HttpRequest, subscription_id: UUID) -> dict[str, Any]:
    """Events that the receiver refused for good, the newest first."""
    actor = _administrator(request)
    row = selectors.subscription(actor, subscription_id)
    return {"items": selectors.letters(row, actor)}


@router.post(
    "/webhooks/events/{uuid:letter_id}/resend", response=LetterOut, summary="Tell a refused event again",
    operation_id="webhook_resend",
)  # fmt: skip
def resend(request: HttpRequest, letter_id: UUID) -> DeadLetter:
    """The worker does within seconds; 409 when it was told already."""
    return send_again(letter_id, by=_administrator(request))


def _told(row: Subscription) -> dict[str, Any]:
    own = {name for name in SubscriptionOut.model_fields if name not in OF_THE_COURSE}
    return {name: getattr(row, name) for name in own} | {name: getattr(row.course, name) for name in OF_THE_COURSE}
