# SPDX-License-Identifier: Apache-2.0
"""Turns of connections: everything is stored once, whatever happens in between."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import INTAKE, Address
from longwatch.intake import poll_selectors
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.poll_models import Poll
from longwatch.intake.polling import elastic, fetching
from longwatch.intake.polling.fetching import Connection, due, turn
from longwatch.intake.services.polls import Fetching, change_poll, close_poll, open_poll, wanted_of
from longwatch.intake.services.sources import switch_source
from longwatch.ledger.models import LedgerEntry
from tests.fixtures.little_server import Asked, LittleServer, Said, little_server
from tests.intake.cast_signals import make_source
from tests.intake.polling.tools import KEY, Index, MispServer
from tests.personas import Cast, make_cast
from tests.search.test_hand_over_races import until_waiting


@pytest.fixture
def cast(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def connection(committed_db: Address) -> Iterator[Connection]:
    """As the worker connects."""
    with psycopg.connect(committed_db.conninfo(INTAKE), autocommit=True) as connection:
        yield connection


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def server(index: Index) -> Iterator[LittleServer]:
    with little_server(index) as running:
        yield running


def opened(cast: Cast, source: Source, url: str, **more: Any) -> Poll:
    usual: dict[str, Any] = {"label": "SIEM", "kind": "elasticsearch", "scheme": "key", "secret": KEY,
                             "settings": {"index": "logs-*"}}  # fmt: skip
    with acting_as(cast.supervisor):
        return open_poll(source.id, Fetching(url=url, **usual | more), by=cast.supervisor)


def changed(cast: Cast, poll: Poll, settings: dict[str, Any]) -> None:
    with acting_as(cast.supervisor):
        now = Poll.objects.get(id=poll.id)
        change_poll(poll.id, wanted_of(now, settings=settings), by=cast.supervisor)


def query_for(site: str) -> dict[str, Any]:
    return {"term": {"site": site}}


def changed_aside(cast: Cast, poll: Poll, settings: dict[str, Any]) -> None:
    """On a connection of its own."""
    try:
        changed(cast, poll, settings)
    finally:
        django_connection.close()


def progress(cast: Cast, poll: Poll) -> poll_selectors.Progress:
    with acting_as(cast.supervisor):
        return poll_selectors.poll(cast.supervisor, poll.source_id, poll.id).progress


def titles(cast: Cast, source: Source) -> list[tuple[str, int]]:
    with acting_as(cast.supervisor):
        return sorted(Signal.objects.filter(source=source).values_list("title", "count"))


def now_ms(back: float = 0) -> int:
    return int((datetime.now(UTC).timestamp() - back) * 1_000)


class TestTurn:
    def test_stores_what_is_new_with_its_bytes_and_who_fetched_it(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer
    ) -> None:
        index.add("Worm", now_ms(20), host="db-1")
        poll = opened(cast, source, server.url)
        assert turn(connection, poll.id) == 1
        assert titles(cast, source) == [("Worm", 1)]
        with acting_as(cast.supervisor):
            assert bytes(Occurrence.objects.get(source_id=source.id).raw) == json.dumps(index.documents[0][2]).encode()
        with acting_as(cast.auditor):
            entry = LedgerEntry.objects.get(subject_id=source.id, action="signal.received")
        assert (entry.actor_id, entry.via) == (poll.id, "poll")
        told = progress(cast, poll)
        assert (told.state, told.taken, told.lag, told.failures) == ("current", 1, timedelta(0), 0)

    def test_takes_each_once_however_often_it_meets_it(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer
    ) -> None:
        poll = opened(cast, source, server.url)
        for number in range(4):
            index.add(f"n{number}", now_ms(30 - number))
            due_again(connection, poll)
            assert turn(connection, poll.id) == 1
        assert titles(cast, source) == [(f"n{number}", 1) for number in range(4)]

    def test_loses_nothing_and_doubles_nothing_when_it_ends_in_the_middle(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(elastic, "PAGE", 5)
        for number in range(23):
            index.add(f"n{number:02}", now_ms(60) + number // 3)
        poll = opened(cast, source, server.url)
        taken = 0
        for turns in range(1, 50):
            # Every third request finds the tool away.
            monkeypatch.setattr(fetching, "MOST_PAGES", 1 + turns % 3)
            if turns % 3 == 0:
                index.instead.append(Said(b"", 503))
            due_again(connection, poll)
            taken += turn(connection, poll.id)
        assert titles(cast, source) == [(f"n{number:02}", 1) for number in range(23)]
        assert taken == 23

    @pytest.mark.parametrize("first", [True, False], ids=["in its first turn", "later"])
    def test_keeps_nothing_of_a_turn_during_which_it_was_changed(
        self, cast: Cast, source: Source, connection: Connection, index: Index, first: bool
    ) -> None:
        act: list[Callable[[], object]] = []

        def answer(asked: Asked) -> Said:
            if act:
                act.pop()()
            return index(asked)

        with little_server(answer) as server:
            poll = opened(cast, source, server.url, settings={"index": "logs-*", "query": query_for("a")})
            if not first:
                turn(connection, poll.id)
                due_again(connection, poll)
            index.add("Old", now_ms(30), site="b")
            index.add("New", now_ms(20), site="a")
            act.append(lambda: changed_aside(cast, poll, {"index": "logs-*", "query": query_for("b")}))
            assert turn(connection, poll.id) == 0
            assert titles(cast, source) == []
            turn(connection, poll.id)
        assert titles(cast, source) == [("Old", 1)]

    def test_a_change_waits_for_what_is_being_stored_and_begins_anew(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        index.add("New", now_ms(20))
        poll = opened(cast, source, server.url)
        fresh = fetching._fresh
        with ThreadPoolExecutor(1) as pool:
            changing: list[Future[None]] = []

            def meanwhile(*given: Any) -> list[Any]:
                changing.append(pool.submit(changed_aside, cast, poll, {"index": "logs-x*"}))
                until_waiting(1)
                return fresh(*given)

            monkeypatch.setattr(fetching, "_fresh", meanwhile)
            assert turn(connection, poll.id) == 1
            changing[0].result(30)
        ((cursor,),) = connection.execute("select cursor from intake_poll_state where poll_id = %s", [poll.id])
        assert cursor == {}

    def test_forgets_a_page_that_was_not_committed(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        index.add("Worm", now_ms(20))
        poll = opened(cast, source, server.url)
        with monkeypatch.context() as patched:
            patched.setattr(fetching, "ANSWERED", "select 1/0, %(poll)s, %(cursor)s")
            turn(connection, poll.id)
        assert titles(cast, source) == []
        due_again(connection, poll)
        assert turn(connection, poll.id) == 1
        assert titles(cast, source) == [("Worm", 1)]

    def test_keeps_what_cannot_be_read(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer
    ) -> None:
        index.add("fine", now_ms(20))
        index.documents.append(("bad", now_ms(10), {"title": "x", "severity": "odd", "kind": "alert"}))
        poll = opened(cast, source, server.url)
        turn(connection, poll.id)
        assert titles(cast, source) == [("fine", 1)]
        with acting_as(cast.supervisor):
            kept = Delivery.objects.get(source=source)
        assert (kept.state, kept.way, json.loads(bytes(kept.raw))["severity"]) == ("failed", "poll", "odd")
        assert progress(cast, poll).unreadable == 1

    def test_waits_longer_each_time_it_fails_and_says_why(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer
    ) -> None:
        poll = opened(cast, source, server.url)
        waits = []
        for _ in range(3):
            index.instead.append(Said(b'{"error": {"reason": "no shards"}}', 503))
            due_again(connection, poll)
            turn(connection, poll.id)
            told = progress(cast, poll)
            assert told.next_at is not None
            waits.append(round((told.next_at - datetime.now(UTC)).total_seconds() / 60))
        assert waits == [1, 2, 4]
        assert (told.state, told.failures, len(told.errors)) == ("failing", 3, 3)
        assert "no shards" in told.errors[0].text
        due_again(connection, poll)
        turn(connection, poll.id)
        assert (progress(cast, poll).state, len(progress(cast, poll).errors)) == ("current", 3)

    def test_takes_some_pages_and_goes_on_at_the_next_turn(
        self, cast: Cast, source: Source, connection: Connection, index: Index, server: LittleServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(elastic, "PAGE", 2)
        monkeypatch.setattr(fetching, "MOST_PAGES", 2)
        for number in range(6):
            index.add(f"n{number}", now_ms(60 - number))
        poll = opened(cast, source, server.url)
        turn(connection, poll.id)
        told = progress(cast, poll)
        assert told.state == "behind"
        assert told.lag is not None
        assert told.lag > timedelta(seconds=50)
        assert [each.id for each in due(connection)] == [poll.id]

    def test_takes_events_of_misp_with_their_indicators(
        self, cast: Cast, source: Source, connection: Connection
    ) -> None:
        tool = MispServer()
        attribute = {"type": "ip-dst", "category": "Network activity", "value": "203.0.113.9", "to_ids": True}
        tool.add("5f1c", int(datetime.now(UTC).timestamp()) - 60, info="Phishing kit", Attribute=[attribute])
        with little_server(tool) as server:
            poll = opened(cast, source, server.url, kind="misp", scheme="plain", settings={})
            assert turn(connection, poll.id) == 1
        with acting_as(cast.supervisor):
            signal = Signal.objects.get(source=source)
        assert (signal.title, signal.format) == ("Phishing kit", "misp")
        assert [(each["kind"], each["value"]) for each in signal.entities] == [("ip", "203.0.113.9")]

    def test_takes_alerts_of_wazuh(self, cast: Cast, source: Source, connection: Connection) -> None:
        alert = {
            "timestamp": "2026-01-02T03:04:05.000+0000", "id": "1580123327.49031",
            "rule": {"id": "5712", "level": 10, "description": "sshd: brute force", "groups": ["sshd"]},
            "agent": {"id": "001", "name": "web-1", "ip": "10.0.0.5"}, "manager": {"name": "wazuh"},
            "decoder": {"name": "sshd"}, "location": "/var/log/auth.log", "data": {"srcip": "203.0.113.9"},
        }  # fmt: skip
        asked: list[str] = []

        def answer(request: Asked) -> Said:
            asked.append(request.path)
            hit = {"_index": "wazuh-alerts-4.x-2026.01.02", "_id": "a", "_source": alert, "sort": [now_ms(5)]}
            return Said(json.dumps({"timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0},
                                    "hits": {"hits": [hit]}}).encode())  # fmt: skip

        with little_server(answer) as server:
            poll = opened(cast, source, server.url, kind="wazuh", scheme="basic", user="reader", settings={})
            turn(connection, poll.id)
        assert asked[0].startswith("/wazuh-alerts-*/_search?")
        with acting_as(cast.supervisor):
            signal = Signal.objects.get(source=source)
        assert (signal.title, signal.format[:5]) == ("sshd: brute force", "wazuh")

    def test_goes_nowhere_that_is_off_limits(
        self, cast: Cast, source: Source, connection: Connection, server: LittleServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        poll = opened(cast, source, server.url)
        monkeypatch.delenv("LONGWATCH_OUTBOUND_ALLOW")
        turn(connection, poll.id)
        assert "LONGWATCH_OUTBOUND_ALLOW" in progress(cast, poll).errors[0].text
        assert server.asked == []


class TestDue:
    def test_are_not_those_that_pause_have_ended_or_whose_source_is_off(
        self, cast: Cast, source: Source, connection: Connection, server: LittleServer
    ) -> None:
        paused, ended, off = (opened(cast, source, server.url, label=name) for name in ("a", "b", "c"))
        other = opened(cast, make_source(cast), server.url)
        with acting_as(cast.supervisor):
            change_poll(paused.id, wanted_of(paused, enabled=False), by=cast.supervisor)
            close_poll(ended.id, by=cast.supervisor)
            switch_source(source.id, on=False, by=cast.supervisor)
        assert off.enabled
        assert [each.id for each in due(connection) if each.org_id == source.org_id] == [other.id]

    def test_come_again_after_their_time(
        self, cast: Cast, source: Source, connection: Connection, server: LittleServer
    ) -> None:
        poll = opened(cast, source, server.url)
        turn(connection, poll.id)
        assert poll.id not in [each.id for each in due(connection)]

    def test_have_one_turn_at_a_time(
        self, cast: Cast, source: Source, connection: Connection, committed_db: Address, server: LittleServer
    ) -> None:
        poll = opened(cast, source, server.url)
        with psycopg.connect(committed_db.conninfo(INTAKE), autocommit=True) as other:
            other.execute(fetching.LOCK, [str(poll.id)])
            turn(connection, poll.id)
            assert server.asked == []
            # A connection that is closed lets go of its locks a moment later.
            other.execute(fetching.UNLOCK, [str(poll.id)])
        turn(connection, poll.id)
        assert len(server.asked) == 1


def due_again(connection: Connection, poll: Poll) -> None:
    """Its turn is now."""
    connection.execute("update intake_poll_state set next_at = now() where poll_id = %s", [poll.id])
