# SPDX-License-Identifier: Apache-2.0
"""People and things: the list, and one page each with everything the reader may see of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.entities import identities
from longwatch.entities.kinds import EntityKind
from longwatch.records.readable import readable_kinds
from longwatch.records.reference import WORK_PERMISSION
from longwatch.search import selectors
from longwatch.search.entity_page import entity_page
from longwatch.search.finding import reported_before
from longwatch.search.identify import candidates
from longwatch.search.statements import told


@require_GET
def entity_list(request: HttpRequest) -> HttpResponse:
    """The entities that incidents and cases name, the newest first; an exact name is looked up in signals too."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    text, kind, cursor = (request.GET.get(name, "").strip() for name in ("q", "kind", "cursor"))
    kinds = [kind] if kind in EntityKind.values else []
    allowed = readable_kinds(actor)
    page = selectors.entities(text, kinds=kinds, allowed=allowed, cursor=cursor or None)
    listed = {row.id for row in page.rows}
    exact = reported_before(text, actor) if text and not cursor else []
    asked = [each.id for each in candidates(text, actor.org_id)] if text and not cursor else []
    context = {
        "page": page,
        "called": list(identities.called(asked, allowed)) if asked else [],
        "exact": [group for group in exact if group.id not in listed and (not kinds or group.kind in kinds)],
        "kinds": EntityKind.choices,
        "kind": kind,
        "text": text,
        "may_match": actor.may(Permission.SEALED_MATCH),
    }
    return render(request, "entities/list.html", context)


@require_GET
def entity(request: HttpRequest, entity_id: UUID) -> HttpResponse:
    """One person, place, asset or indicator; not there (404) when the reader may see nothing of it."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    found = entity_page(entity_id, actor, cursor=request.GET.get("cursor"))
    may_work = any(actor.may(permission) for permission in WORK_PERMISSION.values())
    context = {"found": found, "may_work": may_work, "statements": told(found, actor)}
    return render(request, "entities/entity.html", context)
