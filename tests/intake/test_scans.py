# SPDX-License-Identifier: Apache-2.0
"""What is shown of sources is right, and costs the same however much came (intake/sql/scans.sql)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

import longwatch.intake
from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.grouping.storing import group_arrivals
from longwatch.intake.canary_models import Canary
from longwatch.intake.canary_stage import mark_canaries
from longwatch.intake.jobs import count_arrivals, watch_canaries, watch_sources
from longwatch.intake.models import Source
from longwatch.intake.services.canaries import send_canary
from longwatch.intake.settling import settle
from longwatch.intake.source_health import healths, note_heard, volume
from longwatch.ledger.connecting import as_role
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast, make_cast
from tests.search.test_wall import replace_functions

FILES = Path(longwatch.intake.__file__).parent / "sql"
COUNTING = (FILES / "scans.sql").read_text(encoding="utf-8").partition("-- Counts what came")
SHOWING = (
    (FILES / "known_figures.sql")
    .read_text(encoding="utf-8")
    .partition("create or replace function intake_source_volume")
)
FUNCTIONS = "".join(COUNTING[1:]) + SHOWING[1] + SHOWING[2].partition("$$;")[0] + "$$;\n"
WALKS = """
explain select min(e.at) from ledger_entry e where e.action = 'signal.acknowledged' and e.at >= now() - interval '1 day'
"""
COUNTS = "explain select count(*) from intake_signal s where s.first_seen >= now() - interval '1 day'"


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


def come(town: Cast, source: Source, ago: timedelta, number: int = 1) -> None:
    with clock.unsafe_pretend(clock.now() - ago):
        for _ in range(number):
            send(source, town, dedup_key="same")


def canary(town: Cast, source: Source, ago: timedelta) -> None:
    with clock.unsafe_pretend(clock.now() - ago), acting_as(town.analyst):
        send_canary(source.id, by=town.analyst)
    with as_role(ENGINE) as engine:
        settle(engine, [group_arrivals, mark_canaries])


def shown(town: Cast, source: Source) -> int:
    with acting_as(town.supervisor):
        return sum(hour.arrivals for hour in volume(source.id, clock.now()))


def heard(town: Cast, source: Source) -> datetime | None:
    with acting_as(town.supervisor):
        return healths()[source.id].last_at


class TestVolume:
    def filled(self, town: Cast, source: Source) -> int:
        """What came over a day, counted twice in between."""
        come(town, source, timedelta(hours=5), 3)
        canary(town, source, timedelta(minutes=3))
        count_arrivals(0)
        count_arrivals(0)
        come(town, source, timedelta(0), 4)
        return shown(town, source)

    def test_is_what_was_counted_and_what_came_since(self, town: Cast, source: Source) -> None:
        assert self.filled(town, source) == 7
        assert count_arrivals(0) == 0

    def test_counts_a_whole_day_when_it_counts_first(self, town: Cast, source: Source) -> None:
        come(town, source, timedelta(hours=23), 2)
        come(town, source, timedelta(hours=25, minutes=30), 5)
        count_arrivals(0)
        assert shown(town, source) == 2

    def test_shows_the_last_minutes_before_anything_is_counted(self, town: Cast, source: Source) -> None:
        come(town, source, timedelta(minutes=1), 2)
        come(town, source, timedelta(hours=1), 2)
        assert shown(town, source) == 2

    def test_is_caught_when_it_counts_twice_or_not_all(self, town: Cast, source: Source) -> None:
        for right, wrong in (
            ("o.at >= greatest((select m.until from intake_volume_mark m), now() - interval '5 minutes')",
             "o.at >= now() - interval '5 minutes'"),
            ("update intake_volume_mark set until = upto;", "update intake_volume_mark set until = now();"),
        ):  # fmt: skip
            assert FUNCTIONS.count(right) == 1
            replace_functions(FUNCTIONS.replace(right, wrong))
            come(town, source, timedelta(minutes=3), 2)
            count_arrivals(0)
            come(town, source, timedelta(0), 2)
            assert shown(town, source) != 4, wrong
            source = make_source(town)


class TestHeard:
    def test_is_the_newest_that_is_no_canary_before_and_after_it_was_noted(self, town: Cast, source: Source) -> None:
        assert heard(town, source) is None
        come(town, source, timedelta(hours=3))
        first = heard(town, source)
        for minutes in (90, 60, 3):
            canary(town, source, timedelta(minutes=minutes))
        assert heard(town, source) == first
        watch_sources(0)
        assert heard(town, source) == first
        come(town, source, timedelta(0))
        assert (heard(town, source) or clock.now()) > clock.now() - timedelta(minutes=1)

    def test_looks_at_no_entry_twice(self, town: Cast, source: Source) -> None:
        come(town, source, timedelta(hours=3))
        assert note_heard() == 1
        assert note_heard() == 0

    def test_leaves_what_may_still_turn_out_to_be_a_canary(self, town: Cast, source: Source) -> None:
        come(town, source, timedelta(minutes=1))
        assert note_heard() == 0

    def test_is_caught_when_canaries_count(self, town: Cast, source: Source) -> None:
        unless = "and not exists (select 1 from intake_canary c where c.entry_id = e.id)\n         "
        newest = "order by e.id desc limit 1) real"
        assert FUNCTIONS.count(unless + newest) == 1
        replace_functions(FUNCTIONS.replace(unless + newest, newest))
        come(town, source, timedelta(hours=3))
        first = heard(town, source)
        canary(town, source, timedelta(minutes=3))
        note_heard()
        assert heard(town, source) != first


class TestCanaries:
    def test_are_forgotten_after_a_month_and_are_no_sign_of_life_still(self, town: Cast, source: Source) -> None:
        canary(town, source, timedelta(days=31))
        canary(town, source, timedelta(days=29))
        watch_canaries(0)
        assert left(town) == 2, "their entries were not looked at yet"
        watch_sources(0)
        watch_canaries(0)
        assert left(town) == 1
        assert heard(town, source) is None


def left(town: Cast) -> int:
    with acting_as(town.supervisor):
        return Canary.objects.count()


class TestPlans:
    """With an index for each, where most rows are old."""

    @pytest.fixture
    def looking(self, town: Cast, committed_db: Address) -> Iterator[psycopg.Connection[Any]]:
        with superuser(committed_db) as administrator:
            administrator.execute("set enable_seqscan = off")
            yield administrator

    def test_use_it_for_signals_of_the_last_days(self, looking: psycopg.Connection[Any]) -> None:
        with looking.transaction(force_rollback=True):
            # Which a planner that skips may take where there are few.
            looking.execute("drop index intake_signal_compartment, intake_signal_newest")
            assert "intake_signal_first_seen" in plan(looking, COUNTS)

    def test_use_it_for_what_was_acknowledged(self, looking: psycopg.Connection[Any]) -> None:
        with_it = plan(looking, WALKS)
        with looking.transaction(force_rollback=True):
            looking.execute("drop index ledger_entry_acknowledged")
            assert plan(looking, WALKS) != with_it
        assert "Seq Scan" not in with_it


def plan(looking: psycopg.Connection[Any], statement: str) -> str:
    return "\n".join(line for (line,) in looking.execute(statement).fetchall())
