# SPDX-License-Identifier: Apache-2.0
"""What arrived goes through the stages: fairly, once, and past whatever cannot be digested."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from longwatch.core.postgres.address import ENGINE, Address
from longwatch.core.tracing import Kind, Recorded, Value, record_with
from longwatch.intake.settling import LEAST_A_SOURCE, MOST_A_SOURCE, MOST_ATTEMPTS, Arrived, Settler, paced, settle
from longwatch.ledger.connecting import Connection, as_role
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast

PATIENCE = 20.0


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


class Tray:
    """A stage that keeps what it is given."""

    def __init__(self) -> None:
        self.seen: list[Arrived] = []

    def __call__(self, _connection: psycopg.Connection[Any], arrived: Sequence[Arrived]) -> None:
        self.seen += arrived

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.seen]


def refusing(title: str) -> Any:
    """A stage that fails on signals of one title."""

    def stage(_connection: psycopg.Connection[Any], arrived: Sequence[Arrived]) -> None:
        if any(each.title == title for each in arrived):
            raise ValueError(title)

    return stage


def waiting(engine: Connection) -> int:
    found = engine.execute(
        "select (select count(*) from intake_unsettled) + (select count(*) from intake_settling)"
    ).fetchone()
    return int(found[0]) if found else 0


def test_what_arrived_comes_to_the_stages_once(town: Cast) -> None:
    source, tray = make_source(town), Tray()
    send(source, town, title="Door forced", entities=[{"kind": "host", "value": "web-1"}])
    with as_role(ENGINE) as engine:
        assert settle(engine, [tray]) == 1
        assert settle(engine, [tray]) == 0
        assert waiting(engine) == 0
    (arrived,) = tray.seen
    assert (arrived.title, arrived.source, arrived.arrivals) == ("Door forced", source.name, 1)
    assert arrived.entities[0]["value"] == "web-1"


def test_repeats_are_counted_and_come_again(town: Cast) -> None:
    source, tray = make_source(town), Tray()
    with as_role(ENGINE) as engine:
        for _ in range(3):
            send(source, town)
        settle(engine, [tray])
        send(source, town)
        settle(engine, [tray])
    assert [(each.count, each.arrivals) for each in tray.seen] == [(3, 3), (4, 1)]


def test_a_new_signal_counts_from_when_it_happened_and_a_repeat_from_when_it_came(town: Cast) -> None:
    source, tray = make_source(town), Tray()
    with as_role(ENGINE) as engine:
        for _ in range(2):
            send(source, town, occurred_at="2026-01-02T03:04:05Z")
            settle(engine, [tray])
    first, again = tray.seen
    assert first.at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert again.at == again.last_seen


def test_a_flood_leaves_room_for_others_and_what_is_severe_comes_first(town: Cast) -> None:
    scanner, other, tray = make_source(town), make_source(town), Tray()
    for number in range(MOST_A_SOURCE + 10):
        send(scanner, town, title=f"Scan {number}", severity="low")
    send(other, town, title="Ransomware", severity="critical")
    with as_role(ENGINE) as engine:
        assert settle(engine, [tray]) == MOST_A_SOURCE + 1
        assert tray.titles[0] == "Ransomware"
        assert settle(engine, [tray]) == 10


def test_one_that_a_stage_fails_on_holds_up_no_other_and_is_given_up(
    town: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    source, tray = make_source(town), Tray()
    send(source, town, title="Bad")
    send(source, town, title="Good")
    with as_role(ENGINE) as engine:
        for _ in range(MOST_ATTEMPTS):
            settle(engine, [refusing("Bad"), tray])
        assert settle(engine, [refusing("Bad"), tray]) == 0
        # It stays for whoever has it tried again.
        assert waiting(engine) == 1
    assert tray.titles == ["Good"]
    assert "is left ungrouped" in caplog.text


def test_what_was_taken_when_the_engine_ended_is_taken_up_again(town: Cast) -> None:
    source, tray = make_source(town), Tray()
    send(source, town)

    def ends(connection: psycopg.Connection[Any], _arrived: Sequence[Arrived]) -> None:
        connection.close()
        connection.execute("select 1")

    with pytest.raises(psycopg.OperationalError), as_role(ENGINE) as engine:
        settle(engine, [ends])
    with as_role(ENGINE) as engine:
        assert settle(engine, [tray]) == 1
    assert len(tray.seen) == 1


@pytest.mark.parametrize("table", ["intake_unsettled", "intake_settling"])
def test_the_pages_cannot_read_the_queue(db: None, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as own:
        own.execute(f"select * from {table}")


def test_the_engine_changes_no_signal(db: None) -> None:
    with as_role(ENGINE) as engine, pytest.raises(psycopg.errors.InsufficientPrivilege):
        engine.execute("update intake_signal set severity = 4")


def test_a_thread_of_the_worker_does_it_by_itself(town: Cast) -> None:
    source, tray = make_source(town), Tray()
    settler = Settler([tray], look_seconds=0.05)
    settler.start()
    try:
        send(source, town)
        end = time.monotonic() + PATIENCE
        while not tray.seen:
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.05)
    finally:
        settler.stop()


def test_it_plans_for_the_signals_of_each_round(town: Cast) -> None:
    # A plan made once for all of them reads whole tables.
    modes: list[str] = []

    def note(engine: psycopg.Connection[Any], _rows: Sequence[Arrived]) -> None:
        modes.extend(mode for (mode,) in engine.execute("show plan_cache_mode"))

    settler = Settler([note], 0.05)
    settler.start()
    try:
        send(make_source(town), town)
        end = time.monotonic() + PATIENCE
        while not modes:
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.05)
    finally:
        settler.stop()
    assert modes[0] == "force_custom_plan"


def test_of_two_workers_one_waits(town: Cast) -> None:
    source, first, second = make_source(town), Tray(), Tray()
    settlers = [Settler([first], look_seconds=0.05), Settler([second], look_seconds=0.05)]
    for settler in settlers:
        settler.start()
    try:
        for number in range(20):
            send(source, town, title=f"Scan {number}")
        end = time.monotonic() + PATIENCE
        while len(first.seen) + len(second.seen) < 20:
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.05)
    finally:
        for settler in settlers:
            settler.stop()
    assert not (first.seen and second.seen)


def test_rounds_that_take_long_become_smaller_and_grow_again() -> None:
    most = MOST_A_SOURCE
    for _round in range(10):
        most = paced(most, 3.0)
    assert most == LEAST_A_SOURCE
    assert paced(most, 0.5) == most
    for _round in range(10):
        most = paced(most, 0.05)
    assert most == MOST_A_SOURCE


@dataclass
class Spans:
    """A recorder that keeps the names of what was sent."""

    sent: list[str] = field(default_factory=list)

    def begin(self, name: str, kind: Kind, outer: Recorded | None, traceparent: str, /) -> "Sending":
        return Sending(name, self)


@dataclass
class Sending:
    name: str
    spans: Spans

    def set_attribute(self, key: str, value: Value, /) -> None:
        """Nothing is kept of it."""

    def failed(self) -> None:
        """Nor of this."""

    def end(self) -> None:
        self.spans.sent.append(self.name)


def test_a_round_of_reports_alone_is_in_no_trace(town: Cast) -> None:
    source, spans = make_source(town), Spans()
    record_with(spans)
    try:
        with as_role(ENGINE) as engine:
            send(source, town, title="Door forced")
            settle(engine, [Tray()])
            told = list(spans.sent)
            send(make_source(town, kind="report"), town, title="I saw it")
            settle(engine, [Tray()])
    finally:
        record_with(None)
    assert told == ["stage", "settle"]
    assert spans.sent == told
