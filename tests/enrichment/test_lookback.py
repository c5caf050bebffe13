# SPDX-License-Identifier: Apache-2.0
"""Signals that are there already are looked up in what was loaded since."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.enrichment import lookback, selectors
from longwatch.enrichment.feeds.fetcher import Fetcher
from longwatch.enrichment.lookback import look_back
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.services.intel import remove
from longwatch.intake.services import triage
from longwatch.ledger.connecting import as_role
from tests.enrichment.intel_files import ATTACK, EVENT, KEV, loaded
from tests.enrichment.test_stage import kinds, run
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast
from tests.search.test_hand_over_races import until_waiting

BAD = "203.0.113.66"
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookback, "SPACING", timedelta(0))


def there(cast: Cast, engine: Connection, value: str = BAD, kind: str = "ip", **fields: object) -> UUID:
    """A signal that was looked up before anything was loaded."""
    sent = send(make_source(cast), cast, entities=[{"kind": kind, "value": value}], **fields)
    run(engine, sent.signal_id)
    return sent.signal_id


class TestLookBack:
    """look_back"""

    def test_finds_what_was_loaded_after_the_signal_came(self, committed: Cast, engine: Connection) -> None:
        signal = there(committed, engine)
        assert kinds(committed, signal) == set()
        loaded(committed, EVENT)
        assert look_back(engine) == 1
        assert kinds(committed, signal) == {("indicator", BAD)}
        with acting_as(committed.analyst):
            [result] = selectors.enrichment(signal).results
        assert (result.facts["event"], result.proposed_severity) == ("Quiet Heron", 3)

    def test_changes_nothing_about_signals_that_name_nothing_of_it(self, committed: Cast, engine: Connection) -> None:
        signal = there(committed, engine, "198.51.100.1")
        loaded(committed, EVENT)
        assert look_back(engine) == 0
        assert kinds(committed, signal) == set()

    def test_does_it_once_and_says_the_same_once(self, committed: Cast, engine: Connection) -> None:
        signal = there(committed, engine)
        loaded(committed, EVENT)
        run(engine, signal)
        assert [look_back(engine), look_back(engine)] == [1, 0]
        loaded(committed, {"Event": EVENT["Event"] | {"date": "2026-01-03"}})
        assert look_back(engine) == 1
        with acting_as(committed.analyst):
            assert len(selectors.enrichment(signal).results) == 1

    def test_reaches_hosts_below_a_name_networks_techniques_and_vulnerabilities(
        self, committed: Cast, engine: Connection
    ) -> None:
        below = there(committed, engine, "c2.bad.example", "domain")
        inside = there(committed, engine, "198.51.100.77")
        technique = there(committed, engine, "web1", "host", techniques=["T1059.001"], title="CVE-2021-44228")
        loaded(committed, b"bad.example\n198.51.100.0/24\n", "ours")
        loaded(committed, ATTACK)
        loaded(committed, KEV)
        assert sum(look_back(engine) for _ in range(3)) == 4
        assert kinds(committed, below) == {("indicator", "c2.bad.example")}
        assert kinds(committed, inside) == {("indicator", "198.51.100.77")}
        assert kinds(committed, technique) == {("technique", "T1059.001"), ("kev", "CVE-2021-44228")}

    def test_reaches_what_only_the_text_names(self, committed: Cast, committed_db: Address, engine: Connection) -> None:
        signal = there(committed, engine, "web1", "host")
        with superuser(committed_db) as other:
            other.execute(
                "insert into enrichment_result (id, org_id, compartment_id, signal_id, kind, entity_kind, value,"
                " from_text, source, edition, facts, at, expires_at) select gen_random_uuid(), org_id, compartment_id,"
                " signal_id, 'extracted', 'ip', %s, true, 'ioc-finder', '', '{}', now(), now() + interval '1 day'"
                " from enrichment_look where signal_id = %s",
                [BAD, signal],
            )
        loaded(committed, EVENT)
        look_back(engine)
        with acting_as(committed.analyst):
            found = {each.kind: each for each in selectors.enrichment(signal).results}
        assert set(found) == {"extracted", "indicator"}
        assert found["indicator"].from_text

    def test_takes_back_what_the_list_no_longer_bears_out(self, committed: Cast, engine: Connection) -> None:
        signal = there(committed, engine)
        [dataset] = loaded(committed, EVENT)
        look_back(engine)
        with acting_as(committed.administrator):
            remove(dataset.id, by=committed.administrator)
        look_back(engine)
        assert kinds(committed, signal) == set()

    def test_leaves_out_what_was_judged_long_ago(
        self, committed: Cast, committed_db: Address, engine: Connection
    ) -> None:
        old, judged = there(committed, engine), there(committed, engine)
        with acting_as(committed.analyst):
            for each in (old, judged):
                triage.dismiss(each, "benign", "", by=committed.analyst)
        with superuser(committed_db) as other:
            other.execute("set session_replication_role = replica")
            other.execute("update intake_signal set first_seen = now() - interval '30 days' where id = %s", [old])
        loaded(committed, EVENT)
        assert look_back(engine) == 1
        assert ("indicator", BAD) in kinds(committed, judged)
        assert ("indicator", BAD) not in kinds(committed, old)

    def test_is_bounded(self, committed: Cast, engine: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lookback, "MOST_SIGNALS", 1)
        older, newest = there(committed, engine), there(committed, engine)
        loaded(committed, EVENT)
        assert look_back(engine) == 1
        assert ("indicator", BAD) in kinds(committed, newest)
        assert ("indicator", BAD) not in kinds(committed, older)

    def test_leaves_a_signal_whose_text_is_another_by_then_to_who_looks_it_up(
        self, committed: Cast, engine: Connection
    ) -> None:
        signal = there(committed, engine)
        loaded(committed, EVENT)
        engine.execute("update enrichment_look set digest = 'x' where signal_id = %s", [signal])
        [named] = lookback._named(engine, [signal])
        engine.execute("update enrichment_look set digest = 'y' where signal_id = %s", [signal])
        changed = lookback.List(*engine.execute(lookback._DUE, [clock.now()]).fetchone())  # type: ignore[misc]
        [(_named, hits)] = lookback._hits(engine, changed, [named])
        assert not lookback._kept(engine, changed, named, hits, clock.now())
        assert kinds(committed, signal) == set()

    def test_stays_in_its_organisation(self, committed: Cast, engine: Connection) -> None:
        signal = there(committed, engine)
        engine.execute("select 1")
        loaded(committed, EVENT)
        row = engine.execute("select org_id from enrichment_lookback").fetchone()
        assert row == (committed.organisation.id,)
        look_back(engine)
        with acting_as(committed.outsider):
            assert selectors.enrichment(signal).results == []

    def test_takes_results_back_only_after_who_is_looking_the_signal_up(
        self, committed: Cast, committed_db: Address, engine: Connection
    ) -> None:
        signal = there(committed, engine)
        [dataset] = loaded(committed, EVENT)
        look_back(engine)
        with acting_as(committed.administrator):
            remove(dataset.id, by=committed.administrator)
        with ThreadPoolExecutor(1) as pool:
            with superuser(committed_db) as other, other.transaction():
                other.execute("select 1 from enrichment_look where signal_id = %s for update", [signal])
                looking = pool.submit(look_back, engine)
                until_waiting(1)
                held = "select 1 from enrichment_result where signal_id = %s for update nowait"
                assert other.execute(held, [signal]).fetchone() == (1,)
            looking.result(30)
        assert kinds(committed, signal) == set()

    def test_waits_while_another_worker_does_it(self, committed: Cast, engine: Connection) -> None:
        there(committed, engine)
        loaded(committed, EVENT)
        with as_role(ENGINE) as other:
            other.execute(lookback._LOCK)
            assert look_back(engine) == 0
            other.execute(lookback._UNLOCK)
        assert look_back(engine) == 1

    def test_does_it_again_only_after_a_while(
        self, committed: Cast, engine: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there(committed, engine)
        loaded(committed, EVENT)
        assert look_back(engine) == 1
        monkeypatch.setattr(lookback, "SPACING", timedelta(hours=1))
        loaded(committed, {"Event": EVENT["Event"] | {"date": "2026-01-03"}})
        assert look_back(engine) == 0


@pytest.mark.slow
def test_the_worker_does_it_within_seconds(committed: Cast, engine: Connection) -> None:
    signal = there(committed, engine)
    fetcher = Fetcher(look_seconds=0.1)
    fetcher.start()
    try:
        loaded(committed, EVENT)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not kinds(committed, signal):
            time.sleep(0.1)
    finally:
        fetcher.stop()
    assert kinds(committed, signal) == {("indicator", BAD)}
