# SPDX-License-Identifier: Apache-2.0
"""The first load of a main page is at most 150 kB over the wire, compressed as the server sends it."""

from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, Request, expect

from longwatch.access.context import acting_as
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

MOST_BYTES = 150_000
# The map comes when somebody opens it, or after the page where it shows a place.
LATER = ("map.", "map-worker.", "world.")
PAGES = ("/inbox", "/board", "/incidents", "/cases", "/search", "/entities", "/report")


def transferred(page: Page, path: str) -> dict[str, int]:
    """What came over the wire for a page, headers included, by address."""
    sizes: dict[str, int] = {}

    def arrived(request: Request) -> None:
        size = request.sizes()
        sizes[request.url] = size["responseBodySize"] + size["responseHeadersSize"]

    page.on("requestfinished", arrived)
    page.goto(path)
    expect(page.locator("main")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    return {url: size for url, size in sizes.items() if not _comes_later(url)}


def _comes_later(url: str) -> bool:
    return url.rpartition("/")[2].startswith(LATER)


def heavy(sizes: dict[str, int], most: int = MOST_BYTES) -> list[tuple[int, str]]:
    """The parts of a page that is too heavy, heaviest first; nothing when it is not."""
    parts = sorted(((size, url) for url, size in sizes.items()), reverse=True)
    return parts if sum(size for size, _url in parts) > most else []


def all_of(sizes: Iterable[int]) -> int:
    """Bytes together."""
    return sum(sizes)


@pytest.mark.parametrize("path", PAGES)
def test_first_load_is_light(enter: Enter, people: Cast, path: str) -> None:
    with acting_as(people.analyst):
        incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=people.analyst)
    analyst = enter("analyst")
    sizes = transferred(analyst.page, f"{analyst.base_url}{path}")
    assert all_of(sizes.values()) > 10_000, "Nothing was measured."
    assert heavy(sizes) == []
    assert incident.reference


def test_a_heavy_page_is_seen() -> None:
    assert heavy({"/app.js": 90_000, "/app.css": 61_000}) == [(90_000, "/app.js"), (61_000, "/app.css")]
    assert heavy({"/app.js": 90_000}) == []
