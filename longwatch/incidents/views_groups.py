# SPDX-License-Identifier: Apache-2.0
"""What became of a group: its incident on the group's page, and the way back where a rule opened it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.grouping import selectors as grouping
from longwatch.incidents import selectors
from longwatch.incidents.services.auto_opening import take_out
from longwatch.web.toasts import say


@require_GET
def of_group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """The incidents that hold signals of a group, as far as the reader sees them; a part of the group's page."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    group = grouping.group(group_id)
    if not actor.may(Permission.INCIDENT_READ):
        return HttpResponse()
    opening = selectors.opening_of(group.id)
    context = {
        "group": group,
        "opening": opening,
        "incidents": selectors.incidents_of_signals(grouping.signal_ids(group.id)),
        "may_take_out": opening is not None
        and opening.detached_at is None
        and actor.may(Permission.INCIDENT_WORK)
        and actor.may(Permission.SIGNAL_TRIAGE),
    }
    return render(request, "incidents/of_group.html", context)


@require_POST
def taking_out(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Take the group out of the incident that its rule opened; one stays at the group."""
    actor = require_reading(actor_in(request), Permission.SIGNAL_READ)
    group = take_out(group_id, request.POST.get("reason", ""), by=actor)
    say(request, _("Its signals are in the inbox again. The incident stays: close it if nothing else is in it."))
    return HttpResponseRedirect(reverse("grouping:group", args=[group.id]))
