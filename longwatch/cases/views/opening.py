# SPDX-License-Identifier: Apache-2.0
"""Opening a case, and letting an incident join one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.cases import selectors
from longwatch.cases.forms import AddIncidentForm, OpenForm
from longwatch.cases.models import Case
from longwatch.cases.selectors import CaseFilter
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.opening import open_case
from longwatch.cases.views.frame import choices_of
from longwatch.cases.views.listing import uuid_of
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident
from longwatch.intake import selectors as signal_selectors
from longwatch.intake.models import Signal
from longwatch.web.forms import blame
from longwatch.web.toasts import say

MOST_CHOICES = 200
CHANGEABLE = ("open", "investigating", "on_hold")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new case, filled from the incidents or signals it comes from."""
    actor = require_reading(actor_in(request), Permission.CASE_OPEN)
    incidents, signals = _origins(request)
    form = OpenForm(
        request.POST or None,
        leads=choices_of(selectors.possible_leads(actor)),
        incidents=[(str(incident.id), incident.reference) for incident in incidents],
        signals=[(str(signal.id), signal.title) for signal in signals],
        initial=_proposed(incidents, signals),
    )
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return HttpResponseRedirect(reverse("cases:case", args=[_open(form, actor).reference]))
            status = Invalid.status
        except Invalid as error:
            status = blame(form, error)
        except Conflict as error:
            form.add_error(None, error.sentence)
            status = error.status
    context = {"form": form, "incidents": incidents, "signals": signals}
    return render(request, "cases/new.html", context, status=status)


def _open(form: OpenForm, actor: Actor) -> Case:
    values = form.cleaned_data
    return open_case(
        title=values["title"], type=values["type"], summary=values["summary"],
        incident_ids=[UUID(text) for text in values["incidents"]],
        signal_ids=[UUID(text) for text in values["signals"]],
        lead_id=UUID(values["lead"]) if values["lead"] else None, by=actor,
    )  # fmt: skip


def _origins(request: HttpRequest) -> tuple[list[Incident], list[Signal]]:
    data = request.POST if request.method == "POST" else request.GET
    plural = "s" if request.method == "POST" else ""
    incident_ids = [uuid_of(text, "incident") for text in data.getlist(f"incident{plural}")]
    signal_ids = [uuid_of(text, "signal") for text in data.getlist(f"signal{plural}")]
    incidents = incident_selectors.incidents_by_ids(incident_ids) if incident_ids else []
    signals = list(signal_selectors.signals_by_ids(signal_ids)) if signal_ids else []
    if len(incidents) != len(set(incident_ids)) or len(signals) != len(set(signal_ids)):
        raise NotFound
    return incidents, signals


def _proposed(incidents: list[Incident], signals: list[Signal]) -> dict[str, object]:
    titles = [incident.title for incident in incidents] + [signal.title for signal in signals]
    return {
        "title": titles[0] if titles else "",
        "incidents": [str(incident.id) for incident in incidents],
        "signals": [str(signal.id) for signal in signals],
    }


@require_http_methods(["GET", "POST"])
def add_incident(request: HttpRequest) -> HttpResponse:
    """Let an incident join a case that the reader is a member of."""
    actor = require_reading(actor_in(request), Permission.CASE_WORK)
    data = request.POST if request.method == "POST" else request.GET
    incident = incident_selectors.incident(uuid_of(data.get("incident", ""), "incident"))
    page = selectors.cases(CaseFilter(statuses=CHANGEABLE), limit=MOST_CHOICES)
    choices = [(str(row.id), f"{row.reference}  {row.title}") for row in page.rows]
    form = AddIncidentForm(request.POST or None, cases=choices)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            link_incident(UUID(form.cleaned_data["case"]), incident.id, reason=form.cleaned_data["reason"], by=actor)
            found = selectors.case(UUID(form.cleaned_data["case"]))
            say(request, _("%(incident)s is handled in %(case)s now.") % {
                "incident": incident.reference, "case": found.reference
            })  # fmt: skip
            return HttpResponseRedirect(reverse("cases:linked", args=[found.reference]))
        except Invalid as error:
            status = blame(form, error)
        except Conflict as error:
            form.add_error(None, error.sentence)
            status = error.status
    elif request.method == "POST":
        status = Invalid.status
    open_url = f"{reverse('cases:open')}?incident={incident.id}"
    context = {
        "form": form,
        "incident": incident,
        "choices": choices,
        "open_url": open_url,
        "may_open": actor.may(Permission.CASE_OPEN),
    }
    return render(request, "cases/add_incident.html", context, status=status)
