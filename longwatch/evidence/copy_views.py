# SPDX-License-Identifier: Apache-2.0
"""The page of one exhibit: its safe copy, what its metadata say, what scanners found, and the way to the original."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access import selectors as access_selectors
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.evidence import copy_words, selectors
from longwatch.evidence.copies import dangers_of, scans_of
from longwatch.evidence.delivery import harmless_picture
from longwatch.evidence.models import Exhibit
from longwatch.evidence.selectors import Holding
from longwatch.evidence.services.looking import look_at_copy, picture_of_copy
from longwatch.evidence.services.transferring import receivers
from longwatch.records.reference import RecordRef


@require_GET
def copy_picture(request: HttpRequest, exhibit_id: UUID, number: int) -> HttpResponse:
    """A picture of the safe copy, for whoever has its page open."""
    actor = require_reading(actor_in(request), Permission.EVIDENCE_READ)
    row = selectors.exhibit(exhibit_id)
    return harmless_picture(*picture_of_copy(row, number, by=actor))


@dataclass(frozen=True, slots=True)
class Frame:
    """What only an upper package knows of an exhibit: its record, as the reader knows it, and their part in it."""

    record: RecordRef | None = None
    back: str = ""
    may_act: bool = False


def exhibit_page(
    request: HttpRequest, row: Exhibit, actor: Actor, frame: Frame,
    refused: LongwatchError | None = None, doing: str = "",
) -> HttpResponse:  # fmt: skip
    """What an exhibit shows, how it stands and what was done with it.

    `doing` names the form that was refused. Looking at the safe copy is a link of the chain of custody; waiting for
    it is none.
    """
    rendition, copy = look_at_copy(row, by=actor)
    shown = copy_words.said(copy) if copy else None
    chain = list(selectors.custody(row.id))
    holding = selectors.holding_of(row, chain)
    context = {
        "exhibit": row, "rendition": rendition, "copy": shown, "attachments": _attachments(row, shown),
        "frame": frame, "refused": refused, "chain": chain,
        "why_not": copy_words.why_not(rendition.why) if rendition and not shown else "",
        "dangers": [copy_words.danger(each) for each in dangers_of(row)], "scans": scans_of(row.id),
        "password": settings.MALWARE_PASSWORD, "may_mark": actor.may(Permission.EVIDENCE_ADD) and not row.is_physical,
        "doing": doing, "holding": holding, "check": selectors.last_check(row.id),
        **_handing(row, holding, frame, actor, wanted="hand-over" in request.GET or doing == "transfer"),
    }  # fmt: skip
    return render(request, "evidence/exhibit_page.html", context, status=refused.status if refused else 200)


def _handing(row: Exhibit, holding: Holding, frame: Frame, actor: Actor, *, wanted: bool) -> dict[str, Any]:
    """To whom it can be handed over; or, of an offer, whether the reader is to answer it, and whether anybody can.

    Everybody who could take it is looked up only for whoever is about to hand it over.
    """
    offer = holding.offer
    if offer is None:
        asked = wanted and frame.may_act
        return {"handing": asked, "receivers": receivers(row, by=actor) if asked else []}
    to_me = offer.receiver_id == actor.id
    gone = not to_me and offer.receiver_id is not None and access_selectors.left(actor, offer.receiver_id) is not None
    return {"to_me": to_me and frame.record is not None and actor.may(Permission.EVIDENCE_ADD), "receiver_left": gone}


def _attachments(row: Exhibit, shown: dict[str, Any] | None) -> list[tuple[int, list[str], Exhibit | None]]:
    """The attachments of an e-mail by number, each with the exhibit that it became."""
    if shown is None or shown["kind"] != "mail" or not shown["rows"]:
        return []
    taken = selectors.taken_out_of(row)
    return [(number, cells, taken.get(number)) for number, cells in enumerate(shown["rows"])]
