# SPDX-License-Identifier: Apache-2.0
"""The bytes of an exhibit on their way out: recorded first, harmless in a browser, never all in memory."""

from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from longwatch.core.actor import Actor
from longwatch.evidence import selectors
from longwatch.evidence.content_type import INLINE_TYPES, OCTET_STREAM
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.custody import hand_out
from longwatch.evidence.store import BlobStore

CHUNK_BYTES = 256 * 1024
# A file opened from evidence may do nothing at all: no script, no request, no form, no frame.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}


def hand_out_file(request: HttpRequest, exhibit_id: UUID, *, inline: bool, actor: Actor) -> HttpResponseBase:
    """The bytes of an exhibit, after the chain of custody has grown by one link."""
    shown = inline and selectors.exhibit(exhibit_id).content_type in INLINE_TYPES
    row = hand_out(exhibit_id, viewed=shown, by=actor)
    return _streamed(request, row, inline=shown)


def _streamed(request: HttpRequest, row: Exhibit, *, inline: bool) -> HttpResponseBase:
    handle = BlobStore.of(Path(settings.EVIDENCE_DIRECTORY), row.org_id).open(row.sha256)
    response: StreamingHttpResponse
    if isinstance(request, ASGIRequest):
        # A synchronous iterator would be read into memory as a whole before the first byte leaves.
        response = StreamingHttpResponse(_chunks(handle))
        response._resource_closers.append(handle.close)  # type: ignore[attr-defined]
    else:
        response = FileResponse(handle)
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Type"] = row.content_type if inline else OCTET_STREAM
    response.headers["Content-Disposition"] = content_disposition_header(not inline, row.name) or "attachment"
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(row.sha256)).decode()}:"
    for name, value in HARMLESS.items():
        response.headers[name] = value
    return response


async def _chunks(handle: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(handle.read)(CHUNK_BYTES):
        yield chunk
