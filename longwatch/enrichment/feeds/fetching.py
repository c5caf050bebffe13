# SPDX-License-Identifier: Apache-2.0
"""One turn of one feed: portions are fetched and stored, each with where it ended, for as long as a turn may last.

The network is asked outside of any transaction. A feed acts as itself: it sees its own list and nothing else.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import OperationalError

from longwatch.access.context import acting_as
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import LongwatchError
from longwatch.core.hiding import reveal
from longwatch.core.outbound import Trust, Unreachable
from longwatch.enrichment.feed_models import Feed, feed_purpose
from longwatch.enrichment.feeds import storing
from longwatch.enrichment.feeds.asking import Budget, Connector
from longwatch.enrichment.feeds.kinds import KINDS
from longwatch.intake.polling.asking import Wanted
from longwatch.ledger.connecting import Connection

log = logging.getLogger(__name__)

LOCK = "select pg_try_advisory_lock(hashtext('longwatch.enrichment.feed'), hashtext(%s))"
UNLOCK = "select pg_advisory_unlock(hashtext('longwatch.enrichment.feed'), hashtext(%s))"
DUE = """
select f.id, f.org_id from enrichment_feed f left join enrichment_feed_state t on t.feed_id = f.id
 where f.enabled and f.closed_at is null and coalesce(t.next_at, '-infinity') <= clock_timestamp()
   and (%(only)s::uuid is null or f.id = %(only)s)
 order by t.next_at nulls first, f.id limit 100
"""


def due(engine: Connection, only: UUID | None = None) -> list[tuple[UUID, UUID]]:
    """The feeds whose turn it is with their organisations, those that waited longest first."""
    return [(feed, org) for feed, org in engine.execute(DUE, {"only": only}).fetchall()]


def turn(engine: Connection, feed_id: UUID, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Fetch what is new; how many objects were new or changed. What goes wrong is noted and tried again."""
    found = engine.execute(LOCK, [str(feed_id)]).fetchone()
    if not (found and found[0]):
        return 0
    try:
        # Another worker may have had its turn since it was listed.
        return sum(_turn(feed, org, is_stopping) for feed, org in due(engine, feed_id))
    finally:
        engine.execute(UNLOCK, [str(feed_id)])


def _turn(feed_id: UUID, org_id: UUID, is_stopping: Callable[[], bool]) -> int:
    with acting_as(Actor(ActorKind.INTEGRATION, feed_id, "", org_id, via="feed")):
        feed = Feed.objects.filter(id=feed_id).first()
        state = storing.state_of(feed_id)
    if feed is None:
        return 0
    by = as_feed(feed)
    try:
        return _fetched(feed, state, Budget(is_stopping=is_stopping), by)
    except LongwatchError as refusal:
        sentence, anew = refusal.sentence, refusal.code == "endless"
    except OperationalError:
        raise
    except Exception as error:
        log.exception("Fetching the feed %s failed", feed.label)
        sentence, anew = f"Something went wrong here; it was logged ({type(error).__name__}).", False
    with suppress(storing.Changed), acting_as(by):
        storing.note_failure(feed, sentence, anew=anew)
    return 0


def _fetched(feed: Feed, state: storing.State, budget: Budget, by: Actor) -> int:
    taken = 0
    try:
        for portion in connector_of(feed, budget).portions(state.cursor, lambda: _known(feed, by)):
            with acting_as(by):
                taken += storing.store(feed, portion, by=by)
    except storing.Changed:
        log.info("The feed %s was changed while it was being fetched; the next turn asks anew", feed.label)
    return taken


def _known(feed: Feed, by: Actor) -> dict[str, str]:
    with acting_as(by):
        return storing.known(feed.id)


def as_feed(feed: Feed) -> Actor:
    """Who stores: a program that does this and nothing else."""
    permissions = frozenset({str(Permission.SOURCE_MANAGE)})
    return Actor(ActorKind.INTEGRATION, feed.id, feed.label, feed.org_id, permissions=permissions, via="feed")


def connector_of(feed: Feed, budget: Budget) -> Connector:
    """What speaks with the other side; refuses a secret that cannot be read any more."""
    secret = ""
    if feed.wrapped:
        revealed = reveal(feed.wrapped, feed_purpose(feed.id))
        if revealed is None:
            raise Unreachable("Its secret cannot be read under this secret key. Enter it again.", code="secret_lost")
        secret = revealed
    trust = Trust(feed.authorities, feed.verified)
    wanted = Wanted(feed.kind, feed.url, feed.scheme, feed.user, secret, trust, feed.settings)
    return KINDS[feed.kind].connector(wanted, budget)
