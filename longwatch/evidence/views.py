# SPDX-License-Identifier: Apache-2.0
"""Files in and out. Whoever knows the record (an upper package) calls these with its reference."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.evidence import selectors
from longwatch.evidence.content_type import INLINE_TYPES
from longwatch.evidence.delivery import hand_out_file
from longwatch.records.reference import RecordRef


@require_GET
def file(request: HttpRequest, exhibit_id: UUID) -> HttpResponseBase:
    """The bytes of an exhibit as a download; `?inline=1` shows a raster image in the browser."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    return hand_out_file(request, exhibit_id, inline=request.GET.get("inline") == "1", actor=actor)


def exhibits_fragment(
    request: HttpRequest, record: RecordRef, *, actor: Actor, may_add: bool, address: str,
    came_with: Sequence[UUID] = (), refused: LongwatchError | None = None,
) -> HttpResponse:  # fmt: skip
    """The exhibits of a record, those that came with its signals, and the form to add one when the reader may."""
    context = {
        "record": record,
        "exhibits": list(selectors.exhibits(record.id)),
        "came_with": list(selectors.exhibits_of_any(came_with)),
        "may_add": may_add and actor.may(Permission.EVIDENCE_ADD) and not record.closed,
        "address": address,
        "largest": settings.MAX_UPLOAD_BYTES // 1_000_000,
        "inline_types": INLINE_TYPES,
        "refused": refused,
    }
    template = "evidence/exhibits.html" if request.headers.get("HX-Request") else "evidence/page.html"
    return render(request, template, context, status=refused.status if refused else 200)


def custody_fragment(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """The chain of custody of an exhibit."""
    require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    template = "evidence/custody.html" if request.headers.get("HX-Request") else "evidence/custody_page.html"
    return render(request, template, {"exhibit": row, "chain": list(selectors.custody(row.id))})
