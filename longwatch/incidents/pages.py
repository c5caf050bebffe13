# SPDX-License-Identifier: Apache-2.0
"""What the pages of an incident have in common: loading, the desk, the header, the tabs, the side column."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from longwatch.access import selectors as access_selectors
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission, permissions_of
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, Stale
from longwatch.entities.people import PEOPLE
from longwatch.incidents import rules, selectors
from longwatch.incidents.forms import NextActionForm, SeverityForm
from longwatch.incidents.models import Incident, IncidentStatus
from longwatch.incidents.sentences import CATALOGUE
from longwatch.records.models import RecordKind
from longwatch.records.overwriting import refuse_overwriting
from longwatch.records.reference import RecordRef
from longwatch.records.views import Desk
from longwatch.web.forms import blame


def reader(request: HttpRequest) -> Actor:
    """Whoever may see incidents at all; for others there is nothing here (404)."""
    return require_reading(actor_in(request), Permission.INCIDENT_READ)


def find(request: HttpRequest, reference: str) -> Incident:
    """The incident with the reference, when the reader may see it."""
    actor = reader(request)
    found = selectors.incident_by_reference(reference)
    if found.restricted:
        saw(RecordKind.INCIDENT, found.id, [found.compartment_id], by=actor)
    return found


def _ref(request: HttpRequest, reference: str) -> RecordRef:
    return selectors.incident_ref(find(request, reference))


def readers_words(incident: Incident) -> str:
    """Who will be able to read what is written into an incident."""
    if incident.restricted:
        return _("Named members only")
    return _("Everybody who handles incidents")


def _readers(record: RecordRef) -> str:
    return readers_words(selectors.incident(record.id))


DESK = Desk(namespace="incidents", page="incident", load=_ref, readers=_readers, catalogue=CATALOGUE, people=PEOPLE)


def url_of(incident: Incident, page: str = "incident", **more: Any) -> str:
    """A page of an incident."""
    return reverse(f"incidents:{page}", kwargs={"reference": incident.reference, **more})


def people_choices(actor: Actor) -> list[tuple[str, str]]:
    """The people who may read incidents, oneself first."""
    able = [
        account for account in access_selectors.people(actor)
        if Permission.INCIDENT_READ in permissions_of(account.role_set)
    ]  # fmt: skip
    able.sort(key=lambda account: account.id != actor.id)
    return [(str(a.id), _("%(name)s (me)") % {"name": a.name} if a.id == actor.id else a.name) for a in able]


def frame(request: HttpRequest, incident: Incident, tab: str) -> dict[str, Any]:
    """The header, the tabs and what every page of an incident needs to know."""
    actor = reader(request)
    works = actor.may(Permission.INCIDENT_WORK) and incident.is_open
    closes = actor.may(Permission.INCIDENT_CLOSE)
    return {
        **DESK.frame(selectors.incident_ref(incident), actor, readers_words(incident)),
        "incident": incident,
        "steps": steps(incident),
        "moves": _moves(incident) if works else [],
        "may_work": works,
        "may_command": works and incident.commander_id != actor.id,
        "may_close": closes and incident.is_open,
        "may_export": actor.may(Permission.RECORD_EXPORT),
        "may_reopen": closes and incident.status == IncidentStatus.CLOSED,
        "severity_form": SeverityForm(initial={"severity": incident.severity}, auto_id="severity-%s"),
        "next_form": NextActionForm(
            initial={"next_action": incident.next_action, "next_action_due": incident.next_action_due},
            auto_id="next-%s",
        ),
        "tabs": _tabs(incident, tab),
        "fragments": fragments(incident),
    }


def steps(incident: Incident) -> list[dict[str, Any]]:
    """The path of the status with the time of each step; one that was passed over is not one that was done."""
    times = {
        rules.REPORTED: incident.opened_at, rules.TRIAGE: incident.triage_at, rules.ACTIVE: incident.active_at,
        rules.STABILIZED: incident.stabilized_at, rules.CLOSED: incident.closed_at,
    }  # fmt: skip
    shown = rules.CLOSED if incident.status == IncidentStatus.MERGED else IncidentStatus(incident.status)
    here = rules.PATH.index(shown)
    states = ["done" if place < here else "current" if place == here else "todo" for place in range(len(rules.PATH))]
    for status, at in rules.skipped(incident).items():
        states[rules.PATH.index(status)], times[status] = "skipped", at
    names = [str(status.label) for status in rules.PATH]
    if incident.status == IncidentStatus.MERGED:
        names[-1] = str(IncidentStatus.MERGED.label)
    return [
        {"name": name, "at": times[status], "state": state}
        for name, status, state in zip(names, rules.PATH, states, strict=True)
    ]


def _moves(incident: Incident) -> list[dict[str, Any]]:
    verbs = {
        rules.TRIAGE: _("Start triage"), rules.ACTIVE: _("Mark active"), rules.STABILIZED: _("Mark stabilized"),
    }  # fmt: skip
    back = _("Back to %(status)s")
    moves = []
    for way in rules.next_statuses(incident.status):
        needs_reason = "reason" in way.needs
        name = back % {"status": str(way.after.label).lower()} if needs_reason else verbs[way.after]
        moves.append({"status": way.after.value, "name": name, "needs_reason": needs_reason})
    return moves


def _tabs(incident: Incident, current: str) -> list[dict[str, Any]]:
    named = (
        ("incident", _("Timeline")), ("tasks", _("Tasks")), ("evidence", _("Evidence")), ("links", _("Links")),
        ("six-questions", _("Six questions")),
    )  # fmt: skip
    found = ((page, name, address(f"incidents:{page}", incident.reference)) for page, name in named)
    return [{"name": name, "url": url, "current": page == current} for page, name, url in found if url]


def address(route: str, *args: Any) -> str:
    """The address of a page that may not exist (yet), or nothing."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


def fragments(incident: Incident) -> dict[str, str]:
    """Parts of the page that other packages serve, each deciding who sees it."""
    query = f"?incident={incident.id}"
    found = {
        "cases": (address("cases:of-incident"), query),
        "evidence": (address("evidence:of-record", "incident", incident.id), ""),
        "history": (address("search:history"), f"?kind=incident&id={incident.id}"),
        "open_case": (address("cases:open"), query),
        "add_to_case": (address("cases:add-incident"), query),
    }
    return {name: f"{url}{rest}" for name, (url, rest) in found.items() if url}


def form_page(
    request: HttpRequest, incident: Incident, form: forms.Form, act: Callable[[], object], words: dict[str, Any]
) -> HttpResponse:
    """A form on a page of its own: act and go back to the incident, or show what is wrong and keep what was typed."""
    refusal, stale = "", 0
    if request.method == "POST" and form.is_valid():
        try:
            act()
            return HttpResponseRedirect(url_of(incident))
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            refusal = error.sentence
        except Stale:
            stale = refuse_overwriting(form, reader(request))
    context = DESK.frame(selectors.incident_ref(incident), reader(request), "") | words
    failed = stale or (409 if refusal else 422 if form.errors else 200)
    template = words.get("template", "records/form.html")
    return render(request, template, context | {"form": form, "refusal": refusal}, status=failed)


def named_incident(form: forms.Form, field: str) -> Incident:
    """The incident whose reference was typed into a field; refused there, be it invisible or not there at all."""
    try:
        return selectors.incident_by_reference(str(form.cleaned_data[field]).strip())
    except NotFound as error:
        sentence = _("No incident with this reference that you can see.")
        raise Invalid(sentence, fields={field: sentence}) from error
