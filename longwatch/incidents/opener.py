# SPDX-License-Identifier: Apache-2.0
"""Follows groups whose rules open incidents by themselves, one after another, in a thread of the worker.

The engine notes what is due (grouping_due). A note is forgotten when it was followed and no newer one came meanwhile:
nothing is lost when the worker ends in between, and following twice changes nothing.
"""

import logging
import time
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import DatabaseError, close_old_connections
from psycopg.rows import class_row

from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import ENGINE
from longwatch.core.tracing import span
from longwatch.core.watching import Watcher
from longwatch.incidents.services.auto_opening import follow_group, why_not
from longwatch.ledger.connecting import Connection, as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
MOST_A_ROUND = 20
# What is too old is forgotten so often, whatever else there is to do.
FORGET_SECONDS = 600.0
AT_ONCE = 5_000
WRONG = "Something went wrong in Longwatch. The log of the worker says what."

# One opener a database at a time.
LOCK = "select pg_try_advisory_lock(hashtext('longwatch.incidents.opener'))"
# No row is locked while it is followed: the engine, which notes more, never waits for us.
NEXT = """
select d.group_id, d.notes, r.answers_id from grouping_due d join grouping_rule r on r.id = d.rule_id
 where d.next_at <= now() order by d.next_at, d.group_id limit %s
"""
DONE = "delete from grouping_due where group_id = %s and notes = %s"
# Tried again after one minute, two, four, and at last every hour; forgotten after a week.
LATER = """
update grouping_due set why = %(why)s, attempts = least(attempts + 1, 30),
       next_at = now() + least(power(2, least(attempts, 6)), 60) * interval '1 minute'
 where group_id = %(group)s
"""
FORGET = """
delete from grouping_due where group_id in (
  select group_id from grouping_due where at < now() - interval '7 days' limit %s)
"""


@dataclass(frozen=True, slots=True)
class Note:
    """A group that is due, and who answers for its rule."""

    group_id: UUID
    notes: int
    answers_id: UUID | None


class Opener(Watcher):
    """Looks twice a second; what cannot be followed is said at its rule, and tried again."""

    name = "opener"
    complaint = "Rules that open incidents by themselves open none."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Follow what is due on one connection; waits while another worker does it."""
        with as_role(ENGINE) as connection:
            while not self.is_stopping() and not _is_alone(connection):
                self.rest()
            forgot = -FORGET_SECONDS
            while not self.is_stopping():
                if time.monotonic() - forgot > FORGET_SECONDS:
                    forget_old(connection)
                    forgot = time.monotonic()
                if not follow_due(connection):
                    close_old_connections()
                    self.rest()


def _is_alone(connection: Connection) -> bool:
    found = connection.execute(LOCK).fetchone()
    return bool(found and found[0])


def follow_due(connection: Connection) -> int:
    """Follow some groups that are due; how many there were."""
    with connection.cursor(row_factory=class_row(Note)) as cursor:
        notes = cursor.execute(NEXT, [MOST_A_ROUND]).fetchall()
    for note in notes:
        with span("follow group"):
            follow(connection, note)
    return len(notes)


def forget_old(connection: Connection) -> None:
    """Forget what could not be followed for a week, some at a time until all is gone."""
    while connection.execute(FORGET, [AT_ONCE]).rowcount >= AT_ONCE:
        pass


def follow(connection: Connection, note: Note) -> None:
    """Follow one group, and forget the note, unless a newer one came meanwhile or it could not be followed."""
    why = _hindrance(note)
    if why is None:
        connection.execute(DONE, [note.group_id, note.notes])
    elif why:
        connection.execute(LATER, {"group": note.group_id, "why": why})


def _hindrance(note: Note) -> str | None:
    """What hindered it; nothing when it is done, and no words when there is more to do at once."""
    try:
        return "" if follow_group(note.group_id, note.answers_id) else None
    except LongwatchError as refusal:
        return why_not(refusal)
    except psycopg.OperationalError:
        raise
    except DatabaseError:
        logger.exception("A rule could not open an incident.")
        return WRONG
