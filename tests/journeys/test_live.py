# SPDX-License-Identifier: Apache-2.0
"""Live pages over a connection that comes and goes."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Enter
from tests.journeys.sending import send_alert
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

ENDS_AT_ONCE = 'event: ready\ndata: {"missed": false}\n\n'
NOTICE = ".live-notice button"


def inbox_that_misses(enter: Enter, token: str, title: str) -> Visitor:
    """An inbox whose stream ends at once; before the next one begins, an alert comes that no stream tells of."""
    analyst = enter("analyst")
    streams: list[Route] = []

    def answer(route: Route) -> None:
        streams.append(route)
        if len(streams) == 2:
            send_alert(analyst.base_url, token, title=title, rule=title, entities=[])
        if len(streams) == 1:
            route.fulfill(body=ENDS_AT_ONCE, content_type="text/event-stream")
        else:
            route.continue_()

    analyst.page.route("**/live/inbox?*", answer)
    return analyst


def row(page: Page, title: str) -> None:
    """The signal is in the list."""
    expect(page.locator("#rows [data-row]", has_text=title)).to_be_visible()


def test_what_happened_before_the_stream_began_is_shown(enter: Enter, token: str) -> None:
    """The page is there, its stream is not yet: what comes in between is told by the first word of the stream."""
    analyst, other = enter("analyst"), enter("supervisor")
    held: list[Route] = []
    other.page.goto(f"{other.base_url}/inbox")
    expect(other.page.locator("[data-live-ready]")).to_be_attached()
    with analyst.page.expect_request("**/live/inbox*"):
        analyst.page.route("**/live/inbox*", lambda route: held.append(route))
        analyst.page.goto(f"{analyst.base_url}/inbox")
    send_alert(analyst.base_url, token, title="In between", rule="between", entities=[])
    row(other.page, "In between")  # Everybody who listens was told.
    held[0].continue_()
    row(analyst.page, "In between")


def test_a_page_that_missed_nothing_is_not_fetched_again(enter: Enter, token: str) -> None:
    analyst = enter("analyst")
    page = analyst.page
    asked: list[str] = []
    page.goto(f"{analyst.base_url}/inbox")
    expect(page.locator("[data-live-ready]")).to_be_attached()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{analyst.base_url}/inbox")
    expect(page.locator("[data-live-ready]")).to_be_attached()
    send_alert(analyst.base_url, token, title="News", rule="news", entities=[])
    row(page, "News")
    assert sum("/inbox/rows" in url for url in asked) == 1


def test_what_happened_while_the_stream_was_away_is_shown(enter: Enter, token: str) -> None:
    analyst = inbox_that_misses(enter, token, "Missed")
    analyst.page.goto(f"{analyst.base_url}/inbox")
    row(analyst.page, "Missed")


def test_a_page_that_somebody_types_into_is_offered_what_it_missed(enter: Enter, token: str) -> None:
    analyst = inbox_that_misses(enter, token, "Missed")
    page = analyst.page
    page.goto(f"{analyst.base_url}/inbox")
    page.get_by_label("Words in signals").fill("Mis")
    page.locator(NOTICE).click()
    row(page, "Missed")


def test_a_burst_is_counted_in_signals(enter: Enter, token: str) -> None:
    analyst = enter("analyst")
    page = analyst.page
    page.goto(f"{analyst.base_url}/inbox")
    expect(page.locator("[data-live-ready]")).to_be_attached()
    page.get_by_label("Words in signals").focus()
    for number in range(7):
        send_alert(analyst.base_url, token, title="Burst", rule=f"burst {number}", entities=[])
    send_alert(analyst.base_url, token, title="Burst", rule="burst 0", entities=[], expected=200)
    expect(page.locator(NOTICE)).to_have_text("7 new, show")


def test_no_number_is_promised_where_a_filter_may_leave_less(enter: Enter, token: str) -> None:
    analyst = enter("analyst")
    page = analyst.page
    page.goto(f"{analyst.base_url}/inbox?severity=4")
    expect(page.locator("[data-live-ready]")).to_be_attached()
    page.get_by_label("Words in signals").focus()
    send_alert(analyst.base_url, token, title="Slight", rule="slight", severity="low", entities=[])
    expect(page.locator(NOTICE)).to_have_text("Something changed, show")
