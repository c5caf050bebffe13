# SPDX-License-Identifier: Apache-2.0
"""Looking at raw bytes that nobody could read."""

import pytest

from longwatch.intake.rawview import MOST_HEX, MOST_TEXT, hex_lines, view_of


class TestViewOf:
    def test_shows_text_as_it_is(self) -> None:
        shown = view_of('{"title": "Tür"}\n\tnext'.encode())
        assert (shown.text, shown.hexadecimal, shown.hidden) == ('{"title": "Tür"}\n\tnext', False, 0)

    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            (b"a perfectly normal line\x00", "a perfectly normal line\\u{0}"),
            (b"colours \x1b[31m of a terminal that nobody sees", "colours \\u{1b}[31m of a terminal that nobody sees"),
            ("turned \u202e round, in a long line".encode(), "turned \\u{202e} round, in a long line"),
            (b"bad byte \xff in a line of text", "bad byte \\xff in a line of text"),
        ],
    )
    def test_spells_out_what_cannot_be_seen(self, raw: bytes, text: str) -> None:
        assert view_of(raw).text == text

    def test_shows_bytes_that_are_no_text_in_hexadecimal(self) -> None:
        shown = view_of(bytes(range(256)) * 2)
        assert shown.hexadecimal
        assert shown.text.startswith("00000000  00 01 02")

    def test_shows_the_beginning_only_and_says_what_is_hidden(self) -> None:
        assert view_of(b"a" * (MOST_TEXT + 5)).hidden == 5
        assert view_of(b"\x00" * (MOST_HEX + 7)).hidden == 7

    def test_shows_nothing_of_nothing(self) -> None:
        assert view_of(b"").text == ""


class TestHexLines:
    def test_has_place_bytes_and_letters(self) -> None:
        assert hex_lines(b"\x00Longwatch\xff intake") == (
            "00000000  00 4c 6f 6e 67 77 61 74 63 68 ff 20 69 6e 74 61  .Longwatch. inta\n"
            "00000010  6b 65                                            ke"
        )
