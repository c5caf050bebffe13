# SPDX-License-Identifier: Apache-2.0
"""A bundle's bytes on their way out."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from functools import partial

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from longwatch.evidence.unsealing import pieces
from longwatch.exchange.at_rest import unsealed
from longwatch.exchange.models import Export
from longwatch.exchange.services.building import file_of
from longwatch.exchange.services.sharing import SharedFile


def file_response(request: HttpRequest, row: Export) -> HttpResponseBase:
    """The bytes of a bundle, never all in memory."""
    stream = _chunks(row)
    response = StreamingHttpResponse(_later(stream) if isinstance(request, ASGIRequest) else stream)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.file_name}"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def shared_response(shared: SharedFile) -> HttpResponse:
    """The bytes of a file for other tools."""
    response = HttpResponse(shared.content, content_type=shared.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{shared.name}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Longwatch-Left-Out"] = str(shared.left)
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(shared.sha256)).decode()}:"
    return response


def _chunks(row: Export) -> Iterator[bytes]:
    with unsealed(file_of(row), row.id) as content:
        yield from pieces(content)


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(partial(next, pieces, b""))
    while piece := await following():
        yield piece
