# SPDX-License-Identifier: Apache-2.0
"""The ledger as auditors read it: who did what to what, when; without the content of records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access import selectors
from longwatch.access.models import Account
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.paging import Page, page_of
from longwatch.ledger.selectors import newest_entries

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with the name of who did it."""

    id: int
    at: datetime
    action: str
    actor: str
    actor_kind: str
    actor_id: UUID
    via: str
    subject_id: UUID
    record_id: UUID | None
    leaf_hash: str


@require_GET
def ledger_page(request: HttpRequest) -> HttpResponse:
    """A page of entries, newest first."""
    actor = require_reading(actor_in(request), Permission.LEDGER_READ)
    cursor, action = request.GET.get("after"), request.GET.get("action", "").strip()
    page = entries(actor.org_id, cursor=cursor, action=action)
    return render(request, "web/ledger.html", {"page": page, "action": action})


def entries(org_id: UUID, *, cursor: str | None, action: str = "") -> Page[Row]:
    """Entries of the organisation that row security shows, newest first."""
    listed = newest_entries(org_id, cursor=cursor, action=action, limit=PAGE + 1)
    names = selectors.accounts_by_id([entry.actor_id for entry in listed])
    rows = [_row(entry, names) for entry in listed]
    return page_of(rows, PAGE, lambda row: [row.id], first=cursor is None)


def _row(entry: Any, names: dict[UUID, Account]) -> Row:
    who = names[entry.actor_id].name if entry.actor_id in names else entry.actor_kind
    return Row(
        entry.id, entry.at, entry.action, who, entry.actor_kind, entry.actor_id, entry.via, entry.subject_id,
        entry.record_id, bytes(entry.leaf_hash).hex(),
    )  # fmt: skip
