# SPDX-License-Identifier: Apache-2.0
"""Reads of webhooks out; row security shows them to administrators only."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from longwatch.access.models import Compartment
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.exchange.hook_feed import sealed_size
from longwatch.exchange.hook_models import DeadLetter, Subscription
from longwatch.exchange.hook_rules import Happened, needed
from longwatch.ledger.selectors import entries_by_ids

MOST_LETTERS = 100


def subscriptions(actor: Actor) -> QuerySet[Subscription]:
    """All of the organisation with how far they are and how much was refused, the open ones first."""
    refused = Count("dead_letters", filter=Q(dead_letters__resent_at=None))
    rows = Subscription.objects.filter(org_id=actor.org_id).select_related("account", "course")
    return rows.annotate(refused=refused).order_by("-closed_at", "label", "id")


def subscription(actor: Actor, subscription_id: UUID) -> Subscription:
    """One of them; refuses what is not there for the reader."""
    found = subscriptions(actor).filter(id=subscription_id).first()
    if found is None:
        raise NotFound
    return found


def letters(row: Subscription, by: Actor) -> Sequence[DeadLetter]:
    """What was refused and not told since, the newest first; of one closed to the reader only that it is there."""
    found = DeadLetter.objects.filter(subscription=row, resent_at=None).order_by("-at", "-id")[:MOST_LETTERS]
    return shown(list(found), by)


def shown(rows: Sequence[DeadLetter], by: Actor) -> Sequence[DeadLetter]:
    """The same, where nothing tells of a record that the reader may not see; not to be saved."""
    open_ones = _open_entries([each.entry_id for each in rows], by)
    for each in rows:
        if each.entry_id not in open_ones:
            each.action, each.entry_id = "", 0
    return rows


def _open_entries(ids: Sequence[int], by: Actor) -> set[int]:
    """Which of these entries of the ledger the reader may see, by compartment and by what their roles open."""
    return {
        each.id
        for each in entries_by_ids(ids)
        if needed(Happened(each.action, each.record_id, each.compartment_id, each.actor_kind)) <= by.permissions
    }


def places(row: Subscription) -> list[str]:
    """The names of the compartments that it is limited to."""
    return list(Compartment.objects.filter(id__in=row.compartments).order_by("name").values_list("name", flat=True))


def behind(row: Subscription) -> int:
    """How many entries of the ledger it has not been asked about yet, whoever may see how many of them."""
    return max(0, sealed_size() - row.course.position) if row.closed_at is None else 0
