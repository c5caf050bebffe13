# SPDX-License-Identifier: Apache-2.0
"""Files in and out. Whoever knows the record (an upper package) calls these with its reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.selectors import SectionSeen
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.evidence import copy_words, selectors
from longwatch.evidence.copies import dangers
from longwatch.evidence.delivery import hand_out_file
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.custody import hand_out
from longwatch.records.reference import RecordRef


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, exhibit_id: UUID) -> HttpResponseBase:
    """The original of an exhibit, asked for with a reason (POST); then the bytes, while that lasts."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    if request.method == "POST":
        link = hand_out(exhibit_id, reason=request.POST.get("reason", ""), by=actor)
        return HttpResponseRedirect(f"{reverse('evidence:file', args=[exhibit_id])}?download={link.id}")
    copy = uuid_or_none(request.GET.get("download", ""))
    if copy is None:
        raise NotFound
    return hand_out_file(request, exhibit_id, copy=copy, actor=actor)


@dataclass(frozen=True, slots=True)
class Adding:
    """Whether the reader may add to the record, and who will read it: the sections of their choice, and its core."""

    may: bool
    sections: Sequence[SectionSeen] = ()
    readers: str = ""


def exhibits_fragment(
    request: HttpRequest, record: RecordRef, *, actor: Actor, adding: Adding, address: str,
    came_with: Sequence[UUID] = (), refused: LongwatchError | None = None,
) -> HttpResponse:  # fmt: skip
    """The exhibits of a record, those that came with its signals, and the form to add one when the reader may."""
    may_add = adding.may and actor.may(Permission.EVIDENCE_ADD) and not record.closed
    own, others = list(selectors.exhibits(record.id)), list(selectors.exhibits_of_any(came_with))
    context = {
        "record": record,
        "exhibits": own,
        "came_with": others,
        "may_add": may_add,
        "unfinished": list(selectors.unfinished(record.id)) if may_add else [],
        "sections": adding.sections,
        "readers": adding.readers,
        "address": address,
        "largest": settings.MAX_UPLOAD_BYTES // 1_000_000,
        "largest_resumable": settings.MAX_RESUMABLE_BYTES,
        "dangerous": _dangers([*own, *others]),
        "refused": refused,
    }
    template = "evidence/exhibits.html" if request.headers.get("HX-Request") else "evidence/page.html"
    return render(request, template, context, status=refused.status if refused else 200)


def _dangers(rows: Sequence[Exhibit]) -> dict[UUID, str]:
    """Why each of these is dangerous, as far as it is, in words."""
    found = dangers(rows) if rows else {}
    return {exhibit_id: " ".join(copy_words.danger(each) for each in why) for exhibit_id, why in found.items()}


def custody_fragment(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """The chain of custody of an exhibit."""
    require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    template = "evidence/custody.html" if request.headers.get("HX-Request") else "evidence/custody_page.html"
    return render(request, template, {"exhibit": row, "chain": list(selectors.custody(row.id))})
