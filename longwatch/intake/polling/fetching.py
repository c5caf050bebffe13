# SPDX-License-Identifier: Apache-2.0
"""One turn of one connection: pages are fetched and stored, each with its cursor in one transaction.

What was fetched is stored and the cursor moved, or neither: whatever ends in between is asked for again. What may come
twice is known by its digest and taken once.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import class_row

from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import LongwatchError
from longwatch.core.hiding import reveal
from longwatch.core.outbound import Trust, Unreachable
from longwatch.core.tracing import span
from longwatch.intake.arrival import SourceFacts, arrive
from longwatch.intake.delivery_models import Way
from longwatch.intake.fast.tokens import SOURCE, sourced
from longwatch.intake.keeping import KEEP, Kept, keeping
from longwatch.intake.opening import Opened, open_each
from longwatch.intake.poll_models import poll_purpose
from longwatch.intake.polling.asking import JSON, Connector, Page, Record, Wanted
from longwatch.intake.polling.kinds import KINDS
from longwatch.intake.statement import RECEIVE, outcomes, parameters
from longwatch.web.live import CHANNEL, payload

Connection = psycopg.Connection[Any]
# Pages of one turn; others have theirs in between.
MOST_PAGES = 20
CHUNK = 250
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
MOST_ERRORS = 20
UNSTORABLE = "The database could not store what was read from it."
TOPIC = "inbox"
LOCK = "select pg_try_advisory_lock(hashtext('longwatch.intake.poll'), hashtext(%s))"
UNLOCK = "select pg_advisory_unlock(hashtext('longwatch.intake.poll'), hashtext(%s))"
DUE = """
select p.id, p.version, p.org_id, p.source_id, p.label, p.kind, p.url, p.scheme, p.user, p.wrapped, p.authorities,
       p.verified, p.settings, p.interval_seconds, p.start_at, coalesce(t.cursor, '{}'::jsonb) as cursor,
       coalesce(t.failures, 0) as failures, coalesce(t.errors, '[]'::jsonb) as errors
  from intake_poll p join intake_source s on s.id = p.source_id left join intake_poll_state t on t.poll_id = p.id
 where p.enabled and p.closed_at is null and s.enabled and coalesce(t.next_at, '-infinity') <= clock_timestamp()
   and (%(only)s::uuid is null or p.id = %(only)s)
 order by t.next_at nulls first limit 100
"""
# Whoever changes a connection resets how far it is: after this, they wait until it is written, or this sees the change.
# The first row holds the connection itself, which the second statement does not reach.
BEGIN = "insert into intake_poll_state (poll_id, org_id) values (%s, %s) on conflict do nothing"
HOLD = "select 1 from intake_poll_state where poll_id = %s for update"
STILL = "select 1 from intake_poll where id = %s and version = %s"
FRESH = """
insert into intake_poll_seen (poll_id, digest, at)
select %s, d, a from unnest(%s::bytea[], %s::timestamptz[]) as u (d, a) on conflict do nothing returning digest
"""
FORGET = "delete from intake_poll_seen where poll_id = %s and at < %s"
ANSWERED = """
insert into intake_poll_state as t (poll_id, org_id, cursor, next_at, answered_at, caught_up_at, newest_at, taken,
                                    unreadable)
values (%(poll)s, %(org)s, %(cursor)s, %(next)s, %(now)s, %(caught_up)s, %(newest)s, %(taken)s, %(unreadable)s)
on conflict (poll_id) do update set
  cursor = excluded.cursor, next_at = excluded.next_at, answered_at = excluded.answered_at, failures = 0,
  caught_up_at = coalesce(excluded.caught_up_at, t.caught_up_at), newest_at = greatest(t.newest_at, excluded.newest_at),
  taken = t.taken + excluded.taken, unreadable = t.unreadable + excluded.unreadable
