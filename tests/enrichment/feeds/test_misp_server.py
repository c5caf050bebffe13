# SPDX-License-Identifier: Apache-2.0
"""Attributes of a MISP server."""

from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.core.outbound import Unreachable
from longwatch.enrichment.feeds import misp_server
from longwatch.enrichment.feeds.asking import Portion
from longwatch.enrichment.feeds.misp_server import MispServer
from tests.enrichment.feeds.sides import KEY, MispApi, ago, budget, nothing, number, values_of, wanted
from tests.fixtures.little_server import LittleServer, Said, little_server


@pytest.fixture
def side() -> MispApi:
    return MispApi()


@pytest.fixture
def server(side: MispApi) -> Iterator[LittleServer]:
    with little_server(side) as running:
        yield running


def connector(server: LittleServer, key: str = KEY, **settings: Any) -> MispServer:
    return MispServer(wanted("misp_server", server.url, scheme="plain", secret=key, settings=settings), budget())


def read(server: LittleServer, cursor: Any = None, **settings: Any) -> list[Portion]:
    return list(connector(server, **settings).portions(cursor or {}, nothing))


class TestPortions:
    """MispServer.portions"""

    def test_reads_what_is_meant_for_detection(self, side: MispApi, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        side.put(2, "203.0.113.2", to_ids=False)
        side.put(3, "text", type="comment")
        [portion] = read(server)
        assert values_of([portion]) == {number(1): ["203.0.113.1/32"]}
        assert sorted(portion.gone) == [number(2), number(3)]
        entry = portion.taken[0].entries[0]
        assert entry.about is not None
        assert (entry.about["event"], entry.about["level"]) == ("Quiet Heron", "high")

    def test_drops_what_was_deleted(self, side: MispApi, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        first = read(server)[-1]
        side.put(1, "203.0.113.1", deleted=True, at=ago())
        [portion] = read(server, first.cursor)
        assert (list(portion.taken), list(portion.gone)) == ([], [number(1)])

    def test_reads_page_by_page(self, side: MispApi, server: LittleServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(misp_server, "PAGE", 2)
        for of in range(5):
            side.put(of, f"203.0.113.{of}")
        portions = read(server)
        assert [len(each.taken) for each in portions] == [2, 2, 1]
        assert len(values_of(portions)) == 5

    def test_asks_only_for_what_changed_since_and_a_little_more(self, side: MispApi, server: LittleServer) -> None:
        side.put(1, "203.0.113.1", at=ago(days=9))
        side.put(2, "203.0.113.2")
        first = read(server)[-1]
        assert first.unseen_before is not None
        side.put(3, "203.0.113.3", at=ago())
        [again] = read(server, first.cursor)
        assert (sorted(values_of([again])), again.unseen_before) == ([number(2), number(3)], None)

    def test_reads_all_again_after_a_week(self, side: MispApi, server: LittleServer) -> None:
        side.put(1, "203.0.113.1", at=ago(days=9))
        cursor = {**read(server)[-1].cursor, "all_at": ago(days=8).isoformat()}
        [again] = read(server, cursor)
        assert (list(values_of([again])), again.unseen_before is not None) == ([number(1)], True)

    def test_asks_for_nothing_older_than_its_days(self, side: MispApi, server: LittleServer) -> None:
        side.put(1, "203.0.113.1", at=ago(days=100))
        assert values_of(read(server)) == {}
        assert list(values_of(read(server, days=0))) == [number(1)]

    def test_goes_on_in_the_middle_of_a_round(
        self, side: MispApi, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(misp_server, "PAGE", 2)
        for of in range(5):
            side.put(of, f"203.0.113.{of}")
        begun = next(connector(server).portions({}, nothing))
        rest = read(server, begun.cursor)
        assert len(values_of(rest)) == 3
        assert rest[-1].unseen_before is not None

    def test_takes_smaller_pages_where_they_are_too_large(
        self, side: MispApi, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(misp_server, "PAGE", 8)
        for of in range(7):
            side.put(of, f"203.0.113.{of}")
        asked = connector(server)
        asked._outbound.largest = 900
        assert len(values_of(asked.portions({}, nothing))) == 7

    @pytest.mark.parametrize("body", [b"{broken", b'{"response": 1}', b"\xff"])
    def test_refuses_what_is_no_answer(self, side: MispApi, server: LittleServer, body: bytes) -> None:
        side.instead = [Said(body)]
        with pytest.raises(Unreachable, match="another form"):
            read(server)

    def test_takes_an_empty_answer_as_nothing(self, side: MispApi, server: LittleServer) -> None:
        side.instead = [Said(b'{"response": []}')]
        assert values_of(read(server)) == {}

    def test_says_what_is_wrong_with_the_key(self, server: LittleServer) -> None:
        with pytest.raises(Unreachable, match="Authentication failed"):
            connector(server, key="wrong").test()

    def test_says_whether_there_is_anything(self, side: MispApi, server: LittleServer) -> None:
        assert "Nothing there fits" in connector(server).test()
        side.put(1, "203.0.113.1")
        assert "attributes that fit" in connector(server).test()
