# SPDX-License-Identifier: Apache-2.0
"""The bytes of an exhibit on their way out: recorded first, harmless in a browser, never all in memory."""

import io
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from longwatch.access.oversight import SightKind
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.evidence.archiving import encrypted_zip
from longwatch.evidence.content_type import OCTET_STREAM
from longwatch.evidence.copies import dangers_of
from longwatch.evidence.models import Exhibit
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.rendering.copy import Place
from longwatch.evidence.services.custody import hand_out, handed_out
from longwatch.evidence.unsealing import pieces

# A file opened from evidence may do nothing at all: no script, no request, no form, no frame.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def hand_out_file(
    request: HttpRequest, exhibit_id: UUID, *, actor: Actor, reason: str = "", copy: UUID | None = None
) -> HttpResponseBase:
    """The bytes of an exhibit, after the chain of custody has grown by one link.

    A download needs a reason (422). With `copy`, the link of one's own download a moment ago, it goes on without
    another link, so that a browser can take a file up again where it broke off. A dangerous file leaves in an
    encrypted archive, as a whole.
    """
    link = handed_out(exhibit_id, copy, by=actor) if copy else hand_out(exhibit_id, reason=reason, by=actor)
    row = link.exhibit
    saw(row.record_kind, row.record_id, [row.compartment_id], how=SightKind.FILE, by=actor)
    response = archived(request, row) if dangers_of(row) else streamed(request, row)
    response.headers["Longwatch-Download"] = str(link.id)
    return response


def harmless_picture(place: Place, content: bytes) -> HttpResponse:
    """A picture of a safe copy, which can do nothing either."""
    response = HttpResponse(content, content_type=place.content_type)
    for name, value in HARMLESS.items():
        response.headers[name] = value
    return response


def archived(request: HttpRequest, row: Exhibit) -> HttpResponseBase:
    """The whole file in an archive that only opens with the password everybody uses for malware."""
    content, password = open_exhibit(row), settings.MALWARE_PASSWORD
    response = _streaming(request, encrypted_zip(row.name, pieces(content), password), content)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{row.name}.zip") or "attachment"
    response.headers["Longwatch-Archive-Password"] = quote(password)
    for name, value in HARMLESS.items():
        response.headers[name] = value
    return response


def streamed(request: HttpRequest, row: Exhibit) -> HttpResponseBase:
    """The whole file, or the one range of it that the request asks for."""
    part = asked_range(request.headers.get("Range", ""), row.size) if _wants_range(request, row) else (0, row.size)
    if part is None:
        refusal = HttpResponse(status=416)
        refusal.headers["Content-Range"] = f"bytes */{row.size}"
        return refusal
    start, length = part
    response = _response(request, open_exhibit(row), start, length)
    if length != row.size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{row.size}"
    response.headers["Content-Length"] = str(length)
    _describe(response, row)
    return response


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """Where to begin and how much, of a single range; None when there is nothing there. Other forms mean all of it."""
    found = RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else None
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if start >= size:
        return None
    return (start, end - start + 1) if start <= end else (0, size)


def _wants_range(request: HttpRequest, row: Exhibit) -> bool:
    condition = request.headers.get("If-Range", "")
    return request.method == "GET" and condition in ("", _etag(row))


def _etag(row: Exhibit) -> str:
    return f'"{row.sha256}"'


def _describe(response: HttpResponseBase, row: Exhibit) -> None:
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = _etag(row)
    response.headers["Content-Type"] = OCTET_STREAM
    response.headers["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(row.sha256)).decode()}:"
    for name, value in HARMLESS.items():
        response.headers[name] = value


def _response(request: HttpRequest, content: io.RawIOBase, start: int, length: int) -> StreamingHttpResponse:
    return _streaming(request, pieces(content, start, length), content)


def _streaming(request: HttpRequest, stream: Iterator[bytes], content: io.RawIOBase) -> StreamingHttpResponse:
    # A synchronous iterator would be read into memory as a whole before the first byte leaves.
    response = StreamingHttpResponse(_later(stream) if isinstance(request, ASGIRequest) else stream)
    response._resource_closers.append(content.close)  # type: ignore[attr-defined]
    return response


async def _later(stream: Iterator[bytes]) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(_next)(stream):
        yield chunk


def _next(stream: Iterator[bytes]) -> bytes:
    return next(stream, b"")
