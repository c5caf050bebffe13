# SPDX-License-Identifier: Apache-2.0
"""Reads about looking: break-glass, tries, and who knew of a record when. Row security decides who reads them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from longwatch.access.oversight import Attempt, BreakGlass, Sight
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.paging import Page, page_of
from longwatch.records.selectors import moment_cursor

MOST = 50
MOST_SIGHTS = 100


def _all() -> QuerySet[BreakGlass]:
    return BreakGlass.objects.select_related("account", "ended_by", "reviewed_by")


def glass(glass_id: UUID) -> BreakGlass:
    """One break-glass; refuses (404) whoever is not concerned."""
    found = _all().filter(id=glass_id).first()
    if found is None:
        raise NotFound
    return found


def own_glass(actor: Actor) -> Sequence[BreakGlass]:
    """The newest ones of the actor."""
    return list(_all().filter(account_id=actor.id).order_by("-opened_at")[:MOST])


def glass_of(record_id: UUID) -> Sequence[BreakGlass]:
    """Those on a record, newest first."""
    return list(_all().filter(record_id=record_id).order_by("-opened_at")[:MOST])


def glass_to_review(actor: Actor) -> Sequence[BreakGlass]:
    """Those of the organisation that nobody judged yet, the most urgent first."""
    return list(_all().filter(org_id=actor.org_id, outcome="").order_by("review_due_at", "id")[:MOST])


def glass_reviewed(actor: Actor) -> Sequence[BreakGlass]:
    """Those that were judged, newest first."""
    return list(_all().filter(org_id=actor.org_id).exclude(outcome="").order_by("-opened_at")[:MOST])


def failed_tries(actor: Actor) -> Sequence[Attempt]:
    """Tries of the organisation to break the glass that opened nothing, newest first."""
    tries = Attempt.objects.filter(org_id=actor.org_id, kind="glass", record_id=None).select_related("account")
    return list(tries.order_by("-at")[:MOST])


def newest_sights(actor: Actor) -> Sequence[Sight]:
    """Who looked at restricted records last, without which ones."""
    return list(Sight.objects.filter(org_id=actor.org_id).order_by("-at", "-id")[:MOST])


def seen_through(row: BreakGlass) -> Sequence[Sight]:
    """What the ledger knows of looks through one break-glass."""
    during = Q(at__gte=row.opened_at, at__lte=row.ended_at or min(row.expires_at, clock.now()))
    return list(
        Sight.objects.filter(during, record_id=row.record_id, account_id=row.account_id, by_glass=True).order_by("at")
    )


def sights_of(record_id: UUID, *, cursor: str | None = None) -> Page[Sight]:
    """A page of who came to know of a record and its sections, newest first, as far as the reader is inside them."""
    rows = Sight.objects.filter(record_id=record_id).select_related("compartment")
    if cursor:
        at, last = moment_cursor(cursor)
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last))
    found = list(rows.order_by("-at", "-id")[: MOST_SIGHTS + 1])
    return page_of(found, MOST_SIGHTS, lambda row: (row.at.isoformat(), str(row.id)), first=cursor is None)
