# SPDX-License-Identifier: Apache-2.0
"""MISP feeds, served from a folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.core.outbound import Unreachable
from longwatch.enrichment.feeds import misp_feed
from longwatch.enrichment.feeds.asking import Budget, Portion
from longwatch.enrichment.feeds.misp_feed import MispFeed
from tests.enrichment.feeds.sides import MispFolder, ago, budget, nothing, number, values_of, wanted
from tests.fixtures.little_server import LittleServer, Said, little_server


@pytest.fixture
def side() -> MispFolder:
    return MispFolder()


@pytest.fixture
def server(side: MispFolder) -> Iterator[LittleServer]:
    with little_server(side) as running:
        yield running


def connector(server: LittleServer, limits: Budget | None = None, **settings: Any) -> MispFeed:
    return MispFeed(wanted("misp_feed", f"{server.url}/osint", settings=settings), limits or budget())


def read(server: LittleServer, known: dict[str, str] | None = None, **settings: Any) -> list[Portion]:
    return list(connector(server, **settings).portions({}, lambda: known or {}))


class TestPortions:
    """MispFeed.portions"""

    def test_reads_the_events_of_the_manifest(self, side: MispFolder, server: LittleServer) -> None:
        put = {side.put(of, f"203.0.113.{of}"): [f"203.0.113.{of}/32"] for of in range(3)}
        portions = read(server)
        assert values_of(portions) == put
        assert [each.more for each in portions] == [False]
        assert {each.path.rpartition("/")[0] for each in server.asked} == {"/osint"}

    def test_reads_only_those_that_changed(self, side: MispFolder, server: LittleServer) -> None:
        first, second = side.put(1, "203.0.113.1"), side.put(2, "203.0.113.2")
        known = {first: side.events[first]["timestamp"], second: "1"}
        assert list(values_of(read(server, known))) == [second]

    def test_says_that_nothing_changed(self, side: MispFolder, server: LittleServer) -> None:
        first = side.put(1, "203.0.113.1")
        [portion] = read(server, {first: side.events[first]["timestamp"]})
        assert (portion.more, list(portion.taken), list(portion.gone)) == (False, [], [])

    def test_drops_what_the_manifest_names_no_more(self, side: MispFolder, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        portions = read(server, {number(7): "1"})
        assert [gone for each in portions for gone in each.gone] == [number(7)]

    def test_leaves_out_what_is_too_old_and_drops_it(self, side: MispFolder, server: LittleServer) -> None:
        old = side.put(1, "203.0.113.1", at=ago(days=100))
        new = side.put(2, "203.0.113.2")
        portions = read(server, {old: side.events[old]["timestamp"]})
        assert (list(values_of(portions)), [gone for each in portions for gone in each.gone]) == ([new], [old])
        assert set(values_of(read(server, days=0))) == {old, new}

    def test_lets_values_end_with_their_days(self, side: MispFolder, server: LittleServer) -> None:
        side.put(1, "203.0.113.1", at=ago(days=10))
        [portion] = read(server)
        until = portion.taken[0].entries[0].until
        assert until is not None
        assert abs((until - ago(days=-80)).total_seconds()) < 5

    def test_stores_some_at_a_time_the_newest_first(
        self, side: MispFolder, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(misp_feed, "TOGETHER", 2)
        put = [side.put(of, f"203.0.113.{of}", at=ago(days=of)) for of in (1, 2, 3)]
        portions = read(server)
        assert [[each.key for each in portion.taken] for portion in portions] == [put[:2], put[2:]]
        assert [each.more for each in portions] == [True, False]

    def test_stops_when_its_time_is_over(self, side: MispFolder, server: LittleServer) -> None:
        for of in range(5):
            side.put(of, f"203.0.113.{of}")
        limits = Budget(largest=len(b"{}") + 700)
        portions = list(connector(server, limits).portions({}, nothing))
        assert portions[-1].more
        assert sum(len(each.taken) for each in portions) < 5

    def test_goes_on_where_one_event_cannot_be_used(self, side: MispFolder, server: LittleServer) -> None:
        good, broken, missing, huge = (side.put(of, f"203.0.113.{of}") for of in range(4))
        side.instead = {
            f"/osint/{broken}.json": Said(b"{broken"), f"/osint/{missing}.json": Said(b"", 404),
            f"/osint/{huge}.json": Said(b"x" * 3_000),
        }  # fmt: skip
        asked = connector(server)
        asked._outbound.largest = 2_000
        [portion] = asked.portions({}, nothing)
        assert {each.key for each in portion.taken if each.entries} == {good}
        assert len(portion.problems) == 3
        # What is too large is so the next time, too; the others are asked for again.
        assert {each.key for each in portion.taken} == {good, huge}

    def test_refuses_a_feed_most_of_which_is_missing(
        self, side: MispFolder, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(misp_feed, "MOST_PROBLEMS", 1)
        for of in range(3):
            side.instead[f"/osint/{side.put(of, '203.0.113.1')}.json"] = Said(b"", 404)
        with pytest.raises(Unreachable, match="many events"):
            read(server)

    def test_ends_where_the_server_fails(self, side: MispFolder, server: LittleServer) -> None:
        side.instead[f"/osint/{side.put(1, '203.0.113.1')}.json"] = Said(b"", 503)
        with pytest.raises(Unreachable, match="503"):
            read(server)

    def test_asks_for_nothing_but_events(self, side: MispFolder, server: LittleServer) -> None:
        side.events = {
            name: {"uuid": name, "info": "", "timestamp": "1767312000"} for name in ("../../etc/passwd", "a?b", "")
        }
        read(server, days=0)
        assert [each.path for each in server.asked] == ["/osint/manifest.json"]

    @pytest.mark.parametrize("body", [b"{broken", b"[]", b"\xff", b'{"a": 1}', b"[" * 100_000])
    def test_refuses_what_is_no_manifest(self, side: MispFolder, server: LittleServer, body: bytes) -> None:
        side.instead["/osint/manifest.json"] = Said(body)
        with pytest.raises(Unreachable, match="another form"):
            read(server)

    def test_follows_nowhere(self, side: MispFolder, server: LittleServer) -> None:
        side.instead["/osint/manifest.json"] = Said(b"", 301, {"Location": "http://169.254.169.254/"})
        with pytest.raises(Unreachable, match="leads elsewhere"):
            read(server)


class TestTest:
    def test_says_how_much_there_is(self, side: MispFolder, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        side.put(2, "203.0.113.2")
        sentence = connector(server).test()
        assert sentence == "It can be reached. It lists 2 events; the newest names 1 values to compare with."

    def test_says_that_there_is_nothing_new_enough(self, server: LittleServer) -> None:
        assert "no event" in connector(server).test()
