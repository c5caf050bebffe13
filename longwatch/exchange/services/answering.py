# SPDX-License-Identifier: Apache-2.0
"""Telling senders what became of their alerts: at least once, in order for each signal, as the engine of the worker.

No transaction is open while somebody else's server thinks. Whoever dies in between says the same thing again.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from longwatch.core import clock
from longwatch.core.environment import current
from longwatch.core.errors import LongwatchError
from longwatch.core.outbound import Outbound, Trust
from longwatch.core.postgres.address import ENGINE
from longwatch.exchange.hook_rules import PATIENCE, wait
from longwatch.exchange.services.syncing import secret_of
from longwatch.exchange.sync_facts import Facts
from longwatch.exchange.sync_rules import FORBIDDEN, Occasion, Outcome, Request, request_of, verdict, what_follows
from longwatch.exchange.sync_signing import signed
from longwatch.exchange.sync_template import Missing
from longwatch.intake.mapping.own import reading_of
from longwatch.ledger.connecting import as_role
from longwatch.records.severity import Severity

Connection = psycopg.Connection[Any]
# A slow sender holds up the others for no longer than this and one answer, and only when as many are slow at once.
ROUND_SECONDS = 10.0
MOST_AT_ONCE = 4
# A round in which the sender allows nothing ends after so many.
MOST_FORBIDDEN = 10
ANSWER_SECONDS = 10.0
LARGEST_ANSWER = 2_000_000
AT_ONCE = 100
MOST_ARRIVALS = 100
# With several arrivals each may be this large; of one alone, more.
LARGEST_OF_SEVERAL = 100_000
LARGEST_ALONE = 2_000_000
KEPT = timedelta(days=30)
KEPT_REFUSED = timedelta(days=90)
LONGEST_WAITING = timedelta(days=30)
LONGEST_FAILURE = 300
LONGEST_PAUSE = 3_600
LOCK = "select pg_try_advisory_lock(hashtext('longwatch.exchange.sync'), hashtext(%s))"
UNLOCK = "select pg_advisory_unlock(hashtext('longwatch.exchange.sync'), hashtext(%s))"
DUE = """
select s.id, s.source_id, s.url, s.calls, s.headers, s.words, s.scheme, s.user, s.wrapped, s.authorities, s.verified,
       s.tells_who, s.tells_why, s.version, c.attempts, c.failing_since, c.told_at
  from exchange_sync s join exchange_sync_course c on c.sync_id = s.id
 where s.closed_at is null and s.paused_at is null and not c.stuck and c.next_at <= %(now)s
   and (%(only)s::uuid is null or s.id = %(only)s)
   and exists (select 1 from exchange_sync_letter l
                where l.sync_id = s.id and l.state = 'waiting' and l.next_at <= %(now)s)
 order by c.next_at limit 100
"""
# What was tried already comes after what was not: it may be refused for good, and holds up nothing.
NEXT = """
select l.id, l.signal_id, l.call, l.occasion, l.outcome, l.attempts, l.at
  from exchange_sync_letter l
 where l.sync_id = %s and l.state = 'waiting' and l.next_at <= %s
   and not exists (select 1 from exchange_sync_letter e
                    where e.signal_id = l.signal_id and e.sync_id = l.sync_id and e.state = 'waiting'
                      and (e.entry_id, e.call) < (l.entry_id, l.call))
 order by l.attempts, l.entry_id, l.call limit %s
"""
FACTS = "select * from exchange_sync_facts(%s)"
RAWS = """
select raw from intake_occurrence where signal_id = %s and octet_length(raw) <= %s order by at desc, id desc limit %s
"""
# Whether a sender is still to be told, and as it was read.
STILL = "select 1 from exchange_sync where id = %s and version = %s and paused_at is null and closed_at is null"
ENDED = """
update exchange_sync_letter set state = %s, attempts = %s, failure = %s, ended_at = %s
 where id = %s and state = 'waiting'
"""
LATER = """
update exchange_sync_letter set attempts = %s, failure = %s, next_at = %s where id = %s and state = 'waiting'
"""
TOLD = """
update exchange_sync_course set told = told + 1, told_at = %s, attempts = 0, failing_since = null, failure = ''
 where sync_id = %s
"""
WAITS = """
update exchange_sync_course set attempts = %s, failing_since = %s, failure = %s, next_at = %s, stuck = %s
 where sync_id = %s and exists (select 1 from exchange_sync s where s.id = sync_id and s.version = %s)
"""
# What nobody resumed for so long is no news any more.
TOO_LONG = """
update exchange_sync_letter l set state = 'dropped', failure = 'It waited for 30 days.', ended_at = %s
  from exchange_sync s
 where s.id = l.sync_id and s.closed_at is null and l.state = 'waiting' and l.next_at < %s
