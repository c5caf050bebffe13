# SPDX-License-Identifier: Apache-2.0
"""The list of cases, and the cases of an incident as its page shows them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.cases import selectors
from longwatch.cases.models import CaseStatus, CaseType
from longwatch.cases.selectors import UNFINISHED, CaseFilter
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.incidents import selectors as incident_selectors

SHOWN = 50


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that the reader is a member of, newest first. No figure tells of any other."""
    actor = require_reading(actor_in(request), Permission.CASE_READ)
    wanted = _wanted(request, actor)
    page = selectors.cases(wanted, cursor=request.GET.get("after"), limit=SHOWN)
    status = request.GET.get("status", "")
    context = {
        "page": page,
        "status": status,
        "type": wanted.type,
        "led_by_me": wanted.lead_id is not None,
        "text": wanted.text,
        "narrowed": bool(wanted.type or wanted.text or wanted.lead_id or status),
        "statuses": [("", _("Not closed")), ("all", _("All")), *CaseStatus.choices],
        "types": CaseType.choices,
        "may_open": actor.may(Permission.CASE_OPEN),
        "outlines": selectors.outlines() if page.first else [],
    }
    return render(request, "cases/list.html", context)


def _wanted(request: HttpRequest, actor: Actor) -> CaseFilter:
    status, type_ = request.GET.get("status", ""), request.GET.get("type", "")
    statuses = {"": UNFINISHED, "all": ()}.get(status, (status,) if status in CaseStatus.values else UNFINISHED)
    return CaseFilter(
        statuses=statuses,
        type=type_ if type_ in CaseType.values else "",
        lead_id=actor.id if request.GET.get("lead") == "me" else None,
        text=request.GET.get("q", "").strip()[:100],
    )


@require_GET
def of_incident(request: HttpRequest) -> HttpResponse:
    """The cases tied to an incident that the reader may see, and the ways to one more."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_READ)
    incident = incident_selectors.incident(uuid_of(request.GET.get("incident", ""), "incident"))
    ties = selectors.cases_of_incident(incident.id) if actor.may(Permission.CASE_READ) else []
    context = {
        "incident": incident,
        "ties": ties,
        "may_open": actor.may(Permission.CASE_OPEN),
        "may_add": actor.may(Permission.CASE_WORK),
    }
    return render(request, "cases/of_incident.html", context)


def uuid_of(text: str, field: str) -> UUID:
    """An identifier out of the query string; refuses (422) anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(_("That is not an identifier."), fields={field: _("Follow the link again.")}) from error
