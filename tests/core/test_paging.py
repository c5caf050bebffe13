# SPDX-License-Identifier: Apache-2.0
"""Cursors: ours come back as they were, anything else is refused kindly."""

import base64
import json
from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.core.paging import decode_cursor, encode_cursor, page_of


def forged(value: Any) -> str:
    """A cursor that somebody made by themself."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class TestEncodeCursor:
    """encode_cursor"""

    @pytest.mark.parametrize("values", [[1], ["2026-01-01T10:00:00+00:00", "x"], [-(2**63), "é/+&?"], [""]])
    def test_comes_back_as_it_was(self, values: list[str | int]) -> None:
        assert decode_cursor(encode_cursor(values), len(values)) == values

    def test_needs_no_quoting_in_an_address(self) -> None:
        letters = set("".join(encode_cursor([text, 7]) for text in ("a", "ab", "abc", "ÿÿÿ???")))
        assert all(letter.isalnum() or letter in "-_" for letter in letters)


class TestDecodeCursor:
    """decode_cursor"""

    @pytest.mark.parametrize(
        "hostile",
        ["", "x", "!!!!", "é", "\x00", "=" * 9, "bm90IGpzb24", "__", "A" * 100_000, "Ww", "/etc/passwd", "1' or 1=1--"],
    )
    def test_refuses_what_is_no_cursor(self, hostile: str) -> None:
        with pytest.raises(Invalid) as refusal:
            decode_cursor(hostile, 1)
        assert set(refusal.value.fields) == {"cursor"}

    @pytest.mark.parametrize(
        "value",
        [None, 1, "text", {}, {"0": 1}, [], [1, 2], [1.5], [None], [True], [[1]], [{"a": 1}], [float("nan")]],
    )
    def test_refuses_what_is_not_a_key_of_ours(self, value: Any) -> None:
        with pytest.raises(Invalid):
            decode_cursor(forged(value), 1)

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
    def test_refuses_texts_that_no_database_can_hold(self, text: str) -> None:
        with pytest.raises(Invalid):
            decode_cursor(forged([text]), 1)

    def test_refuses_depth_and_endless_numbers(self) -> None:
        for text in ("[" * 100_000, f"[{'9' * 10_000}]"):
            with pytest.raises(Invalid):
                decode_cursor(base64.urlsafe_b64encode(text.encode()).decode(), 1)


class TestPageOf:
    """page_of"""

    def test_shows_the_limit_and_leads_on_from_the_last_row_shown(self) -> None:
        page = page_of([9, 8, 7], 2, lambda row: [row], first=True)
        assert (list(page.rows), page.first) == ([9, 8], True)
        assert decode_cursor(page.next_cursor or "", 1) == [8]

    @pytest.mark.parametrize("rows", [[], [9], [9, 8]])
    def test_ends_where_nothing_more_was_fetched(self, rows: list[int]) -> None:
        page = page_of(rows, 2, lambda row: [row], first=False)
        assert (list(page.rows), page.next_cursor, page.first) == (rows, None, False)
