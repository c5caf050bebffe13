# SPDX-License-Identifier: Apache-2.0
"""The board: is anything burning, and is anybody on it?"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.incidents import selectors
from longwatch.incidents.models import Incident
from longwatch.incidents.pages import reader, url_of
from longwatch.records.severity import Severity
from longwatch.web.moments import relative_words

MOST_DUE = 6


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Open incidents by what needs a hand first, with a map and what is due soon."""
    return render(request, "incidents/board.html", _board(request))


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """The board without its frame, for live refresh."""
    return render(request, "incidents/board_rows.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    actor = reader(request)
    found = selectors.board(actor.org_id)
    due = sorted((i for i in found if i.next_action_due), key=lambda i: i.next_action_due or i.opened_at)
    last = None if found else selectors.last_closed_at(actor.org_id)
    return {
        "incidents": found, "due": due[:MOST_DUE], "points": json.dumps(_points(found)),
        "figures": selectors.board_figures(actor.org_id) if found else {},
        "more": len(found) == selectors.MOST_ON_BOARD, "last_closed_at": last,
        "last_closed_words": _last_closed(last),
        "may_open": actor.may(Permission.INCIDENT_OPEN),
    }  # fmt: skip


def _last_closed(moment: datetime | None) -> str:
    return _("Last incident closed %(ago)s.") % {"ago": relative_words(moment, clock.now())} if moment else ""


def _points(found: Sequence[Incident]) -> list[dict[str, Any]]:
    return [
        {
            "lat": i.latitude, "lon": i.longitude, "name": f"{i.reference} {i.title}", "url": url_of(i),
            "severity": Severity(i.severity).word,
        }
        for i in found
        if i.latitude is not None and i.longitude is not None
    ]  # fmt: skip
