# SPDX-License-Identifier: Apache-2.0
"""Texts that wait are read, and what they name is looked up."""

import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.enrichment import extractor, selectors
from longwatch.enrichment.extraction.process import Finder
from longwatch.enrichment.extractor import Extractor, extract_next, forget_expired
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.models import Look
from tests.enrichment.intel_files import EVENT, loaded
from tests.enrichment.test_stage import kinds, run
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast

PATIENCE = 30.0


@pytest.fixture(scope="module")
def finder() -> Iterator[Finder]:
    running = Finder()
    yield running
    running.close()


def state(cast: Cast, signal: UUID) -> str:
    with acting_as(cast.analyst):
        return Look.objects.get(signal_id=signal).text


@pytest.mark.slow
class TestExtractNext:
    """extract_next"""

    def test_finds_what_only_the_text_names_and_looks_it_up(
        self, committed: Cast, engine: Connection, finder: Finder
    ) -> None:
        loaded(committed, EVENT)
        sent = send(
            make_source(committed), committed, title="Beacon", description="talks to 203[.]0[.]113[.]66 often",
            entities=[{"kind": "host", "value": "web1"}],
        )  # fmt: skip
        run(engine, sent.signal_id)
        assert state(committed, sent.signal_id) == "waiting"
        assert extract_next(engine, finder)
        assert state(committed, sent.signal_id) == "done"
        assert kinds(committed, sent.signal_id) == {("extracted", "203.0.113.66"), ("indicator", "203.0.113.66")}
        with acting_as(committed.analyst):
            assert all(each.from_text for each in selectors.enrichment(sent.signal_id).results)

    def test_forgets_what_was_found_in_a_body_when_that_goes(
        self, committed: Cast, engine: Connection, finder: Finder, committed_db: Address
    ) -> None:
        sent = send(make_source(committed), committed, title="Beacon", description="talks to 203.0.113.66")
        run(engine, sent.signal_id)
        extract_next(engine, finder)
        assert kinds(committed, sent.signal_id) == {("extracted", "203.0.113.66")}
        with superuser(committed_db) as administrator:
            administrator.execute("alter table intake_occurrence disable trigger intake_occurrence_insert_only")
            administrator.execute("update intake_occurrence set raw = '' where signal_id = %s", [sent.signal_id])
        assert kinds(committed, sent.signal_id) == set()

    def test_does_nothing_when_nothing_waits(self, engine: Connection, finder: Finder) -> None:
        assert not extract_next(engine, finder)

    def test_takes_the_most_severe_first(self, committed: Cast, engine: Connection, finder: Finder) -> None:
        source = make_source(committed)
        low = send(source, committed, title="Low", dedup_key="l", severity="low")
        critical = send(source, committed, title="Critical", dedup_key="c", severity="critical")
        run(engine, low.signal_id, critical.signal_id)
        extract_next(engine, finder)
        assert (state(committed, low.signal_id), state(committed, critical.signal_id)) == ("waiting", "done")

    def test_says_that_a_text_could_not_be_read(self, committed: Cast, engine: Connection) -> None:
        sent = send(make_source(committed), committed, title="A", description="http://a" + "/a" * 8_000)
        run(engine, sent.signal_id)
        hurried = Finder(seconds=0.05)
        try:
            hurried.find("warm")
            assert extract_next(engine, hurried)
        finally:
            hurried.close()
        assert state(committed, sent.signal_id) == "failed"


class TestForgetExpired:
    def test_removes_what_nobody_may_rely_on(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, EVENT)
        sent = send(make_source(committed), committed, entities=[{"kind": "ip", "value": "203.0.113.66"}])
        run(engine, sent.signal_id)
        engine.execute("update enrichment_result set expires_at = %s", [clock.now()])
        forget_expired(engine)
        [row] = engine.execute("select count(*) from enrichment_result").fetchall()
        assert row[0] == 0

    def test_goes_on_until_all_of_it_is_gone_and_takes_values_that_are_over(
        self, committed: Cast, committed_db: Address, engine: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(extractor, "AT_ONCE", 1)
        loaded(committed, b"203.0.113.66\n203.0.113.67\n203.0.113.68\n", "list")
        things = [{"kind": "ip", "value": f"203.0.113.{end}"} for end in (66, 67, 68)]
        run(engine, send(make_source(committed), committed, entities=things).signal_id)
        engine.execute("update enrichment_result set expires_at = %s", [clock.now()])
        with superuser(committed_db) as other:
            other.execute("update enrichment_value set until = now() where key <> '203.0.113.68/32'")
        forget_expired(engine)
        counted = "select (select count(*) from enrichment_result), (select count(*) from enrichment_value)"
        assert engine.execute(counted).fetchone() == (0, 1)


@pytest.mark.slow
class TestExtractor:
    def test_reads_by_itself(self, committed: Cast, engine: Connection) -> None:
        sent = send(make_source(committed), committed, title="Beacon to 203.0.113.66")
        run(engine, sent.signal_id)
        running = Extractor(look_seconds=0.05)
        running.start()
        try:
            end = time.monotonic() + PATIENCE
            while state(committed, sent.signal_id) == "waiting":
                assert time.monotonic() < end, "it was not read"
                time.sleep(0.05)
        finally:
            running.stop()
        assert state(committed, sent.signal_id) == "done"
