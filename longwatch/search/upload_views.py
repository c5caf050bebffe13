# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads to any record: a tus 1.0 server (https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from longwatch.access.models import Compartment
from longwatch.access.permission import signed_in
from longwatch.core.errors import Invalid, LongwatchError, NotFound
from longwatch.core.problem import CONTENT_TYPE, refusal_document, refusal_headers
from longwatch.evidence.models import ResumableUpload
from longwatch.evidence.services import uploading
from longwatch.evidence.services.uploading import ALGORITHMS, Checksum, Writer
from longwatch.evidence.streaming import SLOT
from longwatch.records.reference import RecordRef
from longwatch.search.records_directory import record_ref

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LONGEST_NUMBER = 15
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Unsupported(LongwatchError):
    """Another version of the protocol, or another kind of body."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence, code="unsupported")
        vars(self)["status"] = status


def tus(view: View[P]) -> View[P]:
    """A view that speaks the protocol: its version is asked for and answered, refusals are plain text."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable", VERSION) != VERSION:
                raise Unsupported(f"This server speaks version {VERSION} only.", 412)
            response = view(request, *args, **kwargs)
        except LongwatchError as error:
            if error.status == 401 and not request.path.startswith("/api/"):
                raise
            document = json.dumps(refusal_document(error))
            response = HttpResponse(document, status=error.status, content_type=CONTENT_TYPE)
            for name, value in refusal_headers(error).items():
                response.headers[name] = value
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        if response.status_code == 412:
            response.headers["Tus-Version"] = VERSION
        return response

    return cast(View[P], spoken)


@require_http_methods(["OPTIONS", "POST"])
@tus
def uploads(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """What we can do (OPTIONS), and a new upload to a record (POST)."""
    if request.method == "OPTIONS":
        return abilities()
    record, actor = record_ref(kind, record_id, signed_in(request))
    said = metadata(request.headers.get("Upload-Metadata", ""))
    place = within(record, said.get("compartment", ""))
    row = uploading.begin_upload(
        place, length=number(request, "Upload-Length"), name=said.get("filename", ""), note=said.get("note", ""),
        by=actor,
    )  # fmt: skip
    response = HttpResponse(status=201)
    name = "api-upload" if request.path.startswith("/api/") else "upload"
    response.headers["Location"] = reverse(f"evidence:{name}", args=[row.id])
    return _standing(response, row)


@require_http_methods(["OPTIONS", "HEAD", "PATCH", "DELETE"])
@tus
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """How far an upload came (HEAD), its next piece (PATCH), its end (DELETE)."""
    if request.method == "OPTIONS":
        return abilities()
    signed_in(request)
    if request.method == "DELETE":
        uploading.terminate(upload_id)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _piece(request, upload_id)
    response = HttpResponse(status=200)
    row = uploading.upload(upload_id)
    response.headers["Upload-Length"] = str(row.length)
    return _standing(response, row)


api_uploads, api_upload = csrf_exempt(uploads), csrf_exempt(upload)


def abilities() -> HttpResponse:
    """The version, the extensions and the limits."""
    response = HttpResponse(status=204)
    for name, value in (
        ("Tus-Version", VERSION), ("Tus-Extension", "creation,checksum,termination,expiration"),
        ("Tus-Max-Size", str(settings.MAX_RESUMABLE_BYTES)), ("Tus-Checksum-Algorithm", ",".join(ALGORITHMS)),
    ):  # fmt: skip
        response.headers[name] = value
    return response


def _piece(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    if request.headers.get("Content-Type") != PIECE:
        raise Unsupported(f"Send the bytes as {PIECE}.", 415)
    actor = signed_in(request)
    permit = uploading.admit(
        lambda row: _record(request, row), upload_id, offset=number(request, "Upload-Offset"),
        checksum=checksum(request.headers.get("Upload-Checksum", "")), by=actor,
    )  # fmt: skip
    slot = getattr(request, "scope", {}).get(SLOT)
    if slot is None:
        with Writer(permit) as writer:
            writer.write(request.body)
            return _standing(HttpResponse(status=204), writer.end())
    slot.permit = permit
    return _standing(HttpResponse(status=204), permit.row)


def _record(request: HttpRequest, row: ResumableUpload) -> RecordRef:
    record, _actor = record_ref(row.record_kind, row.record_id, signed_in(request))
    return replace(record, compartment_id=row.compartment_id)


def _standing(response: HttpResponse, row: ResumableUpload) -> HttpResponse:
    response.headers["Upload-Offset"] = str(row.received)
    response.headers["Upload-Expires"] = http_date(row.expires_at.timestamp())
    if row.exhibit_id:
        response.headers["Longwatch-Exhibit"] = str(row.exhibit_id)
    return response


def within(record: RecordRef, compartment: str) -> RecordRef:
    """The record, or the section of it that the sender names and is inside of; refuses (404) any other."""
    if not compartment or compartment == str(record.compartment_id):
        return record
    try:
        found = Compartment.objects.filter(id=UUID(compartment), record_id=record.id).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return replace(record, compartment_id=found.id)


def number(request: HttpRequest, name: str) -> int:
    """A header that is a whole number; refuses (422) anything else."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Invalid(f"Send the header {name} as a whole number.")
    return int(text)


def metadata(header: str) -> dict[str, str]:
    """The pairs of Upload-Metadata; refuses (400) what is not in its form."""
    said = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            said[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            raise LongwatchError("Send Upload-Metadata as names with base64 values.") from None
    return said


def checksum(header: str) -> Checksum | None:
    """The checksum of a piece, when there is one; refuses (400) algorithms that we do not know."""
    if not header:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise LongwatchError("Send Upload-Checksum as sha1 or sha256 and base64.")
    return Checksum(algorithm, digest)