"""
FORGET = """
delete from exchange_sync_letter where state <> 'waiting' and ended_at < %s and (state <> 'refused' or ended_at < %s)
"""
logger = logging.getLogger(__name__)


@dataclass
class Due:
    """A sender that is to be told something."""

    id: UUID
    source_id: UUID
    url: str
    calls: list[dict[str, Any]]
    headers: dict[str, str]
    words: dict[str, str]
    scheme: str
    user: str
    wrapped: str
    authorities: str
    verified: bool
    tells_who: bool
    tells_why: bool
    version: int
    attempts: int
    failing_since: datetime | None
    told_at: datetime | None

    def took_others(self, letter: "Letter") -> bool:
        """Whether the sender took something since this was to be told, and does not fail now."""
        return self.failing_since is None and self.told_at is not None and self.told_at >= letter.at


@dataclass(frozen=True)
class Letter:
    """What is to be told."""

    id: UUID
    signal_id: UUID
    call: str
    occasion: str
    outcome: str
    attempts: int
    at: datetime


@dataclass(frozen=True)
class Known:
    """What the database says beside the letter (sql/syncs.sql)."""

    title: str
    severity: int
    entry_at: datetime
    actor_kind: str
    actor: str | None
    note: str | None
    reference: str | None
    disposition: str | None
    format: str
    time_zone: str
    own: Mapping[str, Any] | None


def tell_senders() -> int:
    """One round for each sender that is to be told something, a few at once; returns how much was told."""
    with as_role(ENGINE) as connection:
        now = clock.now()
        connection.execute(TOO_LONG, [now, now - LONGEST_WAITING])
        connection.execute(FORGET, [now - KEPT, now - KEPT_REFUSED])
        due = _due(connection)
        if len(due) < 2:
            return sum(_guarded_round(connection, each) for each in due)
    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(due)), "sender-round") as pool:
        rounds = [pool.submit(copy_context().run, _round_apart, each) for each in due]
    return sum(each.result() for each in rounds)


def _round_apart(sync: Due) -> int:
    with as_role(ENGINE) as connection:
        return _guarded_round(connection, sync)


def _guarded_round(connection: Connection, sync: Due) -> int:
    """A round that holds up nobody else's: what no one foresaw is said, and tried again later."""
    try:
        return _round(connection, sync.id)
    except psycopg.OperationalError:
        raise
    except Exception:
        logger.exception("The sender of the source %s cannot be told.", sync.source_id)
        _wait(connection, sync, "Telling this sender failed; the log of the worker says why.")
        return 0


def _wait(connection: Connection, sync: Due, failure: str, pause: int = 0) -> None:
    """Nobody tells this sender for a while; after days, not before somebody resumes."""
    now = clock.now()
    failing_since = sync.failing_since or now
    sync.attempts += 1
    connection.execute(WAITS, [
        sync.attempts, failing_since, failure[:LONGEST_FAILURE],
        now + max(wait(sync.attempts), timedelta(seconds=pause)), now - failing_since > PATIENCE, sync.id, sync.version,
    ])  # fmt: skip


def _due(connection: Connection, only: UUID | None = None) -> list[Due]:
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(DUE, {"now": clock.now(), "only": only}).fetchall()


def _round(connection: Connection, sync_id: UUID) -> int:
    found = connection.execute(LOCK, [str(sync_id)]).fetchone()
    if not (found and found[0]):
        return 0
    try:
        # Another worker may have told it since it was listed.
        return sum(_tell(connection, sync) for sync in _due(connection, sync_id))
    finally:
        connection.execute(UNLOCK, [str(sync_id)])


def _tell(connection: Connection, sync: Due) -> int:
    until, told, forbidden, doubtful = time.monotonic() + ROUND_SECONDS, 0, 0, False
    for letter in _waiting(connection, sync):
        # Somebody may have paused, ended or changed it meanwhile.
        if time.monotonic() > until or connection.execute(STILL, [sync.id, sync.version]).fetchone() is None:
            break
        status, outcome = _one(connection, sync, letter)
        told += outcome is Outcome.TOLD
        forbidden += status == FORBIDDEN
        doubtful |= forbidden > 1 or (status == FORBIDDEN and not sync.took_others(letter))
        if outcome in (Outcome.WAIT, Outcome.PAUSE):
            return told
        if forbidden >= MOST_FORBIDDEN and not told:
            break
    if doubtful and not told:
        _wait(connection, sync, f"It answered with status {FORBIDDEN}.")
    return told


def _waiting(connection: Connection, sync: Due) -> Iterator[Letter]:
    """What waits, the first of each signal, until nothing does."""
    while True:
        with connection.cursor(row_factory=class_row(Letter)) as cursor:
            batch = cursor.execute(NEXT, [sync.id, clock.now(), AT_ONCE]).fetchall()
        yield from batch
        if not batch:
            return


