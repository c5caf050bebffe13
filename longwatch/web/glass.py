# SPDX-License-Identifier: Apache-2.0
"""What broken glass changes in a request: a record that is seen through it can be read, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import ProgrammingError
from django.http import HttpRequest
from django.urls import reverse
from psycopg.errors import InsufficientPrivilege

from longwatch.access.context import Entered, OpenGlass
from longwatch.access.permission import actor_in
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor

# For the record that was opened, whatever the role reads otherwise.
READING = {
    "case": {Permission.CASE_READ, Permission.EVIDENCE_READ, Permission.ENTITY_READ},
    "incident": {Permission.INCIDENT_READ, Permission.EVIDENCE_READ, Permission.ENTITY_READ},
}
REFERENCE = re.compile(r"/(CASE-[0-9A-Z]{4}-[0-9A-Z]{2}|INC-\d{4}-\d{4,9})(?=/|$)", re.IGNORECASE | re.ASCII)
PAGES = {"case": "cases:case", "incident": "incidents:incident"}
# What stays of the role's own: to look further, to search, and to give the glass back.
KEPT = frozenset(
    {Permission.SEARCH_USE, Permission.BREAK_GLASS, Permission.INCIDENT_READ, Permission.SIGNAL_READ}
)  # fmt: skip


def look_through(request: HttpRequest, entered: Entered, kwargs: Mapping[str, Any]) -> None:
    """Keep for the page what the actor sees through broken glass; where the address names it, they only read."""
    vars(request)["glass"], vars(request)["unread"] = entered.glass, entered.unread
    actor = actor_in(request)
    named = [*kwargs.values(), *request.GET.values()] if entered.glass else []
    for each in entered.glass:
        if actor is not None and each.is_named_by(named):
            vars(request)["actor"] = _reading(actor, each)


def _reading(actor: Actor, opened: OpenGlass) -> Actor:
    permissions = (actor.permissions & KEPT) | {str(each) for each in READING[opened.kind]}
    return replace(actor, permissions=frozenset(permissions), by_glass=True)


def banners(request: HttpRequest) -> list[dict[str, Any]]:
    """What every page says while glass is broken: which record, until when, and how to end it; once a record."""
    # The last to expire says until when.
    opened = {each.record_id: each for each in vars(request).get("glass") or ()}
    return [
        {
            "reference": each.reference,
            "expires_at": each.expires_at,
            "url": reverse(PAGES[each.kind], args=[each.reference]),
            "end_url": reverse("search:glass-end", args=[each.id]),
        }
        for each in opened.values()
    ]  # fmt: skip


def reference_in(path: str) -> str:
    """The reference of a record that an address names, by its form alone: whether it exists makes no difference."""
    named = REFERENCE.search(path)
    return named.group(1).upper() if named else ""


def is_wall(request: HttpRequest, error: ProgrammingError) -> bool:
    """Whether the database refused to write into something that is seen through broken glass only."""
    return bool(vars(request).get("glass")) and isinstance(error.__cause__, InsufficientPrivilege)


def leave_trace(request: HttpRequest) -> None:
    """Let a refusal of this request keep what was written: that somebody tried."""
    vars(request)["trace"] = True


def leaves_trace(request: HttpRequest) -> bool:
    """Whether a refusal keeps what was written."""
    return vars(request).get("trace") is True
