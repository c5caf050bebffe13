# SPDX-License-Identifier: Apache-2.0
"""Closing, reopening, merging and relating incidents."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.access.permission import actor_in, require, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, Stale
from longwatch.incidents import selectors
from longwatch.incidents.forms import ChooseIncidentForm, CloseForm, ReasonForm
from longwatch.incidents.models import CaseAnswer, Incident
from longwatch.incidents.pages import find, form_page, fragments, frame, named_incident, reader, url_of
from longwatch.incidents.services import closing, merging
from longwatch.records import selectors as record_selectors
from longwatch.records.categories import CaseHint
from longwatch.records.overwriting import refuse_overwriting
from longwatch.web.forms import blame
from longwatch.web.toasts import say


def _closer(request: HttpRequest) -> Actor:
    actor = reader(request)
    require(actor, Permission.INCIDENT_CLOSE)
    return actor


def close(request: HttpRequest, reference: str) -> HttpResponse:
    """The checklist and the form that close an incident, and from there perhaps a case."""
    incident, actor = find(request, reference), _closer(request)
    has_case = selectors.has_case(incident.id)
    form = CloseForm(request.POST if request.method == "POST" else None, incident=incident, has_case=has_case)
    refusal: Conflict | None = None
    stale = 0
    if request.method == "POST" and form.is_valid():
        try:
            _close(form, incident, actor)
            return _after(request, form, incident)
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            refusal = error
        except Stale:
            stale = refuse_overwriting(form, actor)
    context = frame(request, incident, "") | {
        "form": form, "refusal": refusal, "checks": checks(incident), "moves": [], "closing": True,
    }  # fmt: skip
    status = stale or (409 if refusal else 422 if form.errors else 200)
    return render(request, "incidents/close.html", context, status=status)


def _close(form: CloseForm, incident: Incident, actor: Actor) -> None:
    values = form.cleaned_data
    closing.close_incident(
        incident.id, disposition=values["disposition"], summary=values["summary"], case_answer=values["case_answer"],
        expected_version=values["version"], by=actor,
    )  # fmt: skip


def _after(request: HttpRequest, form: CloseForm, incident: Incident) -> HttpResponse:
    say(request, _("%(reference)s is closed.") % {"reference": incident.reference})
    open_case = fragments(incident).get("open_case")
    if form.cleaned_data["case_answer"] == CaseAnswer.OPENED and open_case:
        return HttpResponseRedirect(open_case)
    return HttpResponseRedirect(url_of(incident))


def checks(incident: Incident) -> list[dict[str, Any]]:
    """What a careful person looks at before closing; only the form itself is obligatory."""
    count = record_selectors.open_tasks(incident.id).count()
    left = ngettext("%(count)s task is still open", "%(count)s tasks are still open", count) % {"count": count}
    lines = [
        (incident.commander_id, _("Somebody commanded it"), _("Nobody commanded it"), url_of(incident, "command")),
        (not count, _("No task is open"), left, url_of(incident, "tasks")),
        (incident.stabilized_at, _("It was stabilized"), _("It was never marked as stabilized"), url_of(incident)),
        (incident.place, _("The place is recorded"), _("No place is recorded"), url_of(incident, "amend")),
        (
            not incident.next_action,
            _("No next action is waiting"),
            _("A next action is still set"),
            url_of(incident, "next-action"),
        ),
    ]
    if incident.category_facts.case != CaseHint.NONE:
        add = fragments(incident).get("add_to_case", "")
        lines.append((selectors.has_case(incident.id), _("A case handles it"), _("No case handles it yet"), add))
    return [{"done": bool(ok), "words": good if ok else bad, "url": "" if ok else url} for ok, good, bad, url in lines]


def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Handle a closed incident again."""
    incident, actor = find(request, reference), _closer(request)
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return closing.reopen_incident(incident.id, reason=form.cleaned_data["reason"], by=actor)

    return form_page(
        request, incident, form, act, {"heading": _("Reopen the incident"), "action": _("Reopen incident")}
    )


def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the incident part of another one."""
    incident, actor = find(request, reference), _closer(request)
    form = ChooseIncidentForm(request.POST or None, initial={"other": request.GET.get("into", "")})

    def act() -> object:
        other = named_incident(form, "other")
        return merging.merge_incident(incident.id, other.id, reason=form.cleaned_data["reason"], by=actor)

    words = {
        "heading": _("Merge into another incident"), "action": _("Merge incident"),
        "suggestions": _suggestions(incident), "suggest_field": "into",
        "explanation": _(
            "This incident ends. Its signals move to the other one; its timeline, people and tasks stay readable here, "
            "and both pages lead to each other. A merge cannot be undone."
        ),
    }  # fmt: skip
    return _choose(request, incident, form, act, words)


def relate(request: HttpRequest, reference: str) -> HttpResponse:
    """Tie the incident to another one that has to do with it."""
    incident = find(request, reference)
    actor = require_reading(actor_in(request), Permission.INCIDENT_WORK)
    form = ChooseIncidentForm(request.POST or None, initial={"other": request.GET.get("to", "")})

    def act() -> object:
        return merging.link_related(
            incident.id, named_incident(form, "other").id, reason=form.cleaned_data["reason"], by=actor
        )

    words = {"heading": _("Link a related incident"), "action": _("Link incident"), "suggest_field": "to"}
    return _choose(request, incident, form, act, words | {"suggestions": _suggestions(incident)})


def _choose(request: HttpRequest, incident: Incident, form: Any, act: Any, words: dict[str, Any]) -> HttpResponse:
    return form_page(request, incident, form, act, words | {"template": "incidents/choose.html"})


def _suggestions(incident: Incident) -> list[Incident]:
    return [other for other in selectors.open_incidents(incident.org_id, limit=9) if other.id != incident.id]
