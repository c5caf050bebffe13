# SPDX-License-Identifier: Apache-2.0
"""The settler's stage on committed signals, by the engine's own connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.enrichment import selectors
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.models import Result
from longwatch.enrichment.services.inventory import add_item
from longwatch.enrichment.services.watching import make_watchlist, watch
from longwatch.enrichment.stage import enrich, keeps_quiet
from longwatch.intake.models import Signal
from longwatch.intake.services import triage
from tests.enrichment.intel_files import ATTACK, EVENT, KEV, WARNINGLIST, loaded
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast


@dataclass
class Row:
    id: UUID


def run(engine: Connection, *ids: UUID) -> None:
    with engine.transaction():
        enrich(engine, [Row(each) for each in ids])


def found(cast: Cast, signal: UUID, name: str = "analyst") -> Sequence[Result]:
    with acting_as(cast.actors[name]):
        return selectors.enrichment(signal).results


def kinds(cast: Cast, signal: UUID, name: str = "analyst") -> set[tuple[str, str]]:
    return {(each.kind, each.value) for each in found(cast, signal, name)}


def entity(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


class TestEnrich:
    """enrich"""

    def test_finds_what_loaded_lists_say(self, committed: Cast, engine: Connection) -> None:
        for each in (WARNINGLIST, KEV, ATTACK, EVENT):
            loaded(committed, each)
        things = [entity("ip", "192.0.2.7"), entity("ip", "203.0.113.66"), entity("url", "http://bad.example/x")]
        sent = send(
            make_source(committed), committed, title="Log4j CVE-2021-44228", severity="low", entities=things,
            techniques=["T1059.001"],
        )  # fmt: skip
        run(engine, sent.signal_id)
        assert kinds(committed, sent.signal_id) == {
            ("warninglist", "192.0.2.7"), ("indicator", "203.0.113.66"), ("indicator", "http://bad.example/x"),
            ("kev", "CVE-2021-44228"), ("technique", "T1059.001"),
        }  # fmt: skip
        by_kind = {each.kind: each for each in found(committed, sent.signal_id)}
        assert (by_kind["kev"].source, by_kind["kev"].edition) == ("CISA Known Exploited Vulnerabilities", "2026.01.05")
        assert by_kind["kev"].proposed_severity == 4
        assert by_kind["kev"].expires_at > clock.now()

    def test_never_changes_the_signal(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        sent = send(make_source(committed), committed, title="CVE-2021-44228", severity="low")
        with acting_as(committed.analyst):
            before = Signal.objects.get(id=sent.signal_id)
        run(engine, sent.signal_id)
        with acting_as(committed.analyst):
            after = Signal.objects.get(id=sent.signal_id)
        assert (after.severity, after.version) == (before.severity, before.version)

    def test_finds_what_is_ours_and_watched_for(self, committed: Cast, engine: Connection) -> None:
        with acting_as(committed.supervisor):
            add_item(
                "asset",
                {"name": "web1", "identifiers": ["host:web1"], "criticality": "critical"},
                by=committed.supervisor,
            )
            row = make_watchlist(
                name="W", reason="Police", expires_at=clock.now() + timedelta(1), by=committed.supervisor
            )
            watch(row.id, kind="ip", value="192.0.2.7", by=committed.supervisor)
        sent = send(make_source(committed), committed, entities=[entity("host", "WEB1"), entity("ip", "192.0.2.7")])
        run(engine, sent.signal_id)
        assert {kind for kind, _value in kinds(committed, sent.signal_id, "supervisor")} == {"asset", "watched"}

    def test_says_how_often_it_was_seen_and_what_became_of_it(self, committed: Cast, engine: Connection) -> None:
        source = make_source(committed)
        before = [
            send(source, committed, title=f"N{n}", dedup_key=f"N{n}", entities=[entity("ip", "192.0.2.7")])
            for n in range(6)
        ]
        with acting_as(committed.analyst):
            for each in before[:5]:
                triage.dismiss(each.signal_id, "benign", "", by=committed.analyst)
        sent = send(source, committed, title="Now", dedup_key="now", entities=[entity("ip", "192.0.2.7")])
        run(engine, sent.signal_id)
        [seen] = found(committed, sent.signal_id)
        assert (seen.facts["signals"], seen.facts["outcomes"]) == (6, {"dismissed:benign": 5, "new": 1})

    def test_asks_the_same_question_once_a_day(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        source = make_source(committed)
        sent = send(source, committed, title="CVE-2021-44228")
        run(engine, sent.signal_id)
        first = [each.id for each in found(committed, sent.signal_id)]
        run(engine, sent.signal_id)
        assert [each.id for each in found(committed, sent.signal_id)] == first

    def test_asks_again_when_there_is_more_to_ask(self, committed: Cast, engine: Connection) -> None:
        source = make_source(committed)
        sent = send(source, committed, title="A", dedup_key="a", entities=[entity("ip", "203.0.113.66")])
        run(engine, sent.signal_id)
        loaded(committed, EVENT)
        send(source, committed, title="A", dedup_key="a", entities=[entity("host", "web1")])
        run(engine, sent.signal_id)
        assert kinds(committed, sent.signal_id) == {("indicator", "203.0.113.66")}

    def test_is_kept_when_a_repeat_names_more(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        source = make_source(committed)
        sent = send(source, committed, title="CVE-2021-44228", dedup_key="a")
        run(engine, sent.signal_id)
        send(source, committed, title="CVE-2021-44228", dedup_key="a", entities=[entity("host", "web1")])
        assert ("kev", "CVE-2021-44228") in kinds(committed, sent.signal_id)

    def test_is_read_inside_the_compartment_only(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        sent = send(make_source(committed), committed, title="CVE-2021-44228")
        run(engine, sent.signal_id)
        for name in ("outsider", "hr", "auditor"):
            assert not found(committed, sent.signal_id, name)

    def test_is_forgotten_with_the_words_that_it_was_found_in(
        self, committed: Cast, committed_db: Address, engine: Connection
    ) -> None:
        loaded(committed, KEV)
        sent = send(make_source(committed), committed, title="CVE-2021-44228")
        run(engine, sent.signal_id)
        with superuser(committed_db) as connection:
            connection.execute("alter table intake_signal disable trigger ledger_entry_required_update")
            connection.execute("update intake_signal set title = '(erased)', version = version + 1")
        [row] = engine.execute("select count(*) from enrichment_result").fetchall()
        assert row[0] == 0

    def test_may_write_nothing_but_results(self, engine: Connection) -> None:
        for statement in (
            "update intake_signal set severity = 0", "delete from intake_signal", "select * from ledger_entry",
            "update enrichment_item set owner = 'x'", "insert into enrichment_watch_entry default values",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                engine.execute(statement)


class TestKeepsQuiet:
    def test_says_nothing_that_would_tell_when_a_reporter_wrote(self) -> None:
        day: Any = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        assert keeps_quiet("report", day)
        assert not keeps_quiet("report", day + timedelta(hours=3))
        assert not keeps_quiet("alert", day)
