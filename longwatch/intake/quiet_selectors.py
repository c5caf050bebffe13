# SPDX-License-Identifier: Apache-2.0
"""Reads of rules that keep alerts quiet; row security decides which there are."""

from uuid import UUID

from django.db.models import Q

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.core.paging import Page, page_of
from longwatch.intake.listing import moment_cursor
from longwatch.intake.quiet_models import Suppression


def suppressions(actor: Actor, *, over: bool = False, cursor: str | None = None, limit: int = 50) -> Page[Suppression]:
    """Rules in force or to come, or those that are over; newest first."""
    is_over = ~Q(ended_at=None) | Q(expires_at__lte=clock.now())
    rows = Suppression.objects.select_related("owner").filter(org_id=actor.org_id).filter(is_over if over else ~is_over)
    if cursor:
        at, identity = moment_cursor(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=identity))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    return page_of(found, limit, lambda row: (row.created_at.isoformat(), str(row.id)), first=not cursor)


def suppression(actor: Actor, rule_id: UUID) -> Suppression:
    """One rule; refuses one that is not there for the reader."""
    found = Suppression.objects.select_related("owner").filter(org_id=actor.org_id, id=rule_id).first()
    if found is None:
        raise NotFound
    return found
