# SPDX-License-Identifier: Apache-2.0
"""Proposals for less than a record: signals that never joined one, and one person in a record that stays."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.errors import NotFound
from longwatch.lifecycle import selectors
from longwatch.lifecycle.forms import PersonForm, SignalsForm
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.retention import of_signals
from longwatch.lifecycle.sending import sent
from longwatch.lifecycle.services.disposing import propose_person, propose_signals
from longwatch.web.glass import leave_trace
from longwatch.web.toasts import say

FORM = require_http_methods(["GET", "POST"])


@FORM
def signals(request: HttpRequest, compartment_id: UUID) -> HttpResponse:
    """Exactly what would go of the lone signals of a place; POST proposes it."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    fitting = of_signals(selectors.retention(actor.org_id))
    wanted = selectors.signals_to_go(compartment_id, fitting)
    form = SignalsForm(request.POST if request.method == "POST" else None)
    made: list[Disposal] = []

    def send() -> None:
        made.append(propose_signals(compartment_id, by=actor))
        say(request, _("Proposed. Somebody inside this place decides."))

    status = sent(request, form, send)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:disposal", args=[made[0].id]))
    context = {"class": fitting, "amount": len(wanted), "preview": selectors.signals_preview(wanted), "form": form}
    return render(request, "lifecycle/signals.html", context, status=status)


@FORM
def person(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Propose that one person goes from a record that stays."""
    actor = require_reading(actor_in(request), Permission.RETENTION_MANAGE)
    seen = selectors.subject(record_id)
    if seen.kind != kind:
        raise NotFound
    form = PersonForm(request.POST or None)
    made: list[Disposal] = []

    def send() -> None:
        # That somebody looked stays, also where nothing names the person.
        leave_trace(request)
        made.append(propose_person(record_id, **form.cleaned_data, by=actor))
        say(request, _("Proposed. The record's lead or counsel sees each place, and decides."))

    status = sent(request, form, send)
    if not status:
        return HttpResponseRedirect(reverse("lifecycle:disposal", args=[made[0].id]))
    return render(request, "lifecycle/person.html", {"seen": seen, "form": form}, status=status)
