# SPDX-License-Identifier: Apache-2.0
"""The graph: it starts at an entity or a record, and grows by one node's neighbours at a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.search.graph import neighbours


@require_GET
def graph(request: HttpRequest) -> HttpResponse:
    """The start with its neighbours, as a list and as a drawing."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    start = request.GET.get("start", "")
    node, page = neighbours(start, actor, cursor=request.GET.get("cursor") or None)
    return render(request, "entities/graph.html", {"node": node, "page": page})


@require_GET
def more(request: HttpRequest) -> HttpResponse:
    """The neighbours of one node, as a part of the list."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    node, page = neighbours(request.GET.get("node", ""), actor, cursor=request.GET.get("cursor") or None)
    return render(request, "entities/neighbours.html", {"node": node, "page": page})
