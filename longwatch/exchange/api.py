# SPDX-License-Identifier: Apache-2.0
"""Bundles for programs: ask, look how far it is, call off, download."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Router, Status

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.exchange import selectors
from longwatch.exchange.content import find_record
from longwatch.exchange.delivery import file_response, shared_response
from longwatch.exchange.models import Export, Progress
from longwatch.exchange.schemas import ExportIn, ExportList, ExportOut, ShareIn
from longwatch.exchange.services.handing import hand_out
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.exchange.services.sharing import share
from longwatch.exchange.sharing.formats import WRITERS
from longwatch.web.conditional import IfMatch, api_actor, tag

router = Router(tags=["Exports"])
MOST = 100
AS_FORMAT = {
    "responses": {
        200: {
            "description": "The file",
            "content": {kind: {} for kind in sorted({writer.content_type for writer in WRITERS.values()})},
        }
    }
}
AS_FILE = {"responses": {200: {"description": "The bundle", "content": {"application/zip": {}}}}}


@router.post("/exports", response={202: ExportOut}, summary="Ask for a bundle", operation_id="export_request")
def request_bundle(request: HttpRequest, wanted: ExportIn, response: HttpResponse) -> Status[dict[str, Any]]:
    """A job makes it; `Location` says where to look how far it is."""
    actor = api_actor(request)
    record, _row, reader = find_record(wanted.record_kind, wanted.record_id, actor)
    row = request_export(
        record, audience=wanted.audience, recipient=wanted.recipient, purpose=wanted.purpose,
        about_id=wanted.about_id, by=reader,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/exports/{row.id}"
    tag(response, row.version)
    return Status(202, told(row))


@router.post(
    "/exports/files", summary="A record as a file for other tools", operation_id="export_share", openapi_extra=AS_FORMAT
)
def share_record(request: HttpRequest, wanted: ShareIn) -> HttpResponse:
    """A STIX bundle, a MISP event, an OCSF Incident Finding or a table, recorded before the first byte.

    `Longwatch-Left-Out` says how many items stayed because they are marked more strictly.
    """
    record, row, reader = find_record(wanted.record_kind, wanted.record_id, api_actor(request))
    return shared_response(
        share(
            record, row, form=wanted.format, tlp=wanted.tlp, recipient=wanted.recipient, purpose=wanted.purpose,
            by=reader,
        )
    )  # fmt: skip


@router.get("/exports", response=ExportList, summary="The bundles of a record", operation_id="export_list")
def list_bundles(request: HttpRequest, record_kind: str, record_id: UUID) -> dict[str, Any]:
    """The newest hundred."""
    record, _row, reader = find_record(record_kind, record_id, api_actor(request))
    require(reader, Permission.RECORD_EXPORT)
    return {"items": [told(row) for row in selectors.exports(record.id)[:MOST]]}


@router.get("/exports/{uuid:export_id}", response=ExportOut, summary="A bundle", operation_id="export_read")
def read_bundle(request: HttpRequest, export_id: UUID, response: HttpResponse) -> dict[str, Any]:
    """How far it is, and what became of it."""
    row = selectors.export(export_id, api_actor(request))
    tag(response, row.version)
    return told(row)


@router.delete(
    "/exports/{uuid:export_id}", response=ExportOut, summary="Call a bundle off", operation_id="export_cancel"
)
def cancel_bundle(
    request: HttpRequest, export_id: UUID, response: HttpResponse, version: IfMatch = None
) -> dict[str, Any]:
    """The job stops within a second or so; 409 when there is none any more."""
    row = cancel_export(export_id, by=api_actor(request), expected_version=version)
    tag(response, row.version)
    return told(row)


@router.get(
    "/exports/{uuid:export_id}/file", summary="The file of a bundle", operation_id="export_file", openapi_extra=AS_FILE
)
def read_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The zip, for whoever asked for it; every download is recorded before the first byte."""
    return file_response(request, hand_out(export_id, by=api_actor(request)))


def told(row: Export) -> dict[str, Any]:
    """The row with its progress, which is there only while the bundle is made."""
    progress: Progress | None = getattr(row, "progress", None) if row.is_unfinished else None
    names = [name for name in ExportOut.model_fields if name != "progress"]
    return {name: getattr(row, name) for name in names} | {"progress": progress}
