# SPDX-License-Identifier: Apache-2.0
"""Parts of pages that are opened by themselves."""

import pytest
from django.test import Client

from longwatch.web.whole import page_of
from tests.incidents.cast_incidents import opened
from tests.personas import Cast

OPENED = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The analyst's."""
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/incidents/{opened(cast, title='Smoke <i>').reference}"


@pytest.fixture
def parts(address: str) -> list[str]:
    below = [f"{address}/{name}" for name in ("head", "side", "signals", "timeline")]
    return [*below, "/board/rows", "/inbox/rows", "/search/suggestions?q=smoke"]


class TestWholePages:
    """WholePages"""

    def test_gives_each_part_the_frame_of_a_page(self, browser: Client, parts: list[str]) -> None:
        for part in parts:
            text = browser.get(part, headers=OPENED).content.decode()
            assert (part, text[:9], text.count('class="rail"')) == (part, "<!doctype", 1)

    def test_keeps_what_the_part_says_as_it_was_escaped(self, browser: Client, address: str) -> None:
        text = browser.get(f"{address}/head", headers=OPENED).content.decode()
        assert "Smoke &lt;i&gt;" in text
        assert "Smoke <i>" not in text

    def test_leads_to_the_page_it_belongs_to(self, browser: Client, address: str) -> None:
        assert f'href="{address}">' in browser.get(f"{address}/signals", headers=OPENED).content.decode()

    def test_leaves_a_part_alone_that_a_page_asks_for(self, browser: Client, parts: list[str]) -> None:
        for part in parts:
            answer = browser.get(part, headers={**OPENED, "HX-Request": "true"})
            assert "<!doctype" not in answer.content.decode()
            assert "HX-Request" in answer.headers["Vary"]

    def test_leaves_pages_and_files_alone(self, browser: Client, address: str) -> None:
        for path in (address, "/board", "/api/v1/openapi.json"):
            assert browser.get(path, headers=OPENED).content.decode().count("<!doctype") <= 1

    def test_says_nothing_to_who_is_not_signed_in(self, db: None) -> None:
        assert Client().get("/board/rows", headers=OPENED).status_code == 302


@pytest.mark.parametrize(
    ("path", "page"),
    [("/board/rows", "/board"), ("/incidents/INC-2026-0001/signals", "/incidents/INC-2026-0001"), ("/lost", "/"),
     ("/search/suggestions", "/search")],
)  # fmt: skip
def test_the_page_of_a_part_is_the_nearest_above(path: str, page: str) -> None:
    assert page_of(path) == page
