# SPDX-License-Identifier: Apache-2.0
"""Pages of merging, telling apart and marking; what is said is taken back where it stands."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.ids import uuid_or_none
from longwatch.entities import identities
from longwatch.records.readable import readable_kinds
from longwatch.search.identity_forms import Basis, IdentityForm, MarkingForm, bases, require_bases
from longwatch.search.naming import named_in
from longwatch.search.services import identifying
from longwatch.search.suggesting import suggestions as likely
from longwatch.web.forms import blame
from longwatch.web.toasts import say

APART = "apart"


@require_http_methods(["GET", "POST"])
def merging(request: HttpRequest, entity_id: UUID) -> HttpResponse:
    """Say that it is the same as something else, or that it is not; `with` names a likely one."""
    actor = _reader(request)
    known = identities.known(entity_id, readable_kinds(actor))
    other = uuid_or_none(request.GET.get("with"))
    named = named_in([*known.ids, *([other] if other else [])], actor)
    by_id = {each.identity.id: each.identity for each in reversed(named)}
    # What the others were merged into, else the one that was asked for.
    mine = next((by_id[each] for each in (known.main, *known.ids) if each in by_id), None)
    if mine is None:
        raise NotFound
    theirs = by_id.get(other) if other and other not in known.ids else None
    found = bases(named, actor)
    require_bases(found)
    form = _identity_form(request, found, theirs)
    status = _said(request, form, mine.id, actor) if form.is_bound else 200
    if status == 302:
        return _to(mine.id)
    context = {"form": form, "entity": mine, "other": theirs}
    return render(request, "entities/merging.html", context, status=status)


@require_http_methods(["GET", "POST"])
def marking(request: HttpRequest, entity_id: UUID) -> HttpResponse:
    """Say with whom what is known of it may be shared, and what may be done with it."""
    actor = _reader(request)
    named = named_in([entity_id], actor)
    if not named:
        raise NotFound
    found = bases(named, actor)
    require_bases(found)
    form = MarkingForm(request.POST if request.method == "POST" else None, bases=found)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("tlp", "pap", "reason")}
        try:
            identifying.mark(entity_id, **values, record=form.record(actor), by=actor)
        except Invalid as refusal:
            status = blame(form, refusal)
        except Conflict as refusal:
            form.add_error("basis", refusal.sentence)
            status = refusal.status
        else:
            say(request, _("Marked."))
            return _to(entity_id)
    return render(request, "entities/marking.html", {"form": form, "entity": named[0].identity}, status=status)


@require_POST
def said_end(request: HttpRequest, entity_id: UUID, said_id: UUID) -> HttpResponse:
    """Unmerge, or take back that two are not the same; one stays at the entity."""
    row = identifying.take_back(entity_id, said_id, by=_reader(request))
    words = _("Unmerged. Each is again what it was.") if row.same else _("Taken back.")
    say(request, words)
    return _to(row.into_id)


@require_POST
def marking_end(request: HttpRequest, entity_id: UUID, marking_id: UUID) -> HttpResponse:
    """Take a marking off; one stays at the entity."""
    identifying.unmark(entity_id, marking_id, by=_reader(request))
    say(request, _("Taken off."))
    return _to(entity_id)


@require_GET
def suggestions(request: HttpRequest, entity_id: UUID) -> HttpResponse:
    """What is likely the same, for somebody to judge; nothing is merged by itself."""
    actor = _reader(request)
    context = {"entity_id": entity_id, "likely": likely(entity_id, actor)}
    return render(request, "entities/suggestions.html", context)


def _identity_form(request: HttpRequest, found: list[Basis], theirs: Any) -> IdentityForm:
    if request.method == "POST":
        return IdentityForm(request.POST, bases=found)
    return IdentityForm(bases=found, initial={"kind": theirs.kind, "value": theirs.value} if theirs else None)


def _said(request: HttpRequest, form: IdentityForm, into: UUID, actor: Actor) -> int:
    """The status of the answer; a redirect when it was said."""
    if not form.is_valid():
        return 422
    apart = request.POST.get("act") == APART
    act = identifying.tell_apart if apart else identifying.merge
    values = {name: form.cleaned_data[name] for name in ("kind", "value", "reason")}
    try:
        act(into, **values, record=form.record(actor), by=actor)
    except Invalid as refusal:
        return blame(form, refusal)
    except Conflict as refusal:
        form.add_error("basis" if refusal.code == "basis_too_wide" else "value", refusal.sentence)
        return refusal.status
    say(request, _("Told apart.") if apart else _("Merged. You can unmerge it at any time."))
    return 302


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.ENTITY_READ)


def _to(entity_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("entities:entity", args=[entity_id]))
