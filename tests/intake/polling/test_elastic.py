# SPDX-License-Identifier: Apache-2.0
"""Asking Elasticsearch, OpenSearch and Wazuh's indexer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from longwatch.core.outbound import Unreachable
from longwatch.intake.polling import elastic
from longwatch.intake.polling.asking import Page
from longwatch.intake.polling.elastic import Elastic
from tests.fixtures.little_server import LittleServer, Said, little_server
from tests.intake.polling.tools import Index, searching

START = datetime(2026, 1, 1, tzinfo=UTC)
T0 = int(START.timestamp() * 1_000)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def server(index: Index) -> Iterator[LittleServer]:
    with little_server(index) as running:
        yield running


def connector(server: LittleServer, **more: Any) -> Elastic:
    return Elastic(searching(server.url, start=START, **more))


def round_of(asking: Elastic, cursor: Any = None) -> list[Page]:
    """Pages until there is no more."""
    pages = [asking.fetch(cursor or {})]
    while pages[-1].more:
        assert len(pages) < 50
        pages.append(asking.fetch(pages[-1].cursor))
    return pages


def names(pages: list[Page]) -> list[str]:
    """Each document once, in the order of their arrival."""
    return list(dict.fromkeys(json.loads(each.raw)["title"] for page in pages for each in page.records))


class TestFetch:
    def test_takes_documents_in_the_order_of_their_time_with_their_very_bytes(
        self, index: Index, server: LittleServer
    ) -> None:
        index.add("b", T0 + 2_000, odd="\u00e4")
        index.add("a", T0 + 1_000)
        [page] = round_of(connector(server))
        assert [each.raw for each in page.records] == [
            json.dumps(index.documents[1][2]).encode(), json.dumps(index.documents[0][2]).encode(),
        ]  # fmt: skip
        assert page.records[0].at == START + timedelta(seconds=1)

    def test_goes_on_page_by_page_and_misses_none_where_many_share_a_time(
        self, index: Index, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elastic, "PAGE", 4)
        for number in range(30):
            index.add(f"n{number:02}", T0 + 1_000 * (number // 7))
        pages = round_of(connector(server))
        assert names(pages) == [f"n{number:02}" for number in range(30)]

    def test_goes_on_after_the_last_document_with_a_field_that_tells_them_apart(
        self, index: Index, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elastic, "PAGE", 4)
        for number in range(20):
            index.add(f"n{number:02}", T0 + 1_000)
        pages = round_of(connector(server, settings={"tie_field": "event.id"}))
        assert [len(page.records) for page in pages] == [4] * 5 + [0]
        assert names(pages) == [f"n{number:02}" for number in range(20)]

    def test_says_when_too_many_share_a_time(
        self, index: Index, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elastic, "PAGE", 4)
        monkeypatch.setattr(elastic, "LARGEST_PAGE", 16)
        for number in range(40):
            index.add(f"n{number:02}", T0 + 1_000)
        with pytest.raises(Unreachable, match="same time") as refusal:
            round_of(connector(server))
        assert refusal.value.code == "one_time"

    def test_looks_back_for_what_came_in_late(self, index: Index, server: LittleServer) -> None:
        index.add("first", T0 + 100_000)
        [page] = round_of(connector(server))
        index.add("late", T0 + 50_000)
        index.add("too late", T0 + 30_000)
        assert names(round_of(connector(server), page.cursor)) == ["late", "first"]

    def test_is_not_led_into_the_future_by_a_clock_that_is_wrong(self, index: Index, server: LittleServer) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        index.add("from the future", int(tomorrow.timestamp() * 1_000))
        [page] = round_of(connector(server))
        assert page.cursor["from"] <= (datetime.now(UTC) - timedelta(seconds=59)).timestamp() * 1_000

    def test_forgets_only_what_it_will_not_meet_again(self, index: Index, server: LittleServer) -> None:
        index.add("first", T0 + 100_000)
        [page] = round_of(connector(server))
        assert page.forget_before is not None
        assert page.forget_before.timestamp() * 1_000 < page.cursor["from"]

    def test_reads_times_in_nanoseconds(self, index: Index, server: LittleServer) -> None:
        index.nanoseconds = True
        index.add("a", T0 + 1_000)
        [page] = round_of(connector(server))
        assert page.records[0].at == START + timedelta(seconds=1)

    def test_takes_only_what_fits_the_query(self, index: Index, server: LittleServer) -> None:
        index.add("noise", T0 + 1_000, kind="log")
        index.add("alert", T0 + 2_000, kind="alert")
        assert names(round_of(connector(server, settings={"query": {"term": {"kind": "alert"}}}))) == ["alert"]

    def test_makes_pages_smaller_when_documents_are_large(
        self, index: Index, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elastic, "PAGE", 16)
        for number in range(12):
            index.add(f"n{number:02}", T0 + 1_000 * number, text="x" * 30_000)
        asking = connector(server)
        asking._outbound.largest = 100_000
        assert names(round_of(asking)) == [f"n{number:02}" for number in range(12)]

    def test_does_not_turn_round_and_round_when_large_documents_share_a_time(
        self, index: Index, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(elastic, "PAGE", 16)
        for number in range(12):
            index.add(f"n{number:02}", T0 + 1_000, text="x" * 30_000)
        asking = connector(server)
        asking._outbound.largest = 100_000
        with pytest.raises(Unreachable, match="same time"):
            round_of(asking)

    def test_refuses_an_answer_that_lacks_a_part(self, index: Index, server: LittleServer) -> None:
        index.add("a", T0 + 1_000)
        index.failed_shards = 1
        with pytest.raises(Unreachable, match="1 of 2 parts"):
            connector(server).fetch({})

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (Said(b'{"error": {"reason": "parse_exception: odd"}}', 400), "refuses (400): parse_exception: odd"),
            (Said(b"<html>", 502), "refuses (502)."),
            (Said(b"", 302, {"Location": "https://elsewhere/"}), "leads elsewhere"),
            (Said(b"", 429), "too busy"),
            (Said(b"not json"), "another form"),
            (Said(b"[]"), "another form"),
            (Said(b'{"hits": {"hits": [{"_id": "a", "sort": [1]}]}}'), "_source"),
            (Said(b'{"hits": {"hits": [{"_id": "a", "_source": {}, "sort": [null]}]}}'), "no time"),
            (Said(b'{"hits": {"hits": [{"_id": "a", "_source": {}, "sort": ["x"]}]}}'), "no time"),
            (Said(b'{"hits": {"hits": [{"_id": "a", "_source": {}, "sort": [%s]}]}}' % (b"5" * 400)), "no time"),
            (Said(b'{"hits":' * 5_000), "another form"),
            (Said(b'\xff\xfe{"hits": {}}'), "another form"),
        ],
    )
    def test_says_what_is_wrong_with_an_answer(self, index: Index, server: LittleServer, said: Said, told: str) -> None:
        index.instead.append(said)
        with pytest.raises(Unreachable) as refusal:
            connector(server).fetch({})
        assert told in refusal.value.sentence
        assert server.url.removeprefix("http://") in refusal.value.sentence or "_" in told or told == "no time"

    def test_says_that_the_key_is_wrong(self, server: LittleServer) -> None:
        wanted = searching(server.url)
        object.__setattr__(wanted, "secret", "wrong")
        with pytest.raises(Unreachable, match="does not know this user") as refusal:
            Elastic(wanted).fetch({})
        assert "wrong" not in refusal.value.sentence


class TestTest:
    def test_says_how_many_there_are_and_shows_one(self, index: Index, server: LittleServer) -> None:
        now = int(datetime.now(UTC).timestamp() * 1_000)
        index.add("older", now - 5_000)
        index.add("newest", now - 1_000)
        trial = connector(server).test()
        assert "that fit: 2; the newest" in trial.sentence
        assert json.loads(trial.sample)["title"] == "newest"

    def test_says_that_nothing_fits(self, server: LittleServer) -> None:
        assert "No document" in connector(server).test().sentence

    def test_says_that_there_is_no_such_index(self, server: LittleServer) -> None:
        trial = connector(server, settings={"index": "other"}).test()
        assert "no index of this name" in trial.sentence
