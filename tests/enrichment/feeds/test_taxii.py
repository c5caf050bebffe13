# SPDX-License-Identifier: Apache-2.0
"""Collections of TAXII 2.1 servers, against one of our own."""

from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.core.outbound import LARGEST_ANSWER, Unreachable
from longwatch.enrichment.feeds import taxii
from longwatch.enrichment.feeds.asking import Portion
from longwatch.enrichment.feeds.taxii import Taxii
from tests.enrichment.feeds.sides import (
    PASSWORD,
    USER,
    TaxiiServer,
    ago,
    budget,
    nothing,
    number,
    values_of,
    wanted,
)
from tests.fixtures.little_server import LittleServer, Said, little_server


@pytest.fixture
def side() -> TaxiiServer:
    return TaxiiServer()


@pytest.fixture
def server(side: TaxiiServer) -> Iterator[LittleServer]:
    with little_server(side) as running:
        yield running


def connector(server: LittleServer, path: str = "/taxii2/", **settings: Any) -> Taxii:
    asked = wanted("taxii", server.url + path, scheme="basic", user=USER, secret=PASSWORD, settings=settings)
    return Taxii(asked, budget())


def read(server: LittleServer, cursor: Any = None, path: str = "/taxii2/", **settings: Any) -> list[Portion]:
    return list(connector(server, path, **settings).portions(cursor or {}, nothing))


