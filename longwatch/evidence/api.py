# SPDX-License-Identifier: Apache-2.0
"""The API of one exhibit; those of a record are listed and added under the record (search/api.py)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Router

from longwatch.access.permission import require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.evidence import copy_words, selectors
from longwatch.evidence.delivery import hand_out_file, harmless_picture
from longwatch.evidence.models import Exhibit
from longwatch.evidence.schemas import CopyOut, CustodyList, ExhibitOut
from longwatch.evidence.services.looking import look_at_copy, picture_of_copy
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.web.conditional import api_actor, tag

router = Router(tags=["Evidence"])
AS_FILE = {
    "responses": {
        200: {
            "description": "The file; one that was marked as dangerous comes in an encrypted archive",
            "content": {"application/octet-stream": {}, "application/zip": {}},
        },
        206: {
            "description": "The bytes that `Range` asks for",
            "content": {"application/octet-stream": {}},
        },
    }
}

AS_PICTURE = {"responses": {200: {"description": "The picture", "content": {"image/png": {}, "image/jpeg": {}}}}}


@router.get("/exhibits/{uuid:exhibit_id}", response=ExhibitOut, summary="An exhibit")
def exhibit(request: HttpRequest, exhibit_id: UUID, response: HttpResponse) -> Exhibit:
    """What is known of a file; its bytes are at `/exhibits/{id}/content`."""
    row, _actor = _readable(request, exhibit_id)
    tag(response, row.version)
    return row


@router.get("/exhibits/{uuid:exhibit_id}/content", summary="The bytes of an exhibit", openapi_extra=AS_FILE)
def content(request: HttpRequest, exhibit_id: UUID, reason: str = "", download: UUID | None = None) -> HttpResponseBase:
    """The file as it was received, for a `reason`; a custody event before the first byte is sent.

    The answer's `Longwatch-Download`, sent as `download` within the hour, goes on with a `Range` where it broke off.
    """
    _row, actor = _readable(request, exhibit_id)
    return hand_out_file(request, exhibit_id, reason=reason, copy=download, actor=actor)


@router.get("/exhibits/{uuid:exhibit_id}/copy", response=CopyOut, summary="The safe copy of an exhibit")
def safe_copy(request: HttpRequest, exhibit_id: UUID) -> dict[str, Any]:
    """What can be shown of a file without opening it; a custody event once it is `ready`, again after half an hour.

    `waiting` is made within seconds; `refused`, `failed` and `none` (a thing) have no copy, and `why` says why.
    """
    row, actor = _readable(request, exhibit_id)
    rendition, copy = look_at_copy(row, by=actor)
    return copy_words.told(row, rendition, copy)


@router.get("/exhibits/{uuid:exhibit_id}/copy/pictures/{number}", summary="A picture of a safe copy",
            openapi_extra=AS_PICTURE)  # fmt: skip
def copy_picture(request: HttpRequest, exhibit_id: UUID, number: int) -> HttpResponse:
    """Painted anew, without metadata; for who read the copy within the last half hour."""
    row, actor = _readable(request, exhibit_id)
    return harmless_picture(*picture_of_copy(row, number, by=actor))


@router.get("/exhibits/{uuid:exhibit_id}/custody", response=CustodyList, summary="The chain of custody of an exhibit")
def custody(request: HttpRequest, exhibit_id: UUID, response: HttpResponse) -> dict[str, Any]:
    """Who had it in hand, oldest first. The ETag stays until it changes hands or its seal, whoever looks at it."""
    row, _actor = _readable(request, exhibit_id)
    chain = list(selectors.custody(row.id))
    tag(response, selectors.holding_of(row, chain).version)
    return {"items": chain}


def _readable(request: HttpRequest, exhibit_id: UUID) -> tuple[Exhibit, Actor]:
    """An exhibit, when the token reads evidence and the kind of record it belongs to."""
    actor = api_actor(request, Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    require_reading(actor, READING[RecordKind(row.record_kind)])
    return row, actor