def _one(connection: Connection, sync: Due, letter: Letter) -> tuple[int, Outcome | None]:
    """Tell one thing, and write down what came of it; no outcome when there is nothing to tell any more."""
    call = next((each for each in sync.calls if each["key"] == letter.call), None)
    if call is None or letter.occasion not in call["occasions"]:
        _end(connection, letter, "dropped", "This call is not set up any more.")
        return 0, None
    try:
        facts = _facts(connection, sync, letter, call)
        request = request_of(call, sync.headers, facts) if facts else None
    except Missing as missing:
        _end(connection, letter, "refused", missing.sentence)
        return 0, None
    except (ValueError, RecursionError):
        _end(connection, letter, "refused", "The call cannot be made of what the signal says.")
        return 0, None
    if request is None:
        _end(connection, letter, "dropped", "The signal is not where its source is any more.")
        return 0, None
    status, failure, pause = _sent(sync, request)
    return status, _written(connection, sync, letter, status, failure, pause)


def _end(connection: Connection, letter: Letter, state: str, failure: str) -> None:
    said = failure.replace("\0", "")[:LONGEST_FAILURE]
    connection.execute(ENDED, [state, letter.attempts, said, clock.now(), letter.id])


def _facts(connection: Connection, sync: Due, letter: Letter, call: Mapping[str, Any]) -> Facts | None:
    with connection.cursor(row_factory=class_row(Known)) as cursor:
        known = cursor.execute(FACTS, [letter.id]).fetchone()
    if known is None:
        return None
    outcome = letter.outcome or (known.disposition or "" if letter.occasion == Occasion.CLOSED else "")
    several = "all:" in call["path"] + call["body"]
    bounds = (LARGEST_OF_SEVERAL, MOST_ARRIVALS) if several else (LARGEST_ALONE, 1)
    raws = [bytes(raw) for (raw,) in connection.execute(RAWS, [letter.signal_id, *bounds])]
    return Facts(
        signal=str(letter.signal_id), link=f"{current().base_url}/signals/{letter.signal_id}", title=known.title,
        severity=Severity(known.severity).word, status=letter.occasion, outcome=outcome,
        verdict=verdict(sync.words, outcome), at=known.entry_at, raws=raws,
        judged_by=(known.actor or "") if sync.tells_who else "", reason=(known.note or "") if sync.tells_why else "",
        reference=known.reference or "", format=known.format, zone=known.time_zone, own=reading_of(known.own),
    )  # fmt: skip


def _sent(sync: Due, request: Request) -> tuple[int, str, int]:
    """The status of the answer (0: none came), a sentence when it is no success, and how long to wait at least."""
    try:
        headers = signed(request.headers, sync.scheme, sync.user, secret_of(sync.id, sync.wrapped))
        sender = Outbound(
            sync.url, Trust(sync.authorities, sync.verified), seconds=ANSWER_SECONDS, largest=LARGEST_ANSWER
        )
        answer = sender.request(request.method, request.path, request.body, headers)
    except LongwatchError as refusal:
        return 0, refusal.sentence, 0
    said = answer.headers.get("retry-after", "")
    pause = min(int(said), LONGEST_PAUSE) if said.isdigit() and len(said) < 10 else 0
    return answer.status, "" if 200 <= answer.status < 300 else f"It answered with status {answer.status}.", pause


def _written(
    connection: Connection, sync: Due, letter: Letter, status: int, failure: str, pause: int
) -> Outcome:  # fmt: skip
    now, failing_since = clock.now(), sync.failing_since or clock.now()
    took = sync.took_others(letter)
    outcome = what_follows(status, letter.attempts + 1, now - failing_since, took_others=took)
    if outcome in (Outcome.WAIT, Outcome.PAUSE):
        _wait(connection, sync, failure, pause)
        return outcome
    if status == FORBIDDEN and outcome is Outcome.GIVE_UP:
        failure = f"It answered with status {status}, while it takes what is said of other alerts."
    if outcome is Outcome.AGAIN:
        connection.execute(
            LATER, [letter.attempts + 1, failure[:LONGEST_FAILURE], now + wait(letter.attempts + 1), letter.id]
        )
        return outcome
    state = "told" if outcome is Outcome.TOLD else "refused"
    with connection.transaction():
        # The course before the letter, as everybody takes them.
        if outcome is Outcome.TOLD:
            connection.execute(TOLD, [now, sync.id])
            sync.attempts, sync.failing_since, sync.told_at = 0, None, now
        connection.execute(ENDED, [state, letter.attempts + 1, failure[:LONGEST_FAILURE], now, letter.id])
    return outcome