class TestPortions:
    """Taxii.portions"""

    @pytest.mark.parametrize(
        "path", ["/taxii2/", "/api1", f"/api1/collections/{'91a7b528-80eb-42ed-a74d-c6fbd5a26110'}"]
    )
    def test_finds_the_collection_from_wherever_it_begins(
        self, side: TaxiiServer, server: LittleServer, path: str
    ) -> None:
        key = side.put(1, "203.0.113.1")
        assert values_of(read(server, path=path)) == {key: ["203.0.113.1/32"]}

    def test_reads_page_by_page_until_the_end(self, side: TaxiiServer, server: LittleServer) -> None:
        put = [side.put(of, f"203.0.113.{of}") for of in range(5)]
        portions = read(server)
        assert [(len(each.taken), each.more) for each in portions] == [(2, True), (2, True), (1, False)]
        assert sorted(values_of(portions)) == sorted(put)

    def test_asks_only_for_what_was_added_since(self, side: TaxiiServer, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        first = read(server)[-1]
        key = side.put(2, "203.0.113.2")
        assert values_of(read(server, first.cursor)) == {key: ["203.0.113.2/32"]}
        assert first.unseen_before is not None

    def test_goes_by_the_servers_clock_where_it_does_not_say_when_it_added_something(
        self, side: TaxiiServer, server: LittleServer
    ) -> None:
        side.says_when = False
        side.put(1, "203.0.113.1")
        assert str(read(server)[-1].cursor["since"]) > "2026"

    def test_reads_all_again_after_a_week(self, side: TaxiiServer, server: LittleServer) -> None:
        key = side.put(1, "203.0.113.1")
        cursor = {**read(server)[-1].cursor, "all_at": ago(days=8).isoformat()}
        [again] = read(server, cursor)
        assert ([each.key for each in again.taken], again.unseen_before is not None) == ([key], True)

    @pytest.mark.parametrize(
        "change", [{"revoked": True}, {"valid_until": "2020-01-01T00:00:00Z"}, {"pattern": "[process:name = 'x']"}]
    )
    def test_drops_what_was_revoked_is_over_or_names_nothing(
        self, side: TaxiiServer, server: LittleServer, change: dict[str, Any]
    ) -> None:
        key = side.put(1, "203.0.113.1", **change)
        [portion] = read(server)
        assert (list(portion.taken), list(portion.gone)) == ([], [key])

    def test_lets_values_end_when_they_say_and_with_their_days(self, side: TaxiiServer, server: LittleServer) -> None:
        soon = ago(days=-1)
        side.put(1, "203.0.113.1", valid_until=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
        side.put(2, "203.0.113.2")
        side.put(3, "203.0.113.3", modified="2020-01-01T00:00:00Z")
        ends = {each.key[-1]: each.entries[0].until for portion in read(server) for each in portion.taken}
        first, second, third = (ends[name] for name in "123")
        assert first
        assert second
        assert third
        assert abs((first - soon).total_seconds()) < 2
        assert abs((second - ago(days=-89)).total_seconds()) < 3_600
        assert third < ago()

    def test_takes_the_newest_of_several_versions(self, side: TaxiiServer, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        (added, old) = side.objects[0]
        new = old | {"modified": "2036-01-01T00:00:00Z", "pattern": "[ipv4-addr:value = '203.0.113.9']"}
        side.objects = [(added, new), (added, old)]
        assert list(values_of(read(server)).values()) == [["203.0.113.9/32"]]

    def test_takes_smaller_pages_where_they_are_too_large(
        self, side: TaxiiServer, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taxii, "PAGE", 8)
        key = side.put(1, "203.0.113.1")
        asked = connector(server, "/api1/")
        asked._outbound.largest = LARGEST_ANSWER
        portions = asked.portions({}, nothing)
        path, _title = asked._collection()
        side.instead = [Said(b"x" * 2_000)]
        asked._outbound.largest = 1_000
        page = asked._page({"path": path, "limit": 8, "began": ago().isoformat(), "pages": 0, "all": True})
        assert (page.more, page.cursor["limit"], list(page.taken)) == (True, 2, [])
        assert values_of(portions) == {key: ["203.0.113.1/32"]}

    def test_stops_when_its_time_is_over_and_goes_on_from_there(self, side: TaxiiServer, server: LittleServer) -> None:
        for of in range(5):
            side.put(of, f"203.0.113.{of}")
        asked = connector(server)
        asked._budget.largest = 1
        assert list(asked.portions({}, nothing)) == []
        begun = next(connector(server).portions({}, nothing))
        assert sum(len(each.taken) for each in read(server, begun.cursor)) == 3

    @pytest.mark.parametrize(
        "envelope", [b'{"more": true, "objects": []}', b'{"more": true, "next": "0", "objects": []}']
    )
    def test_refuses_pages_without_end(self, side: TaxiiServer, server: LittleServer, envelope: bytes) -> None:
        side.put(1, "203.0.113.1")
        asked = connector(server, "/api1/")
        path, _title = asked._collection()
        side.instead = [Said(envelope)] * 5
        now = {"path": path, "limit": 8, "began": ago().isoformat(), "pages": 0, "all": True, "next": "0"}
        with pytest.raises(Unreachable, match="without end"):
            asked._page(now)

    @pytest.mark.parametrize("body", [b"{broken", b"[]", b'{"objects": 1}', b"\xff\xfe", b"[" * 100_000])
    def test_refuses_what_is_no_page(self, side: TaxiiServer, server: LittleServer, body: bytes) -> None:
        asked = connector(server, "/api1/")
        path, _title = asked._collection()
        side.instead = [Said(body)]
        with pytest.raises(Unreachable):
            asked._page({"path": path, "limit": 8, "began": ago().isoformat(), "pages": 0, "all": True})

    def test_says_what_is_wrong_with_the_password(self, server: LittleServer) -> None:
        asked = wanted("taxii", f"{server.url}/api1/", scheme="basic", user=USER, secret="wrong")
        with pytest.raises(Unreachable, match="does not know this user"):
            list(Taxii(asked, budget()).portions({}, nothing))

    @pytest.mark.parametrize(
        "root", ["http://169.254.169.254/latest/", "https://other.example/api1/", "//evil/x/", "api1"]
    )
    def test_goes_to_no_other_server_whatever_it_names(
        self, side: TaxiiServer, server: LittleServer, root: str
    ) -> None:
        side.roots = [root]
        with pytest.raises(Unreachable, match="elsewhere"):
            read(server)

    def test_follows_a_root_on_the_same_server(self, side: TaxiiServer, server: LittleServer) -> None:
        side.roots = [f"{server.url}/api1/"]
        side.put(1, "203.0.113.1")
        assert len(read(server)[0].taken) == 1

    def test_follows_nowhere(self, side: TaxiiServer, server: LittleServer) -> None:
        side.instead = [Said(b"", 302, {"Location": "http://169.254.169.254/latest/meta-data/"})]
        with pytest.raises(Unreachable, match="leads elsewhere"):
            read(server)


class TestChoosing:
    def test_asks_which_where_there_are_several(self, side: TaxiiServer, server: LittleServer) -> None:
        side.titles = ["Weak", "Strong"]
        with pytest.raises(Unreachable, match="There are: Weak, Strong"):
            read(server)

    def test_takes_the_one_that_is_named(self, side: TaxiiServer, server: LittleServer) -> None:
        side.titles = ["Weak", "Strong"]
        assert "“Strong”" in connector(server, collection="Strong").test()


class TestTest:
    def test_says_what_there_is(self, side: TaxiiServer, server: LittleServer) -> None:
        side.put(1, "203.0.113.1")
        side.put(2, "x", pattern="[process:name = 'x']")
        sentence = connector(server).test()
        assert sentence == (
            "It can be reached. The collection is “Indicators”; 1 of its first 2 indicators can be compared with."
        )

    def test_says_what_else_it_is(self, side: TaxiiServer, server: LittleServer) -> None:
        side.instead = [Said(b'{"hello": "world"}')]
        with pytest.raises(Unreachable, match="neither as a TAXII"):
            connector(server).test()


def test_identifiers_lead_nowhere_else() -> None:
    assert taxii._is_plain(number(1))
    assert not any(taxii._is_plain(bad) for bad in ("", "..", "a/b", "a?b", "a%2Fb", "é" * 3))
