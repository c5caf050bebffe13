# SPDX-License-Identifier: Apache-2.0
"""What makes an incident or a case: the criteria, and what they propose about a signal, a group or an incident."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from longwatch.access.permission import actor_in, require, require_reading
from longwatch.access.roles import Permission
from longwatch.cases import proposing
from longwatch.cases.criteria import Proposal, Proposes, condition_words
from longwatch.cases.criteria_forms import CriterionForm, initial_of
from longwatch.cases.services.criteria import Said, key_for, set_criterion
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.grouping import selectors as grouping
from longwatch.incidents import selectors as incidents
from longwatch.intake import selectors as signals
from longwatch.web.forms import blame
from longwatch.web.toasts import say


@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """All criteria in words; those that are shipped, and the organisation's own."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_READ)
    rows = [
        (each, [condition_words(msgspec.to_builtins(one)) for one in each.conditions])
        for each in proposing.criteria(actor)
    ]
    context = {"rows": rows, "may_set": _may_set(actor), "Proposes": Proposes, "section": "criteria"}
    return render(request, "cases/criteria.html", context)


@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, key: str = "") -> HttpResponse:
    """Say what one says from now on, or add one."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_READ)
    found = proposing.criterion(actor, key) if key else None
    require(actor, Permission.SOURCE_MANAGE)
    form = CriterionForm(request.POST if request.method == "POST" else None, initial=initial_of(found) if found else {})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            row = set_criterion(key or key_for(form.cleaned_data["name"]), Said(**form.cleaned_data), by=actor)
        except Conflict as refusal:
            form.add_error(None, refusal.sentence)
            status = refusal.status
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            say(request, _("“%(name)s” is saved. What it proposes is shown from now on.") % {"name": row.name})
            return HttpResponseRedirect(reverse("cases:criteria"))
    return render(request, "cases/criterion.html", {"form": form, "criterion": found}, status=status)


@require_GET
def proposal(request: HttpRequest) -> HttpResponse:
    """What is proposed about a signal, a group or an incident; a part of its page, empty where nothing is."""
    actor = require_reading(actor_in(request), Permission.INCIDENT_READ)
    for what in ("signal", "group", "incident"):
        if (identity := uuid_or_none(request.GET.get(what, ""))) is not None:
            found = _proposals(what, identity, actor)
            context = {"proposals": found, **_openings(what, identity, found, actor)}
            return render(request, "cases/proposal.html", context)
    raise NotFound


def _proposals(what: str, identity: UUID, actor: Actor) -> list[Proposal]:
    if what == "incident":
        found = incidents.incident(identity)
        return proposing.about_incident(found, actor) if found.is_open and not incidents.has_case(found.id) else []
    require_reading(actor, Permission.SIGNAL_READ)
    if what == "group":
        group = grouping.group(identity)
        return proposing.about_group(group.id, actor) if group.state == "open" else []
    signal = signals.signal(identity)
    return proposing.about_signal(signal, actor) if signal.status in {"new", "acknowledged"} else []


def _openings(what: str, identity: UUID, found: Sequence[Proposal], actor: Actor) -> dict[str, str]:
    """The forms that a person would go on with; nothing is opened by itself."""
    proposed = {each.criterion.proposes for each in found}
    urls = {"open_incident_url": "", "open_case_url": ""}
    if what != "incident" and proposed and actor.may(Permission.INCIDENT_OPEN):
        urls["open_incident_url"] = f"{reverse('incidents:open')}?{what}={identity}"
    if what != "group" and Proposes.CASE in proposed and actor.may(Permission.CASE_OPEN):
        urls["open_case_url"] = f"{reverse('cases:open')}?{what}={identity}"
    return urls


def _may_set(actor: Actor) -> bool:
    return actor.may(Permission.SOURCE_MANAGE) and actor.may(Permission.CASE_OPEN)
