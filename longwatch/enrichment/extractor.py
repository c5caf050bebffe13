# SPDX-License-Identifier: Apache-2.0
"""Reads the texts of signals that wait for it, one after another, in a thread of the worker."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import psycopg

from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE
from longwatch.enrichment.asking import Question, Thing, things_of
from longwatch.enrichment.extraction.process import Finder, Unread
from longwatch.enrichment.extraction.tidying import text_of, things_in
from longwatch.enrichment.lookups import Connection, Hit
from longwatch.enrichment.stage import keep, look_up
from longwatch.entities.kinds import entity_key
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
LONGEST_PAUSE = 60.0
# The process that reads is given back when nothing came for so long.
IDLE_LOOKS = 30
MOST_EXTRACTED = 50
EXTRACTOR = "ioc-finder"
_NEXT = """
select l.signal_id, s.org_id, s.compartment_id, s.severity, s.title, s.description, s.entities, s.techniques, s.tags
  from enrichment_look l join intake_signal s on s.id = l.signal_id
 where l.text = 'waiting' order by l.severity desc, l.at limit 1 for update of l skip locked
"""
_RAW = "select raw from intake_occurrence where signal_id = %s order by at desc, id desc limit 1"
_DONE = "update enrichment_look set text = %s, why = %s where signal_id = %s"
_EXPIRED = """
delete from enrichment_result where id in (select id from enrichment_result where expires_at < %s limit 5000)
"""


class Extractor:
    """Looks every second for texts that wait; what fails is said and tried again."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="extractor", daemon=True)
        self._finder = Finder()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = self._look_seconds
        while not self._stopping.is_set():
            try:
                self._watch()
                pause = self._look_seconds
            except Exception:
                logger.exception("The texts of signals are not being read.")
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._finder.close()

    def _watch(self) -> None:
        with as_role(ENGINE) as connection:
            idle = 0
            while not self._stopping.is_set():
                idle = 0 if extract_next(connection, self._finder) else idle + 1
                if idle == IDLE_LOOKS:
                    self._finder.close()
                    forget_expired(connection)
                if idle:
                    self._stopping.wait(self._look_seconds)


def extract_next(connection: Connection, finder: Finder) -> bool:
    """Read the text of the most severe signal that waits; False when none does."""
    with connection.transaction():
        row = connection.execute(_NEXT).fetchone()
        if row is None:
            return False
        state, why = _guarded(connection, finder, row)
        connection.execute(_DONE, [state, why, row[0]])
    return True


def forget_expired(connection: Connection) -> None:
    """Remove results that nobody may rely on any more."""
    connection.execute(_EXPIRED, [clock.now()])


def _guarded(connection: Connection, finder: Finder, row: tuple[Any, ...]) -> tuple[str, str]:
    """The same, where one text that cannot be digested holds up no other."""
    try:
        with connection.transaction():
            return _extract(connection, finder, row)
    except (ValueError, psycopg.DataError) as error:
        logger.warning("The text of a signal could not be looked up: %s", type(error).__name__)
        return "failed", type(error).__name__


def _extract(connection: Connection, finder: Finder, row: tuple[Any, ...]) -> tuple[str, str]:
    """Find what only the text names, look that up and keep it; how far that got, and why no further."""
    identity, org, compartment, severity, title, description, entities, techniques, tags = row
    raws = [bytes(raw) for (raw,) in connection.execute(_RAW, [identity]).fetchall()]
    try:
        found = things_in(finder.find(text_of(title, description, raws)))
    except Unread as refusal:
        return "failed", refusal.why
    known = things_of(entities, techniques, tags, f"{title}\n{description}")
    question = Question(identity, org, compartment, severity, _new(found, known))
    hits = [*_extracted(question), *look_up(connection, [question])]
    keep(connection, [question], hits, clock.now())
    return "done", ""


def _new(found: list[Thing], known: list[Thing]) -> list[Thing]:
    """What the sender did not name anyway."""
    named = {entity_key(each.kind, each.value) for each in known}
    return [each for each in found if entity_key(each.kind, each.value) not in named][:MOST_EXTRACTED]


def _extracted(question: Question) -> Iterator[Hit]:
    for thing in question.things:
        yield Hit(0, thing, "extracted", source=EXTRACTOR)
