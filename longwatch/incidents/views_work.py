# SPDX-License-Identifier: Apache-2.0
"""Working on an incident: severity, status, command, responders, facts, next action."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from longwatch.core.errors import NotFound
from longwatch.incidents import selectors
from longwatch.incidents.forms import AmendForm, CommandForm, NextActionForm, ReasonForm, ResponderForm, SeverityForm
from longwatch.incidents.models import IncidentStatus, ResponderRole
from longwatch.incidents.pages import find, form_page, people_choices, reader, url_of
from longwatch.incidents.services import amending, merging, moving, opening, responding
from longwatch.web.toasts import say


def severity(request: HttpRequest, reference: str) -> HttpResponse:
    """Change the severity, saying why."""
    incident = find(request, reference)
    form = SeverityForm(request.POST or None, initial={"severity": incident.severity})

    def act() -> object:
        values = form.cleaned_data
        return moving.change_severity(incident.id, values["severity"], reason=values["reason"], by=reader(request))

    return form_page(request, incident, form, act, {"heading": _("Change severity"), "action": _("Change severity")})


def status(request: HttpRequest, reference: str, status: str) -> HttpResponse:
    """Move the incident to a status; going back asks for a reason first."""
    incident = find(request, reference)
    if status not in IncidentStatus.values:
        raise NotFound
    if request.method == "POST" and not request.POST.get("asks"):
        moving.change_status(incident.id, status, by=reader(request))
        return HttpResponseRedirect(url_of(incident))
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return moving.change_status(incident.id, status, reason=form.cleaned_data["reason"], by=reader(request))

    word = str(IncidentStatus(status).label).lower()
    words = {"heading": _("Back to %(status)s") % {"status": word}, "action": _("Move it back")}
    return form_page(request, incident, form, act, words)


@require_POST
def take_command(request: HttpRequest, reference: str) -> HttpResponse:
    """Become the commander."""
    incident = find(request, reference)
    responding.take_command(incident.id, by=reader(request))
    say(request, _("You command %(reference)s.") % {"reference": incident.reference})
    return HttpResponseRedirect(url_of(incident))


def command(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the command over, or lay it down."""
    incident, actor = find(request, reference), reader(request)
    form = CommandForm(request.POST or None, people=people_choices(actor))

    def act() -> object:
        account = form.cleaned_data["account"]
        return responding.hand_over_command(
            incident.id, UUID(account) if account else None, reason=form.cleaned_data["reason"], by=actor
        )

    return form_page(request, incident, form, act, {"heading": _("Hand over command"), "action": _("Hand over")})


def add_responder(request: HttpRequest, reference: str) -> HttpResponse:
    """Give somebody a role."""
    incident, actor = find(request, reference), reader(request)
    form = ResponderForm(request.POST or None, people=people_choices(actor))

    def act() -> object:
        values = form.cleaned_data
        return responding.add_responder(incident.id, UUID(values["account"]), role=values["role"], by=actor)

    return form_page(request, incident, form, act, {"heading": _("Add a responder"), "action": _("Add responder")})


@require_POST
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """Become a responder."""
    incident, actor = find(request, reference), reader(request)
    responding.add_responder(incident.id, actor.id, role=ResponderRole.RESPONDER, by=actor)
    return HttpResponseRedirect(url_of(incident))


@require_POST
def release_responder(request: HttpRequest, reference: str, responder_id: UUID) -> HttpResponse:
    """End somebody's role."""
    incident, actor = find(request, reference), reader(request)
    released = responding.release_responder(incident.id, responder_id, by=actor)
    # Whoever released themself from a restricted incident cannot see it any more.
    gone = incident.restricted and released.account_id == actor.id
    return HttpResponseRedirect("/board" if gone else url_of(incident))


def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Change what describes the incident."""
    incident = find(request, reference)
    form = AmendForm(request.POST or None, incident=incident)

    def act() -> object:
        version = form.cleaned_data["version"]
        return amending.amend_incident(incident.id, form.changes(), by=reader(request), expected_version=version)

    words = {"heading": _("Edit the incident"), "action": _("Save changes"), "template": "incidents/amend.html"}
    return form_page(request, incident, form, act, words)


def next_action(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what is to be done next, and until when."""
    incident = find(request, reference)
    first = {"next_action": incident.next_action, "next_action_due": incident.next_action_due}
    form = NextActionForm(request.POST if request.method == "POST" else None, initial=first)

    def act() -> object:
        return amending.amend_incident(incident.id, form.cleaned_data, by=reader(request))

    return form_page(request, incident, form, act, {"heading": _("Next action"), "action": _("Save next action")})


@require_POST
def release_signal(request: HttpRequest, reference: str, signal_id: UUID) -> HttpResponse:
    """Take a signal out of the incident; it returns to the inbox unless something else holds it."""
    incident = find(request, reference)
    merging.release_signal(incident.id, signal_id, by=reader(request))
    undo = reverse("incidents:signal-return", args=[incident.reference, signal_id])
    say(request, _("Taken out of the incident."), undo_url=undo)
    return HttpResponseRedirect(url_of(incident, "links"))


@require_POST
def return_signal(request: HttpRequest, reference: str, signal_id: UUID) -> HttpResponse:
    """Put a signal that was taken out back into the incident."""
    incident = find(request, reference)
    opening.add_signals(incident.id, [signal_id], by=reader(request))
    say(request, _("Back in the incident."))
    return HttpResponseRedirect(url_of(incident, "links"))


@require_POST
def unlink(request: HttpRequest, reference: str, link_id: UUID) -> HttpResponse:
    """End a tie to another incident."""
    incident = find(request, reference)
    merging.unlink_related(selectors.incident(incident.id).id, link_id, by=reader(request))
    return HttpResponseRedirect(url_of(incident, "links"))
