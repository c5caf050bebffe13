# SPDX-License-Identifier: Apache-2.0
"""Feeds, how far each is, and what its list holds."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.enrichment.feed_models import Feed
from longwatch.intake.poll_selectors import Problem

STATES = """
select f.id, t.next_at, t.answered_at, t.caught_up_at, t.newest_at, coalesce(t.taken, 0), coalesce(t.dropped, 0),
       coalesce(t.failures, 0), coalesce(t.errors, '[]')::text, d.id, coalesce(d.values_count, 0)
  from enrichment_feed f left join enrichment_feed_state t on t.feed_id = f.id
  left join enrichment_dataset d on d.org_id = f.org_id and d.name = f.list_name
   and d.kind = coalesce(f.settings ->> 'holds', 'indicators')
                                and d.removed_at is null
 where f.id = any (%s)
"""
NAMES = ("next_at", "answered_at", "caught_up_at", "newest_at", "taken", "dropped", "failures", "errors", "dataset_id",
         "values")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedProgress:
    """How far a feed is, and how much its list holds."""

    next_at: datetime | None = None
    answered_at: datetime | None = None
    caught_up_at: datetime | None = None
    newest_at: datetime | None = None
    taken: int = 0
    dropped: int = 0
    failures: int = 0
    errors: list[Problem] = field(default_factory=list)
    dataset_id: UUID | None = None
    values: int = 0

    @property
    def state(self) -> str:
        """waiting (never answered), failing, behind (more is there), or current."""
        if self.failures:
            return "failing"
        if self.answered_at is None:
            return "waiting"
        return "current" if self.caught_up_at == self.answered_at else "behind"


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """A feed and how far it is."""

    feed: Feed
    progress: FeedProgress


def feeds(actor: Actor) -> list[FeedStanding]:
    """All feeds, those that are open first."""
    return _standings(list(Feed.objects.filter(org_id=actor.org_id).order_by("-closed_at", "label", "id")[:200]))


def feed(actor: Actor, feed_id: UUID) -> FeedStanding:
    """One feed; refuses one that is not there for the reader."""
    found = Feed.objects.filter(org_id=actor.org_id, id=feed_id).first()
    if found is None:
        raise NotFound
    return _standings([found])[0]


def _standings(rows: list[Feed]) -> list[FeedStanding]:
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(STATES, [[row.id for row in rows]])
        known = {row[0]: _progress(row[1:]) for row in cursor.fetchall()}
    return [FeedStanding(row, known.get(row.id, FeedProgress())) for row in rows]


def _progress(values: tuple[Any, ...]) -> FeedProgress:
    told = dict(zip(NAMES, values, strict=True))
    errors = [Problem(datetime.fromisoformat(each["at"]), each["text"]) for each in json.loads(told.pop("errors"))]
    return FeedProgress(**told, errors=errors)
