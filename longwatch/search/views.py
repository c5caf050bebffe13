# SPDX-License-Identifier: Apache-2.0
"""The search page and the suggestions of the box in the top line."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.search.finding import Age, find, jump
from longwatch.search.kinds import readable_results

MOST_SUGGESTED = 8


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """One box, one answer. A reference that the reader may open leads straight to its record."""
    actor = require_reading(actor_in(request), Permission.SEARCH_USE)
    text = request.GET.get("q", "").strip()
    kinds = [kind for kind in request.GET.getlist("kind") if kind]
    age, cursor = request.GET.get("age", ""), request.GET.get("cursor") or None
    if address := jump(text, actor):
        return HttpResponseRedirect(address)
    context = {
        "text": text,
        "kind": kinds[0] if len(kinds) == 1 else "",
        "kinds": readable_results(actor),
        "age": age,
        "ages": Age.choices,
        "narrowed": bool(kinds or age),
        "answer": find(text, actor, kinds=kinds, age=age, cursor=cursor) if text else None,
        "cursor": cursor,
    }
    return render(request, "search/results.html", context)


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """The first few results while somebody types."""
    actor = require_reading(actor_in(request), Permission.SEARCH_USE)
    text = request.GET.get("q", "").strip()
    answer = find(text, actor, limit=MOST_SUGGESTED) if len(text) > 1 else None
    context = {"text": text, "answer": answer, "address": jump(text, actor)}
    return render(request, "search/suggestions.html", context)
