# SPDX-License-Identifier: Apache-2.0
"""Long addresses drawn short."""

from html import unescape

import pytest
from django.utils.html import strip_tags

from longwatch.web.shortening import shortened_html

PATH = "a/" * 60
LONG = f"https://files.example.org/{PATH}statement.html?session=3c59dc&to=mail"


def whole(html: str) -> str:
    return unescape(strip_tags(html))


class TestShortenedHtml:
    """shortened_html"""

    def test_keeps_all_of_it_for_whoever_copies(self) -> None:
        assert whole(shortened_html(f"Opened {LONG} at noon")) == f"Opened {LONG} at noon"

    def test_draws_the_beginning_and_the_end(self) -> None:
        shown = shortened_html(LONG)
        head, _, tail = shown.partition('<span class="long-middle">')
        assert whole(head).endswith(LONG[:44])
        assert tail.endswith("</span>n=3c59dc&amp;to=mail</span>")
        assert f'title="{LONG.replace("&", "&amp;")}"' in shown

    def test_leaves_what_is_short_as_it_is(self) -> None:
        assert shortened_html("Sign-in from https://login.example.org/") == "Sign-in from https://login.example.org/"

    @pytest.mark.parametrize(
        "address",
        [
            f"https://login.example.org.{'x' * 40}.evil.example/{PATH}",
            f"https://login.example.org@{'x' * 40}.evil.example/{PATH}",
            f"hxxps[:]//login.example[.]org.{'x' * 40}.evil[.]example/{PATH}",
            f"login.example.org.{'x' * 50}.evil.example/{PATH}",
            f"https://login.example.org.{'x' * 40}.evil.example\\{PATH}",
        ],
    )
    def test_never_hides_where_an_address_leads(self, address: str) -> None:
        head, _, _ = shortened_html(address).partition('<span class="long-middle">')
        assert "evil" in whole(head)

    def test_shows_an_address_whole_whose_host_alone_is_long(self) -> None:
        address = f"https://login.example.org.{'x' * 120}.evil.example/{PATH}"
        assert shortened_html(address) == address

    def test_writes_what_is_hostile_as_text(self) -> None:
        shown = shortened_html(f'https://example.org/"><script>{"x" * 90}</script> <b>')
        assert "<script>" not in shown
        assert shown.endswith(" &lt;b&gt;")
