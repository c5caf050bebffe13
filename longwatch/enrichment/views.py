# SPDX-License-Identifier: Apache-2.0
"""What was found about a signal or record, for their pages; and the loaded lists, for those who load them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.errors import Conflict
from longwatch.enrichment import selectors
from longwatch.enrichment.models import ResultKind
from longwatch.enrichment.services.intel import remove
from longwatch.enrichment.stage import keeps_quiet
from longwatch.enrichment.telling import grouped
from longwatch.intake import selectors as intake
from longwatch.web.toasts import say


@require_GET
def panel(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """What was found about a signal."""
    require_reading(actor_in(request), Permission.SIGNAL_READ)
    signal = intake.signal(signal_id)
    if keeps_quiet(signal.kind, signal.first_seen):
        return HttpResponse()
    found = selectors.enrichment(signal.id)
    # Coordinates that came since are the sender's own.
    results = [each for each in found.results if each.kind != ResultKind.PLACE or signal.latitude is None]
    context = {"signal": signal, "state": found.state, "groups": grouped(results)}
    return render(request, "enrichment/panel.html", context)


@require_GET
def record_panel(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """What was found about the signals of an incident; nothing for who sees none of them."""
    require_reading(actor_in(request), Permission.INCIDENT_READ)
    groups = grouped(selectors.results_of_record(record_id))
    return render(request, "enrichment/record_panel.html", {"groups": groups})


@require_GET
def intelligence(request: HttpRequest) -> HttpResponse:
    """The loaded lists with their editions and dates."""
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    context = {
        "datasets": list(selectors.datasets(actor)), "section": "intelligence",
        "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
    }  # fmt: skip
    return render(request, "enrichment/intelligence.html", context)


@require_POST
def removal(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Take a list out."""
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    try:
        dataset = remove(dataset_id, by=actor)
    except Conflict as refusal:
        say(request, refusal.sentence)
    else:
        say(request, _("%(name)s is no longer compared with signals.") % {"name": dataset.name})
    return HttpResponseRedirect(reverse("enrichment-admin:intelligence"))
