# SPDX-License-Identifier: Apache-2.0
"""Lists at an address."""

import gzip
from typing import Any

import pytest

from longwatch.core.outbound import Unreachable
from longwatch.enrichment.feeds import plain_list
from longwatch.enrichment.feeds.plain_list import PlainList
from longwatch.enrichment.intel.reading import MOST_BYTES
from tests.enrichment.feeds.sides import budget, keys, nothing, wanted
from tests.enrichment.intel_files import EVENT, KEV, packed
from tests.fixtures.little_server import Asked, Said, little_server

TABLE = b'# remark\nfirst_seen,ip,port\n"2026-01-01 00:00:00", "203.0.113.7", "443"\nshort\n2026-01-02,203.0.113.8,80\n'


def read(body: bytes, status: int = 200, **settings: Any) -> list[str]:
    def answer(asked: Asked) -> Said:
        assert asked.path == "/lists/bad.txt"
        return Said(body, status)

    with little_server(answer) as server:
        feed = PlainList(wanted("list", f"{server.url}/lists/bad.txt", settings=settings), budget())
        [portion] = feed.portions({}, nothing)
    assert portion.whole is not None
    return keys(entry for each in portion.whole.loaded for entry in each.entries)


class TestPortions:
    """PlainList.portions"""

    def test_reads_a_value_a_line(self) -> None:
        assert read(b"203.0.113.7\n# no\nbad.example\n") == ["203.0.113.7/32", "bad.example"]

    def test_reads_a_column_of_a_table(self) -> None:
        assert read(TABLE, column=2) == ["203.0.113.7/32", "203.0.113.8/32"]

    def test_reads_what_is_packed(self) -> None:
        assert read(gzip.compress(b"203.0.113.7\n")) == ["203.0.113.7/32"]

    @pytest.mark.parametrize(
        ("body", "status", "why"),
        [(b"", 200, "nothing"), (b"{broken", 200, "whole JSON"), (b"\xff\xfe", 200, "UTF-8"), (b"", 404, "404"),
         (b"\x1f\x8bno", 200, "gzip")],
    )  # fmt: skip
    def test_refuses_what_is_no_list(self, body: bytes, status: int, why: str) -> None:
        with pytest.raises(Unreachable, match=why):
            read(body, status)

    def test_leaves_out_what_is_of_another_kind_and_says_so(self) -> None:
        with little_server(lambda _asked: Said(packed([KEV, EVENT]))) as server:
            [portion] = PlainList(wanted("list", server.url), budget()).portions({}, nothing)
        assert portion.whole is not None
        assert [each.kind for each in portion.whole.loaded] == ["indicators"]
        assert portion.problems == [
            "It was set up to hold indicators. What it holds of another kind is left out: kev."
        ]  # fmt: skip

    def test_unpacks_less_than_of_a_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert plain_list.MOST_UNPACKED < MOST_BYTES
        monkeypatch.setattr(plain_list, "MOST_UNPACKED", 1024 * 1024)
        with pytest.raises(Unreachable, match="larger than 1 MB unpacked"):
            read(gzip.compress(b"203.0.113.7\n" * 100_000))

    def test_refuses_a_column_that_holds_nothing(self) -> None:
        with pytest.raises(Unreachable, match="nothing"):
            read(TABLE, column=9)


def test_says_how_much_there_is() -> None:
    with little_server(lambda _asked: Said(b"203.0.113.7\n203.0.113.8\n")) as server:
        assert "2 values" in PlainList(wanted("list", server.url), budget()).test()
