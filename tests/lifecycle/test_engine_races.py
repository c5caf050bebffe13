# SPDX-License-Identifier: Apache-2.0
"""What the engine keeps of a signal, and an erasure that comes while it is at it: nothing of the text stays."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.enrichment.extraction.process import Finder
from longwatch.enrichment.extractor import extract_next
from longwatch.enrichment.stage import enrich
from longwatch.grouping.storing import group_arrivals
from longwatch.intake.services.triage import dismiss
from longwatch.intake.settling import Arrived, settle
from longwatch.ledger.connecting import Connection, as_role
from longwatch.lifecycle.services.classes import change_retention
from longwatch.lifecycle.services.disposing import approve, propose_signals
from longwatch.lifecycle.services.erasing import carry_out
from tests.enrichment.intel_files import EVENT, loaded
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast, make_cast
from tests.search.test_hand_over_races import until_waiting

PERSON = "Jonas Weber"
ADDRESS = "203.0.113.66"


@pytest.fixture
def people(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        cast = make_cast()
        with acting_as(cast.privacy):
            change_retention("signal-alone", days=15, outcome="anonymise", reason="Agreed", by=cast.privacy)
        loaded(cast, EVENT)
        yield cast


@pytest.fixture
def engine(people: Cast) -> Iterator[Connection]:
    with as_role(ENGINE) as found:
        yield found


def arrived(cast: Cast, title: str = f"{PERSON} opened the door", description: str = "") -> UUID:
    """A signal that names somebody, and an address that a list knows."""
    things = [{"kind": "ip", "value": ADDRESS}, {"kind": "host", "value": "weber-laptop"}]
    sent = send(
        make_source(cast), cast, title=title, description=description, rule=title, severity="critical", entities=things
    )
    return sent.signal_id


def is_dismissed(cast: Cast, signal: UUID) -> None:
    with clock.unsafe_pretend(clock.now() - timedelta(days=20)), acting_as(cast.analyst):
        dismiss(signal, "benign", "", by=cast.analyst)


def goes(cast: Cast) -> UUID:
    """A disposal of what was dismissed, approved and waiting for its job."""
    with acting_as(cast.privacy):
        row = propose_signals(cast.signals.id, by=cast.privacy)
    with acting_as(cast.supervisor):
        approve(row.id, by=cast.supervisor)
    return row.id


def erase(disposal: UUID) -> str:
    """In a thread of its own, on a connection of its own."""
    try:
        return carry_out(disposal)
    finally:
        connection.close()


class Meanwhile:
    """A stage that has everything erased, as another does who need not wait; or waits until they wait for this."""

    def __init__(self, cast: Cast, pool: ThreadPoolExecutor) -> None:
        self._cast = cast
        self._pool = pool
        self.erasing: Future[str] | None = None

    def __call__(self, _connection: psycopg.Connection[Any], some: Sequence[Arrived]) -> None:
        for each in some:
            is_dismissed(self._cast, each.id)
        self.erasing = self._pool.submit(erase, goes(self._cast))
        has_ended = Event()
        self.erasing.add_done_callback(lambda _: has_ended.set())
        if not has_ended.wait(2):
            until_waiting(1)


def told(engine: Connection, signal: UUID) -> str:
    """All that the engine keeps about a signal, as one text."""
    found = engine.execute(
        """
        select coalesce(string_agg(x, ' '), '') from (
          select to_jsonb(r)::text from enrichment_result r where signal_id = %(id)s
          union all select to_jsonb(m)::text from grouping_member m where signal_id = %(id)s
          union all select to_jsonb(g)::text from grouping_group g
                     where id in (select group_id from grouping_member where signal_id = %(id)s)) as k (x)
        """,
        {"id": signal},
    ).fetchone()
    return str(found[0]) if found else ""


def test_the_engine_keeps_nothing_of_what_is_erased_during_a_round(people: Cast, engine: Connection) -> None:
    signal = arrived(people)
    with ThreadPoolExecutor(1) as pool:
        meanwhile = Meanwhile(people, pool)
        assert settle(engine, [meanwhile, enrich, group_arrivals]) == 1
        assert meanwhile.erasing is not None
        assert meanwhile.erasing.result(30) == "done"
    kept = told(engine, signal)
    assert [each for each in (ADDRESS, "weber-laptop", PERSON) if each in kept] == []


def test_nor_what_it_had_kept_in_that_round_already(people: Cast, engine: Connection) -> None:
    signal = arrived(people)
    with ThreadPoolExecutor(1) as pool:
        meanwhile = Meanwhile(people, pool)
        settle(engine, [enrich, group_arrivals, meanwhile])
        assert meanwhile.erasing is not None
        assert meanwhile.erasing.result(30) == "done"
    kept = told(engine, signal)
    assert [each for each in (ADDRESS, "weber-laptop", PERSON) if each in kept] == []


def test_what_is_being_erased_holds_up_no_round(people: Cast, engine: Connection, committed_db: Address) -> None:
    signal, other = arrived(people), arrived(people, title="Something else")
    seen: list[UUID] = []
    with superuser(committed_db) as eraser, eraser.transaction():
        eraser.execute("select 1 from intake_signal where id = %s for update", [signal])
        settle(engine, [lambda _c, some: seen.extend(each.id for each in some)])
        assert seen == [other]
    settle(engine, [lambda _c, some: seen.extend(each.id for each in some)])
    assert seen == [other, signal]


class Interrupted(Finder):
    """A reader that does something else before it answers."""

    def __init__(self, act: Any) -> None:
        super().__init__()
        self._act = act

    def find(self, text: str) -> dict[str, list[str]]:
        self._act()
        return super().find(text)


@pytest.mark.slow
class TestExtractNext:
    """longwatch.enrichment.extractor.extract_next"""

    def test_keeps_nothing_of_a_text_that_was_erased_while_it_was_read(self, people: Cast, engine: Connection) -> None:
        signal = arrived(people, description="It talked to 198[.]51[.]100[.]9 before.")
        settle(engine, [enrich])
        is_dismissed(people, signal)
        disposal = goes(people)
        with ThreadPoolExecutor(1) as pool:
            finder = Interrupted(lambda: pool.submit(erase, disposal).result(30))
            try:
                assert extract_next(engine, finder)
            finally:
                finder.close()
        assert "198.51.100.9" not in told(engine, signal)

    def test_has_no_transaction_open_while_it_reads(self, people: Cast, engine: Connection) -> None:
        arrived(people)
        settle(engine, [enrich])
        states: list[psycopg.pq.TransactionStatus] = []
        finder = Interrupted(lambda: states.append(engine.info.transaction_status))
        try:
            extract_next(engine, finder)
        finally:
            finder.close()
        assert states == [psycopg.pq.TransactionStatus.IDLE]

    def test_leaves_a_text_to_whoever_reads_it_already(self, people: Cast, engine: Connection) -> None:
        arrived(people)
        settle(engine, [enrich])
        others: list[bool] = []
        second = Finder()
        with as_role(ENGINE) as other:
            finder = Interrupted(lambda: others.append(extract_next(other, second)))
            try:
                assert extract_next(engine, finder)
            finally:
                finder.close()
                second.close()
        assert others == [False]
