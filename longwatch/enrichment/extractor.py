# SPDX-License-Identifier: Apache-2.0
"""Reads the texts of signals that wait for it, one after another, in a thread of the worker."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID

import psycopg

from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE
from longwatch.core.tracing import span
from longwatch.core.watching import Watcher
from longwatch.enrichment.asking import Question, Thing, things_of
from longwatch.enrichment.extraction.process import Finder, Unread
from longwatch.enrichment.extraction.tidying import text_of, things_in
from longwatch.enrichment.lookups import Connection, Hit
from longwatch.enrichment.stage import keep, look_up
from longwatch.entities.kinds import entity_key
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# The process that reads is given back when nothing came for so long.
IDLE_LOOKS = 30
MOST_EXTRACTED = 50
# What is over is removed so often, whatever else there is to do.
FORGET_SECONDS = 600.0
AT_ONCE = 5_000
REPORT = "report"
EXTRACTOR = "ioc-finder"
# So many are looked at for one that nobody else reads already.
SIDE_BY_SIDE = 8
_WAITING = """
select signal_id from enrichment_look where text = 'waiting' order by severity desc, at limit %s
"""
# A turn of the connection, not of a transaction: none is open while a text is read.
_TAKE = "select pg_try_advisory_lock(hashtextextended('longwatch.enrichment.text ' || %s::text, 0))"
_GIVE_BACK = "select pg_advisory_unlock(hashtextextended('longwatch.enrichment.text ' || %s::text, 0))"
_TEXT = """
select l.signal_id, s.org_id, s.compartment_id, s.severity, s.title, s.description, s.entities, s.techniques, s.tags,
       s.kind, l.digest
  from enrichment_look l join intake_signal s on s.id = l.signal_id where l.signal_id = %s and l.text = 'waiting'
"""
# Whoever erases the text takes this row away, and waits for whoever has it.
_STILL = "select 1 from enrichment_look where signal_id = %s and text = 'waiting' and digest = %s for update"
_RAW = "select raw from intake_occurrence where signal_id = %s order by at desc, id desc limit 1"
_DONE = "update enrichment_look set text = %s, why = %s where signal_id = %s"
_EXPIRED = """
delete from enrichment_result where id in (select id from enrichment_result where expires_at < %s limit %s)
"""
_OVER = """
delete from enrichment_value where ctid = any (array(select ctid from enrichment_value where until <= %s limit %s))
"""


class Extractor(Watcher):
    """Looks every second for texts that wait; what fails is said and tried again."""

    name = "extractor"
    complaint = "The texts of signals are not being read."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Text after text on one connection; what is over is removed now and then."""
        with as_role(ENGINE) as connection, closing(Finder()) as finder:
            idle, forgot = 0, -FORGET_SECONDS
            while not self.is_stopping():
                if time.monotonic() - forgot > FORGET_SECONDS:
                    forget_expired(connection)
                    forgot = time.monotonic()
                idle = 0 if extract_next(connection, finder) else idle + 1
                if idle == IDLE_LOOKS:
                    finder.close()
                if idle:
                    self.rest()


def extract_next(connection: Connection, finder: Finder) -> bool:
    """Read the text of the most severe signal that waits; False when none does."""
    for (signal,) in connection.execute(_WAITING, [SIDE_BY_SIDE]).fetchall():
        with _turn(connection, signal) as is_ours:
            row = connection.execute(_TEXT, [signal]).fetchone() if is_ours else None
            if row is not None:
                with span("extract") as work:
                    if row[-2] == REPORT:
                        # Else the moment of a report would be known from the trace.
                        work.drop()
                    _read(connection, finder, row)
                return True
    return False


@contextmanager
def _turn(connection: Connection, signal: UUID) -> Iterator[bool]:
    """Whether nobody else reads this text, until the end."""
    found = connection.execute(_TAKE, [signal]).fetchone()
    is_ours = bool(found and found[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            connection.execute(_GIVE_BACK, [signal])


def forget_expired(connection: Connection) -> None:
    """Remove results and values of lists that nobody may rely on any more, some at a time until all are gone."""
    for statement in (_EXPIRED, _OVER):
        while connection.execute(statement, [clock.now(), AT_ONCE]).rowcount >= AT_ONCE:
            pass


def _read(connection: Connection, finder: Finder, row: tuple[Any, ...]) -> None:
    """Find what only the text names; keep it, unless the text is another by then, or was erased."""
    signal, digest = row[0], row[-1]
    found, why = _found(connection, finder, row)
    with connection.transaction():
        if connection.execute(_STILL, [signal, digest]).fetchone() is None:
            return
        try:
            with connection.transaction():
                _keep(connection, row, found)
        except (ValueError, psycopg.DataError) as error:
            logger.warning("The text of a signal could not be looked up: %s", type(error).__name__)
            why = type(error).__name__
        connection.execute(_DONE, ["failed" if why else "done", why, signal])


def _found(connection: Connection, finder: Finder, row: tuple[Any, ...]) -> tuple[list[Thing], str]:
    """What a text names, or why it could not be read."""
    signal, title, description = row[0], row[4], row[5]
    raws = [bytes(raw) for (raw,) in connection.execute(_RAW, [signal]).fetchall()]
    try:
        return things_in(finder.find(text_of(title, description, raws))), ""
    except Unread as refusal:
        return [], refusal.why
    except ValueError as error:
        logger.warning("The text of a signal could not be read: %s", type(error).__name__)
        return [], type(error).__name__


def _keep(connection: Connection, row: tuple[Any, ...], found: list[Thing]) -> None:
    """Look up what was found, and write it down."""
    identity, org, compartment, severity, title, description, entities, techniques, tags, _kind, _digest = row
    if not found:
        return
    known = things_of(entities, techniques, tags, f"{title}\n{description}")
    question = Question(identity, org, compartment, severity, _new(found, known))
    hits = [*_extracted(question), *look_up(connection, [question])]
    keep(connection, [question], hits, clock.now())


def _new(found: list[Thing], known: list[Thing]) -> list[Thing]:
    """What the sender did not name anyway."""
    named = {entity_key(each.kind, each.value) for each in known}
    return [each for each in found if entity_key(each.kind, each.value) not in named][:MOST_EXTRACTED]


def _extracted(question: Question) -> Iterator[Hit]:
    for thing in question.things:
        yield Hit(0, thing, "extracted", source=EXTRACTOR)
