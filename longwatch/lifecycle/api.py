# SPDX-License-Identifier: Apache-2.0
"""Legal holds and disposals for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access.permission import require_reading
from longwatch.access.roles import Permission
from longwatch.core.errors import Invalid
from longwatch.lifecycle import selectors
from longwatch.lifecycle.finding import find_record
from longwatch.lifecycle.models import Disposal, DisposalStatus, Hold, HoldScope
from longwatch.lifecycle.schemas import DisposalList, DisposalOut, HoldList, HoldOut, LegalHoldIn, ReleaseIn
from longwatch.lifecycle.services.disposing import take_up
from longwatch.lifecycle.services.holds import hold_entity, hold_organisation, hold_record, release_hold
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Life cycle"])
MOST = 200


@router.get("/holds", response=HoldList, summary="Legal holds in force", operation_id="hold_list")
def list_holds(
    request: HttpRequest, released: bool = False, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Those that counsel may know of, the newest first; with `released`, those that ended."""
    require_reading(api_actor(request), Permission.HOLD_DECIDE)
    page = selectors.holds_page(released=released, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.post("/holds", response={201: HoldOut}, summary="Place a legal hold", operation_id="hold_place")
def place_hold(request: HttpRequest, wanted: LegalHoldIn, response: HttpResponse) -> Status[Hold]:
    """Nothing that it covers can be erased until it is released."""
    actor = require_reading(api_actor(request), Permission.HOLD_DECIDE)
    words = {"matter": wanted.matter, "reason": wanted.reason}
    if wanted.scope == HoldScope.RECORD and wanted.record_id is not None:
        found = find_record(wanted.record_kind, wanted.record_id, actor)
        row = hold_record(found.ref, **words, by=actor)
    elif wanted.scope == HoldScope.ENTITY:
        row = hold_entity(wanted.kind, wanted.value, **words, by=actor)
    elif wanted.scope == HoldScope.ORGANISATION:
        row = hold_organisation(**words, by=actor)
    else:
        raise Invalid("Say what the hold covers.", fields={"scope": "Use record, entity or organisation."})
    response.headers["Location"] = f"/api/v1/holds/{row.id}"
    tag(response, row.version)
    return Status(201, row)


@router.get("/holds/{uuid:hold_id}", response=HoldOut, summary="A legal hold", operation_id="hold_read")
def read_hold(request: HttpRequest, hold_id: UUID, response: HttpResponse) -> Hold:
    """One hold."""
    require_reading(api_actor(request), Permission.HOLD_DECIDE)
    row = selectors.hold(hold_id)
    tag(response, row.version)
    return row


@router.post("/holds/{uuid:hold_id}/release", response=HoldOut, summary="End a hold", operation_id="hold_release")
def end_hold(
    request: HttpRequest, hold_id: UUID, wanted: ReleaseIn, response: HttpResponse, version: IfMatch = None
) -> Hold:
    """Refuses (409) one that has ended."""
    actor = require_reading(api_actor(request), Permission.HOLD_DECIDE)
    row = release_hold(hold_id, reason=wanted.reason, by=actor, expected_version=version)
    tag(response, row.version)
    return row


@router.get("/disposals", response=DisposalList, summary="Disposals", operation_id="disposal_list")
def list_disposals(
    request: HttpRequest, status: DisposalStatus | None = None, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """For privacy officers, the newest first; of one status only, where it is given."""
    require_reading(api_actor(request), Permission.RETENTION_MANAGE)
    wanted = [status] if status else []
    page = selectors.disposals_page(*wanted, cursor=cursor, limit=max(1, min(limit, MOST)))
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/disposals/{uuid:disposal_id}", response=DisposalOut, summary="A disposal", operation_id="disposal_read")
def read_disposal(request: HttpRequest, disposal_id: UUID, response: HttpResponse) -> Disposal:
    """With what went, once it is done."""
    require_reading(api_actor(request), Permission.RETENTION_MANAGE)
    row = selectors.disposal(disposal_id)
    tag(response, row.version)
    return row


@router.post(
    "/disposals/{uuid:disposal_id}/taking-up", response=DisposalOut, summary="Take up a disposal",
    operation_id="disposal_take_up",
)  # fmt: skip
def take_up_disposal(
    request: HttpRequest, disposal_id: UUID, response: HttpResponse, version: IfMatch = None
) -> Disposal:
    """Carry out what was approved, in the caller's own name; refuses (409) what nobody agreed to, and what is over."""
    actor = require_reading(api_actor(request), Permission.RETENTION_MANAGE)
    row = take_up(disposal_id, by=actor, expected_version=version)
    tag(response, row.version)
    return row
