# SPDX-License-Identifier: Apache-2.0
"""Pages of watch-lists."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.enrichment import selectors
from longwatch.enrichment.forms import WatchForm, WatchListForm
from longwatch.enrichment.inventory_views import tabs
from longwatch.enrichment.services.watching import change_watchlist, make_watchlist, unwatch, watch
from longwatch.web.forms import blame
from longwatch.web.toasts import say


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_TRIAGE)


@require_http_methods(["GET", "POST"])
def watchlists(request: HttpRequest) -> HttpResponse:
    """All watch-lists, and the form for a new one."""
    actor = _reader(request)
    form = WatchListForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            made = make_watchlist(**form.values(), by=actor)
        except Conflict as refusal:
            form.add_error("name", refusal.sentence)
            status = refusal.status
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            say(request, _("Now say what to watch for."))
            return HttpResponseRedirect(reverse("enrichment:watchlist", args=[made.id]))
    context = {
        "form": form, "watchlists": list(selectors.watchlists(actor)), "now": clock.now(),
        "tabs": tabs(actor, "watch"),
    }  # fmt: skip
    return render(request, "enrichment/watchlists.html", context, status=status)


@require_http_methods(["GET", "POST"])
def watchlist(request: HttpRequest, watchlist_id: UUID) -> HttpResponse:
    """One watch-list with what is on it, and the form for one more thing."""
    actor = _reader(request)
    row = selectors.watchlist(actor, watchlist_id)
    form = WatchForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            watch(row.id, **form.cleaned_data, by=actor)
        except Conflict as refusal:
            form.add_error("value", refusal.sentence)
            status = refusal.status
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            say(request, _("%(value)s is watched for.") % {"value": form.cleaned_data["value"]})
            return HttpResponseRedirect(reverse("enrichment:watchlist", args=[row.id]))
    entries = list(selectors.entries(row.id)[: selectors.MOST_SHOWN])
    context = {"watchlist": row, "entries": entries, "form": form, "over": row.expires_at <= clock.now()}
    return render(request, "enrichment/watchlist.html", context, status=status)


@require_POST
def ending(request: HttpRequest, watchlist_id: UUID) -> HttpResponse:
    """End a watch-list now."""
    row = change_watchlist(watchlist_id, {"expires_at": clock.now()}, by=_reader(request))
    say(request, _("The watch-list “%(name)s” has ended.") % {"name": row.name})
    return HttpResponseRedirect(reverse("enrichment:watchlists"))


@require_POST
def removal(request: HttpRequest, watchlist_id: UUID, entry_id: UUID) -> HttpResponse:
    """Take something off a watch-list."""
    entry = unwatch(watchlist_id, entry_id, by=_reader(request))
    say(request, _("%(value)s is no longer watched for.") % {"value": entry.value})
    return HttpResponseRedirect(reverse("enrichment:watchlist", args=[watchlist_id]))
