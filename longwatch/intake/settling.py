# SPDX-License-Identifier: Apache-2.0
"""The engine: takes what arrived and gives it to stages, in a thread of the worker; fair, and losing nothing.

Each source has its turn, the severest first, so that a flood from one holds up no other's. What is taken is noted
before it is worked on, and forgotten in the transaction in which all stages are done with it: a signal comes to the
stages once, or again when the engine ended in between. One that a stage cannot digest holds up nothing else.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from longwatch.core.postgres.address import ENGINE
from longwatch.core.tracing import span
from longwatch.core.watching import Watcher
from longwatch.ledger.connecting import Connection, as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
MOST_A_ROUND, MOST_A_SOURCE, LEAST_A_SOURCE = 250, 200, 25
LONGEST_ROUND = 0.6
# A signal that the stages failed on so often is left until somebody has it tried again (services/settling_again.py);
# it was stored and is in the inbox all the same.
MOST_ATTEMPTS = 3
REPORT = "report"
HIGH = 3

# One engine a database at a time.
LOCK = "select pg_try_advisory_lock(hashtext('longwatch.intake.settler'))"
# Rows that are being received at this moment are left for the next round. They are deleted in a transaction of its
# own: whoever receives a repeat waits for nothing longer than that.
TAKE = """
with turns as (
  select u.signal_id, u.severity, u.at, u.nth from intake_source s
   cross join lateral (
     select n.signal_id, n.severity, n.at, row_number() over (order by n.severity desc, n.at) as nth
       from (select signal_id, severity, at from intake_unsettled where source_id = s.id
              order by severity desc, at limit %(source)s) n) u
), chosen as (
  select signal_id from turns order by severity >= %(high)s desc, nth, severity desc limit %(round)s
), free as (
  select signal_id from intake_unsettled where signal_id in (select signal_id from chosen) for update skip locked
), taken as (
  delete from intake_unsettled u using free f where u.signal_id = f.signal_id
  returning u.signal_id, u.source_id, u.severity, u.at, u.arrivals
)
insert into intake_settling as t (signal_id, source_id, severity, at, arrivals)
select signal_id, source_id, severity, at, arrivals from taken
-- What was given up is tried again when it comes again.
on conflict (signal_id) do update set arrivals = t.arrivals + excluded.arrivals,
  attempts = case when t.attempts >= %(attempts)s then 0 else t.attempts end
"""
WAITING = """
select signal_id from intake_settling where attempts < %(attempts)s
 order by severity desc, at, signal_id limit %(round)s
"""
# Until the transaction ends nothing of their texts is erased; those that are being erased come in a later round.
STILL = "select intake_hold_still(%s)"
READ = """
select s.id, s.org_id, s.compartment_id, s.source_id, src.name as source, s.kind, s.format, s.rule, s.title, s.severity,
       s.status, s.entities, s.place, s.tags, s.techniques, s.occurred_at, s.first_seen, s.last_seen, s.count,
       t.arrivals, s.suppression_id, s.closed_at is not null as closed,
       exists (select 1 from intake_canary c where c.source_id = s.source_id and c.key = s.dedup_key) as canary
  from intake_settling t join intake_signal s on s.id = t.signal_id join intake_source src on src.id = s.source_id
 where t.signal_id = any(%s)
 order by t.severity desc, t.at, s.id
"""
DONE = "delete from intake_settling where signal_id = any(%s)"
FAILED = "update intake_settling set attempts = attempts + 1 where signal_id = %s returning attempts"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A signal as it stands, and how many arrivals of it the stages have not seen yet."""

    id: UUID
    org_id: UUID
    compartment_id: UUID
    source_id: UUID
    source: str
    kind: str
    format: str
    rule: str
    title: str
    severity: int
    status: str
    entities: list[dict[str, str]]
    place: str
    tags: list[str]
    techniques: list[str]
    occurred_at: datetime
    first_seen: datetime
    last_seen: datetime
    count: int
    arrivals: int
    suppression_id: UUID | None
    closed: bool
    # A test that Longwatch sent itself: goes through every stage, and counts in none.
    canary: bool = False

    @property
    def at(self) -> datetime:
        """When the newest of it happened, as far as is known: a repeat says only when it came."""
        return min(self.occurred_at, self.last_seen) if self.arrivals >= self.count else self.last_seen


