# SPDX-License-Identifier: Apache-2.0
"""Opening an incident, and adding signals to one that is open."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.grouping import selectors as grouping_selectors
from longwatch.grouping.services.bulk import MOST_AT_ONCE
from longwatch.grouping.services.judging import place_group
from longwatch.incidents import selectors
from longwatch.incidents.forms import OpenForm
from longwatch.incidents.models import Incident
from longwatch.incidents.pages import people_choices, url_of
from longwatch.incidents.services.opening import add_signals, open_incident
from longwatch.intake import selectors as intake_selectors
from longwatch.intake.models import Signal
from longwatch.web.forms import blame
from longwatch.web.toasts import say


def open_page(request: HttpRequest) -> HttpResponse:
    """The form for a new incident, filled from signals when the query names some."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_OPEN)
    groups = _groups(request)
    signals = _signals(request)
    people = people_choices(actor)
    form = OpenForm(
        request.POST if request.method == "POST" else None, people=people, initial=_initial(actor, signals, groups)
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            incident = _opened(form, groups, actor)
            say(request, _("%(reference)s is open.") % {"reference": incident.reference})
            return HttpResponseRedirect(url_of(incident))
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            refusal = error.sentence
    context = {"form": form, "signals": signals, "refusal": refusal}
    return render(request, "incidents/open.html", context, status=409 if refusal else 422 if form.errors else 200)


@transaction.atomic
def _opened(form: OpenForm, groups: list[UUID], by: Actor) -> Incident:
    """The incident, opened; the groups that it was opened from are judged with it, or nothing is done."""
    incident = open_incident(**form.facts(), by=by)
    for group in groups:
        place_group(group, by=by)
    return incident


def add_signals_page(request: HttpRequest) -> HttpResponse:
    """Choose an open incident for signals; as a part of a page for htmx, as a page otherwise."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_WORK)
    signals = _signals(request)
    if request.method == "POST":
        return _add(request, actor, signals)
    text = request.GET.get("q", "").strip()
    context = {
        "signals": signals,
        "incidents": selectors.open_incidents(actor.org_id, text),
        "text": text,
        "ids": _ids(request),
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, f"incidents/add_signals{'_part' if part else ''}.html", context)


def _add(request: HttpRequest, actor: Actor, signals: list[Signal]) -> HttpResponse:
    incident = selectors.incident_by_reference(request.POST.get("incident", ""))
    add_signals(incident.id, [signal.id for signal in signals], by=actor)
    words = ngettext(
        "%(count)s signal is now part of %(reference)s.",
        "%(count)s signals are now part of %(reference)s.",
        len(signals),
    )
    say(request, words % {"count": len(signals), "reference": incident.reference})
    target = request.POST.get("next", "")
    back = target if target.startswith("/") and not target.startswith("//") else url_of(incident)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = back
        return response
    return HttpResponseRedirect(back)


def _signals(request: HttpRequest) -> list[Signal]:
    ids = _ids(request)
    found = intake_selectors.signals_by_ids(ids) if ids else []
    if len(found) != len(ids):
        raise NotFound
    return list(found)


def _ids(request: HttpRequest) -> list[UUID]:
    """Signals named as `?signal=a&signal=b` or `?signal=a,b`, by their groups, or in the form that is sent."""
    texts = [*request.GET.getlist("signal"), *request.POST.getlist("signal"), request.POST.get("signals", "")]
    named = [uuid_or_none(text) for many in texts for text in many.split(",")]
    for group in _groups(request):
        named += grouping_selectors.signals_to_judge(grouping_selectors.group(group).id)
    return list(dict.fromkeys(found for found in named if found is not None))


def _groups(request: HttpRequest) -> list[UUID]:
    named = (uuid_or_none(text) for text in request.GET.getlist("group"))
    return sorted({found for found in named if found is not None})[:MOST_AT_ONCE]


def _initial(actor: Actor, signals: list[Signal], groups: list[UUID]) -> dict[str, Any]:
    """Begins with what the gravest says, the earliest of those; of a group, with its name."""
    first: dict[str, Any] = {"commander": str(actor.id), "visibility": "category"}
    if not signals:
        return first
    signals = sorted(signals, key=lambda signal: signal.happened_at or signal.first_seen)
    gravest = max(signals, key=lambda signal: signal.severity)
    named = ("title", "place", "latitude", "longitude")
    first |= {name: getattr(gravest, name) for name in named} | {
        "occurred_at": signals[0].happened_at, "summary": gravest.description[:2000], "severity": gravest.severity,
        "signals": ",".join(str(signal.id) for signal in signals),
    }  # fmt: skip
    title = grouping_selectors.group(groups[0]).title if len(groups) == 1 else ""
    return first | ({"title": title} if title else {})
