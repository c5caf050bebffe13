# SPDX-License-Identifier: Apache-2.0
"""Asking MISP."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.core.outbound import Unreachable
from longwatch.intake.polling import misp
from longwatch.intake.polling.asking import Page
from longwatch.intake.polling.misp import Misp
from tests.fixtures.little_server import LittleServer, Said, little_server
from tests.intake.polling.tools import MispServer, sharing

START = datetime(2026, 1, 1, tzinfo=UTC)
T0 = int(START.timestamp())


@pytest.fixture
def tool() -> MispServer:
    return MispServer()


@pytest.fixture
def server(tool: MispServer) -> Iterator[LittleServer]:
    with little_server(tool) as running:
        yield running


def connector(server: LittleServer, **settings: Any) -> Misp:
    return Misp(sharing(server.url, start=START, settings=settings))


def round_of(asking: Misp, cursor: Any = None) -> list[Page]:
    pages = [asking.fetch(cursor or {})]
    while pages[-1].more:
        assert len(pages) < 50
        pages.append(asking.fetch(pages[-1].cursor))
    return pages


def uuids(pages: list[Page]) -> list[str]:
    return [json.loads(each.raw)["Event"]["uuid"] for page in pages for each in page.records]


class TestFetch:
    def test_takes_events_page_by_page(
        self, tool: MispServer, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(misp.PAGES, "events", 4)
        for number in range(10):
            tool.add(f"u{number}", T0 + number)
        pages = round_of(connector(server))
        assert uuids(pages) == [f"u{number}" for number in range(10)]
        assert json.loads(server.asked[0].body)["published"] is True

    def test_goes_on_where_the_last_round_ended(self, tool: MispServer, server: LittleServer) -> None:
        tool.add("old", T0 + 1_000)
        [page] = round_of(connector(server))
        tool.add("new", T0 + 2_000)
        assert uuids(round_of(connector(server), page.cursor)) == ["old", "new"]
        tool.events.pop(0)
        assert int(page.cursor["since"]) == T0 + 1_000 - 60

    def test_knows_an_event_again_until_it_changes(self, tool: MispServer, server: LittleServer) -> None:
        tool.add("u", T0 + 100)
        [first] = round_of(connector(server))[0].records
        tool.events[0]["publish_timestamp"] = str(T0 + 500)
        [again] = round_of(connector(server))[0].records
        tool.events[0]["timestamp"] = str(T0 + 600)
        [changed] = round_of(connector(server))[0].records
        assert (first.digest == again.digest, first.digest == changed.digest) == (True, False)

    def test_takes_large_events_one_by_one_and_too_large_ones_without_their_attributes(
        self, tool: MispServer, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(misp.PAGES, "events", 16)
        for number in range(5):
            tool.add(f"u{number}", T0 + number, Attribute=[{"value": "x" * 30_000}])
        tool.add("huge", T0 + 9, Attribute=[{"value": "x" * 300_000}])
        asking = connector(server)
        asking._outbound.largest = 100_000
        assert sorted(set(uuids(round_of(asking)))) == ["huge", "u0", "u1", "u2", "u3", "u4"]

    def test_takes_attributes(self, tool: MispServer, server: LittleServer) -> None:
        attribute = {"uuid": "a", "type": "ip-dst", "value": "203.0.113.9", "timestamp": str(T0 + 5), "event_id": "1"}
        tool.add("u", T0, Attribute=[attribute])
        [page] = round_of(connector(server, what="attributes"))
        assert [json.loads(each.raw) for each in page.records] == [attribute]

    def test_takes_only_what_has_one_of_the_tags(self, tool: MispServer, server: LittleServer) -> None:
        tool.add("white", T0 + 1, Tag=[{"name": "tlp:white"}])
        tool.add("other", T0 + 2)
        assert uuids(round_of(connector(server, tags=["tlp:white"]))) == ["white"]

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (Said(b'{"message": "Invalid query"}', 400), "Invalid query"),
            (Said(b'{"response": {}}'), "another form"),
            (Said(b'{"response": [5]}'), "another form"),
            (Said(b'{"response": [{"Event": {"uuid": "u", "publish_timestamp": "soon"}}]}'), "another form"),
            (Said(b"nonsense"), "another form"),
        ],
    )
    def test_says_what_is_wrong_with_an_answer(
        self, tool: MispServer, server: LittleServer, said: Said, told: str
    ) -> None:
        tool.instead.append(said)
        with pytest.raises(Unreachable) as refusal:
            connector(server).fetch({})
        assert told in refusal.value.sentence

    @pytest.mark.parametrize("body", [b"[]", b"", b'{"response": []}'])
    def test_takes_nothing_for_an_answer(self, tool: MispServer, server: LittleServer, body: bytes) -> None:
        tool.instead.append(Said(body))
        assert connector(server).fetch({}).records == []

    def test_says_that_the_key_is_wrong(self, server: LittleServer) -> None:
        wanted = sharing(server.url)
        object.__setattr__(wanted, "secret", "wrong")
        with pytest.raises(Unreachable, match="Authentication failed"):
            Misp(wanted).fetch({})


class TestTest:
    def test_shows_one_of_the_last_month(self, tool: MispServer, server: LittleServer) -> None:
        tool.add("u", int(datetime.now(UTC).timestamp()) - 100)
        trial = connector(server).test()
        assert "that fit" in trial.sentence
        assert json.loads(trial.sample)["Event"]["uuid"] == "u"

    def test_says_that_nothing_fits(self, server: LittleServer) -> None:
        assert "No events" in connector(server).test().sentence