# What is done with arrivals: everything in the transaction of the connection, as the role ENGINE.
Stage = Callable[[psycopg.Connection[Any], Sequence[Arrived]], None]


class Settler(Watcher):
    """Looks twice a second; what waits goes through the stages. What fails is said and retried."""

    name = "settler"
    complaint = "What arrives is not being grouped and enriched."
    look_seconds = LOOK_SECONDS

    def __init__(self, stages: Sequence[Stage], look_seconds: float | None = None) -> None:
        super().__init__(look_seconds)
        self._stages = stages

    def watch(self) -> None:
        """Round after round on one connection, for as long as it holds; waits while another worker does it."""
        with as_role(ENGINE) as connection:
            while not self.is_stopping() and not _is_alone(connection):
                self.rest()
            # A plan made for no arrays in particular reads whole tables where one made for these looks a few rows up.
            connection.execute("set plan_cache_mode = force_custom_plan")
            most = MOST_A_SOURCE
            while not self.is_stopping():
                began = time.monotonic()
                count = settle(connection, self._stages, most)
                most = paced(most, time.monotonic() - began)
                if not count:
                    self.rest()


def paced(most: int, took: float) -> int:
    """How many of a source the next round takes: fewer when rounds take long, so that whatever is urgent never waits
    for a long one."""
    if took > LONGEST_ROUND:
        return max(LEAST_A_SOURCE, most // 2)
    return min(MOST_A_SOURCE, most * 2) if took < LONGEST_ROUND / 3 else most


def _is_alone(connection: Connection) -> bool:
    found = connection.execute(LOCK).fetchone()
    return bool(found and found[0])


def settle(connection: Connection, stages: Sequence[Stage], most: int = MOST_A_SOURCE) -> int:
    """One round: take what waits, give it to the stages, and forget it; how many signals there were."""
    connection.execute(TAKE, {"source": most, "round": MOST_A_ROUND, "high": HIGH, "attempts": MOST_ATTEMPTS})
    waiting = _ids(connection.execute(WAITING, {"attempts": MOST_ATTEMPTS, "round": MOST_A_ROUND}))
    if not waiting:
        return 0
    try:
        return _through(connection, stages, waiting)
    except psycopg.OperationalError:
        raise
    except Exception:
        logger.exception("A stage failed on some of %s signals; each is tried by itself.", len(waiting))
        return sum(_alone(connection, stages, each) for each in waiting)


def _through(connection: Connection, stages: Sequence[Stage], waiting: Sequence[UUID]) -> int:
    with span("settle") as work, connection.transaction():
        arrived = _read(connection, waiting)
        work.tell("longwatch.signals", len(arrived))
        if all(each.kind == REPORT for each in arrived):
            # Else the moment of a report would be known from the trace.
            work.drop()
        for stage in stages if arrived else ():
            with span(getattr(stage, "__name__", "stage")):
                stage(connection, arrived)
        connection.execute(DONE, [[each.id for each in arrived]])
    return len(arrived)


def _read(connection: Connection, waiting: Sequence[UUID]) -> list[Arrived]:
    still = _ids(connection.execute(STILL, [list(waiting)]))
    with connection.cursor(row_factory=class_row(Arrived)) as cursor:
        return cursor.execute(READ, [still]).fetchall()


def _ids(cursor: psycopg.Cursor[Any]) -> list[UUID]:
    return [identity for (identity,) in cursor.fetchall()]


def _alone(connection: Connection, stages: Sequence[Stage], one: UUID) -> int:
    """Give one signal to the stages; one that fails again and again is given up, which the page Health says."""
    try:
        return _through(connection, stages, [one])
    except psycopg.OperationalError:
        raise
    except Exception:
        found = connection.execute(FAILED, [one]).fetchone()
        if found and found[0] >= MOST_ATTEMPTS:
            logger.exception("Signal %s is left ungrouped: a stage failed on it %s times.", one, found[0])
    return 1
