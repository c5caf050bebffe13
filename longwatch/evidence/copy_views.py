# SPDX-License-Identifier: Apache-2.0
"""The page of one exhibit: its safe copy, what its metadata say, what scanners found, and the way to the original."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.oversight import SightKind
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.evidence import copy_words, selectors
from longwatch.evidence.copies import dangers_of, open_copy, picture, rendition_of, scans_of
from longwatch.evidence.delivery import HARMLESS
from longwatch.evidence.models import CopyState, CustodyEvent, Exhibit, Rendition
from longwatch.evidence.services.custody import look, looked, mark_dangerous
from longwatch.evidence.services.rendering import ask_for_copy
from longwatch.web.toasts import say


@require_GET
def exhibit(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """What an exhibit shows. Looking at the safe copy is a link of the chain of custody; waiting for it is none."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    return _page(request, row, actor)


@require_GET
def copy_picture(request: HttpRequest, exhibit_id: UUID, number: int) -> HttpResponse:
    """A picture of the safe copy, for whoever has its page open."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    rendition = rendition_of(row.id)
    if rendition is None or looked(row, by=actor) is None:
        raise NotFound
    place, content = picture(rendition, number)
    response = HttpResponse(content, content_type=place.content_type)
    for name, value in HARMLESS.items():
        response.headers[name] = value
    return response


@require_POST
def danger(request: HttpRequest, exhibit_id: UUID) -> HttpResponse:
    """Mark an exhibit as dangerous, for a reason."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    try:
        mark_dangerous(row.id, reason=request.POST.get("reason", ""), by=actor)
    except LongwatchError as refusal:
        return _page(request, row, actor, refused=refusal)
    say(request, _("Exhibit %(number)s is marked as dangerous.") % {"number": row.number})
    return HttpResponseRedirect(reverse("evidence:exhibit", args=[row.id]))


def _page(request: HttpRequest, row: Exhibit, actor: Actor, refused: LongwatchError | None = None) -> HttpResponse:
    rendition = None if row.is_physical else rendition_of(row.id)
    shown, seen = _seen(row, rendition, actor)
    why = dangers_of(row)
    context = {
        "exhibit": row, "rendition": rendition, "copy": shown, "seen": seen,
        "why_not": copy_words.why_not(rendition.why) if rendition and not shown else "",
        "dangers": [copy_words.danger(each) for each in why], "scans": scans_of(row.id),
        "password": settings.MALWARE_PASSWORD, "refused": refused,
        "may_mark": actor.may(Permission.EVIDENCE_ADD) and not row.is_physical,
        "chain": list(selectors.custody(row.id)),
    }  # fmt: skip
    return render(request, "evidence/exhibit_page.html", context, status=refused.status if refused else 200)


def _seen(row: Exhibit, rendition: Rendition | None, actor: Actor) -> tuple[dict[str, Any] | None, CustodyEvent | None]:
    if rendition is None and not row.is_physical and row.key_id is not None:
        ask_for_copy(row)
    if rendition is None or rendition.state != CopyState.READY:
        return None, None
    copy, file = open_copy(rendition)
    file.close()
    link = look(row.id, by=actor)
    saw(row.record_kind, row.record_id, [row.compartment_id], how=SightKind.FILE, by=actor)
    return copy_words.said(copy), link