"""
FAILED = """
insert into intake_poll_state as t (poll_id, org_id, next_at, failures, errors) values (%s, %s, %s, %s, %s)
on conflict (poll_id) do update set next_at = excluded.next_at, failures = excluded.failures, errors = excluded.errors
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A connection whose turn it is, and how far it is."""

    id: UUID
    version: int
    org_id: UUID
    source_id: UUID
    label: str
    kind: str
    url: str
    scheme: str
    user: str
    wrapped: str
    authorities: str
    verified: bool
    settings: dict[str, Any]
    interval_seconds: int
    start_at: datetime
    cursor: dict[str, Any]
    failures: int
    errors: list[dict[str, str]]

    @property
    def actor(self) -> Actor:
        """Who stores: a program that does this and nothing else."""
        return Actor(ActorKind.INTEGRATION, self.id, self.label, self.org_id, via="poll")


class Changed(Exception):
    """The connection was changed during its turn: what was fetched may be of another place, or of other records."""


def due(connection: Connection, only: UUID | None = None) -> list[Due]:
    """The connections whose turn it is, those that waited longest first."""
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(DUE, {"only": only}).fetchall()


def connector_of(poll: Due) -> Connector:
    """What speaks with the tool; refuses a secret that cannot be read any more."""
    secret = ""
    if poll.wrapped:
        revealed = reveal(poll.wrapped, poll_purpose(poll.id))
        if revealed is None:
            raise Unreachable("Its secret cannot be read under this secret key. Enter it again.", code="secret_lost")
        secret = revealed
    wanted = Wanted(
        poll.kind, poll.url, poll.scheme, poll.user, secret, Trust(poll.authorities, poll.verified), poll.settings,
        poll.start_at,
    )  # fmt: skip
    return KINDS[poll.kind].connector(wanted)


def turn(connection: Connection, poll_id: UUID) -> int:
    """Fetch what is new over one connection; how many records were new. What goes wrong is noted and tried again."""
    found = connection.execute(LOCK, [str(poll_id)]).fetchone()
    if not (found and found[0]):
        return 0
    try:
        # Another worker may have had its turn since it was listed.
        return sum(_turn(connection, poll) for poll in due(connection, poll_id))
    finally:
        connection.execute(UNLOCK, [str(poll_id)])


def _turn(connection: Connection, poll: Due) -> int:
    with span(f"fetch {poll.kind}") as work:
        work.tell("longwatch.poll.kind", poll.kind)
        taken = _pages(connection, poll)
        work.tell("longwatch.records", taken)
    return taken


def _pages(connection: Connection, poll: Due) -> int:
    """Fetch page after page; what goes wrong is noted."""
    taken = 0
    try:
        connector, cursor = connector_of(poll), poll.cursor
        for _ in range(MOST_PAGES):
            page = connector.fetch(cursor)
            taken += _take(connection, poll, page)
            if not page.more:
                break
            cursor = dict(page.cursor)
    except Changed:
        log.info("%s was changed while it was being asked; the next turn asks anew", poll.label)
    except LongwatchError as refusal:
        _note(connection, poll, refusal.sentence)
    except psycopg.OperationalError:
        raise
    except Exception as error:
        log.exception("Fetching over %s failed", poll.label)
        _note(connection, poll, f"Something went wrong here; it was logged ({type(error).__name__}).")
    return taken


def _take(connection: Connection, poll: Due, page: Page) -> int:
    """Store a page and where it ended; refuses (Changed) what was asked for before a change."""
    now = clock.now()
    wait = timedelta(0) if page.more else timedelta(seconds=poll.interval_seconds)
    with connection.transaction():
        _refuse_changed(connection, poll)
        fresh = _fresh(connection, poll, page.records)
        source = _source(connection, poll)
        created, unreadable = _store(connection, source, fresh, poll.actor) if fresh else (0, 0)
        if page.forget_before is not None:
            connection.execute(FORGET, [poll.id, page.forget_before])
        connection.execute(
            ANSWERED,
            {
                "poll": poll.id, "org": poll.org_id, "cursor": _json(page.cursor), "next": now + wait, "now": now,
                "caught_up": None if page.more else now, "taken": len(fresh), "unreadable": unreadable,
                "newest": max((each.at for each in page.records), default=None),
            },
        )  # fmt: skip
        if created:
            connection.execute("select pg_notify(%s, %s)", [CHANNEL, payload(TOPIC, source.compartment_id, created)])
    return len(fresh)


def _refuse_changed(connection: Connection, poll: Due) -> None:
    """Keep how far it is for the rest of the transaction; refuses when somebody changed it since its turn began."""
    connection.execute(BEGIN, [poll.id, poll.org_id])
    connection.execute(HOLD, [poll.id])
    if connection.execute(STILL, [poll.id, poll.version]).fetchone() is None:
        raise Changed


def _fresh(connection: Connection, poll: Due, records: Sequence[Record]) -> list[Record]:
    """The records that were not taken before."""
    if not records:
        return []
    digests, moments = [each.digest for each in records], [each.at for each in records]
    rows = connection.execute(FRESH, [poll.id, digests, moments]).fetchall()
    new = {bytes(digest) for (digest,) in rows}
    return list({each.digest: each for each in records if each.digest in new}.values())


def _source(connection: Connection, poll: Due) -> SourceFacts:
    with connection.cursor(row_factory=class_row(SourceFacts)) as cursor:
        found = cursor.execute(SOURCE, [poll.org_id, poll.source_id, None]).fetchone()
    if found is None or not found.enabled:
        raise Unreachable("The source is switched off.", code="source_disabled")
    return sourced(found)


def _store(connection: Connection, source: SourceFacts, records: Sequence[Record], by: Actor) -> tuple[int, int]:
    """Store records; how many signals are new, and how many records could not be read."""
    contents = open_each([each.raw for each in records], source, content_type=JSON, received_at=clock.now())
    created, unstorable = _receive(connection, source, contents.opened, by)
    for kept in [*contents.to_keep(JSON, Way.POLL), *unstorable]:
        connection.execute(KEEP, keeping(source, kept, by))
    return created, len(contents.left) + len(unstorable)


def _receive(
    connection: Connection, source: SourceFacts, opened: Sequence[Opened], by: Actor
) -> tuple[int, list[Kept]]:  # fmt: skip
    """Store signals; one that the database cannot take is kept as it is, and the others do not suffer for it."""
    arrivals = sorted(
        ((arrive(source, each.signal, each.raw, read_as=each.format), each.raw) for each in opened),
        key=lambda each: each[0].key,
    )
    created = 0
    unstorable: list[Kept] = []
    size = CHUNK
    while arrivals:
        part = arrivals[:size]
        try:
            with connection.transaction():
                rows = connection.execute(
                    RECEIVE, parameters(by.through("poll"), source, [each for each, _ in part], content_type=JSON)
                )
                created += sum(each.created for each in outcomes([each for each, _ in part], rows.fetchall()))
        except psycopg.DataError:
            if size > 1:
                size = 1
                continue
            unstorable.append(Kept(part[0][1], JSON, Way.POLL, reason=UNSTORABLE))
        arrivals = arrivals[size:]
    return created, unstorable


def _note(connection: Connection, poll: Due, sentence: str) -> None:
    """Say what went wrong, and wait longer each time."""
    failures = poll.failures + 1
    wait = min(max(timedelta(seconds=poll.interval_seconds), SHORTEST_WAIT) * 2 ** min(failures - 1, 12), LONGEST_WAIT)
    now = clock.now()
    errors = [{"at": now.isoformat(), "text": sentence}, *poll.errors][:MOST_ERRORS]
    with suppress(Changed), connection.transaction():
        _refuse_changed(connection, poll)
        connection.execute(FAILED, [poll.id, poll.org_id, now + wait, failures, _json(errors)])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
