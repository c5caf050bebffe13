# SPDX-License-Identifier: Apache-2.0
"""HTML as words."""

import time

import pytest

from longwatch.intake.mapping.markup import page_words


class TestPageWords:
    def test_gives_words_and_the_addresses_of_links(self) -> None:
        words, links = page_words("<p>Hello &amp; <a href='https://a.example/?x=1&amp;y=2'>sign in</a><br>now</p>")
        assert words == "Hello & <https://a.example/?x=1&y=2> sign in\nnow"
        assert links == ["https://a.example/?x=1&y=2"]

    def test_leaves_out_what_nobody_reads(self) -> None:
        page = "<head><title>t</title></head><style>p {}</style><!-- c --><script>if (a < b) {}</script>Text"
        assert page_words(page) == ("Text", [])

    @pytest.mark.parametrize("page", ["a < b", "a <", "<>", "<a href=", "</", "<!-- x", "<script>x", "&#x110000;"])
    def test_takes_what_is_broken(self, page: str) -> None:
        page_words(page)

    def test_finds_where_a_form_sends_to(self) -> None:
        assert page_words("<form action=http://a.example/take>")[1] == ["http://a.example/take"]

    @pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<script", "</", '<a href="', "&"])
    def test_takes_time_by_its_length_alone(self, piece: str) -> None:
        begun = time.process_time()
        page_words(piece * (256_000 // len(piece)))
        assert time.process_time() - begun < 5
