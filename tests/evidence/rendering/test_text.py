# SPDX-License-Identifier: Apache-2.0
"""Text in whatever way it is written."""

import pytest

from longwatch.evidence.rendering.text import decoded, hex_copy, text_copy


class TestDecoded:
    @pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_reads_what_its_mark_says(self, coding: str) -> None:
        assert decoded("Grüße".encode(coding)) == "Grüße"


class TestTextCopy:
    def test_keeps_markup_as_words(self) -> None:
        assert "<script>" in text_copy(b"<script>").text


class TestHexCopy:
    def test_shows_bytes(self) -> None:
        assert "de ad" in hex_copy(b"\xde\xad").text
