# SPDX-License-Identifier: Apache-2.0
"""The signal beside the list on a slow network: what is pressed and opened meanwhile is neither lost nor misled."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Enter
from tests.journeys.sending import send_alert
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

TWICE = "\N{MULTIPLICATION SIGN}2"
DETAIL = re.compile(r"/inbox/signals/")
OUTCOME = re.compile(r"/signals/[^/]+/assignment$")


def inbox_with(enter: Enter, token: str, *titles: str) -> Visitor:
    """The analyst's inbox with some alerts; the last one is first, and open."""
    analyst = enter("analyst")
    for title in titles:
        send_alert(analyst.base_url, token, title=title, rule=title, entities=[])
    analyst.page.goto(f"{analyst.base_url}/inbox")
    shows(analyst.page, titles[-1])
    return analyst


def shows(page: Page, title: str) -> None:
    """The signal stands beside the list."""
    expect(page.locator("#detail h1", has_text=title)).to_be_visible()


def row(page: Page, title: str) -> None:
    """Choose a signal in the list."""
    page.locator("#rows").get_by_role("link", name=title, exact=True).click()


def slow(page: Page, address: re.Pattern[str]) -> Callable[[], None]:
    """Hold answers back until the returned function is called."""
    held: list[Route] = []
    holding = [True]

    def arrived(route: Route) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    def release() -> None:
        holding.clear()
        for route in held:
            route.continue_()

    page.route(address, arrived)
    return release


def asked(page: Page, address: re.Pattern[str]) -> list[str]:
    """What is requested from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if address.search(request.url) else None)
    return found


def test_a_signal_that_is_shown_is_not_loaded_again(enter: Enter, token: str) -> None:
    page = inbox_with(enter, token, "First", "Second").page
    requests = asked(page, DETAIL)
    row(page, "Second")
    expect(page).to_have_url(re.compile("signal="))
    row(page, "First")
    shows(page, "First")
    assert len(requests) == 1


def test_a_signal_that_changed_since_it_was_shown_is_loaded_again(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, "First", "Second")
    page = analyst.page
    send_alert(analyst.base_url, token, title="Second", rule="Second", entities=[], expected=200)
    expect(page.locator("#rows [data-row]", has_text="Second")).to_contain_text(TWICE)
    row(page, "Second")
    expect(page.locator("#detail .signal-facts")).to_contain_text(TWICE)


def test_a_key_waits_for_the_signal_that_is_loading(enter: Enter, token: str) -> None:
    page = inbox_with(enter, token, "First", "Second").page
    release = slow(page, DETAIL)
    row(page, "First")
    page.keyboard.press("3")
    expect(page.locator("#dismiss")).to_be_hidden()
    release()
    expect(page.locator("#dismiss")).to_be_visible()
    shows(page, "First")
    page.locator("#dismiss button[value=benign]").click()
    expect(page.locator("#rows [data-row]", has_text="First")).to_have_count(0)
    expect(page.locator("#rows [data-row]", has_text="Second")).to_have_count(1)


def test_a_second_key_does_not_judge_what_nobody_has_seen(enter: Enter, token: str) -> None:
    page = inbox_with(enter, token, "First", "Second").page
    release = slow(page, DETAIL)
    row(page, "First")
    page.keyboard.press("3")
    page.keyboard.press("1")
    release()
    expect(page.locator("#dismiss")).to_be_visible()
    expect(page.locator("#rows [data-row]")).to_have_count(2)


def test_a_dialog_keeps_the_signal_that_it_was_opened_for(enter: Enter, token: str) -> None:
    page = inbox_with(enter, token, "First", "Second").page
    release = slow(page, DETAIL)
    row(page, "First")
    page.locator("#detail .signal-bar").get_by_role("button", name="Dismiss").click()
    with page.expect_response(DETAIL):
        release()
    expect(page.locator("#dismiss")).to_be_visible()
    shows(page, "Second")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    shows(page, "First")


def test_a_dialog_opened_while_an_outcome_is_under_way_comes_with_the_answer(enter: Enter, token: str) -> None:
    page = inbox_with(enter, token, "First", "Second").page
    release = slow(page, OUTCOME)
    bar = page.locator("#detail .signal-bar")
    bar.get_by_role("button", name="Assign to me").click()
    bar.get_by_role("button", name="Dismiss").click()
    release()
    expect(page.locator("#dismiss")).to_be_visible()
    page.locator("#dismiss button[value=benign]").click()
    expect(page.locator(".toast", has_text="Dismissed")).to_be_visible()


def test_the_marked_row_stays_the_one_that_is_read_when_something_arrives(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, "First")
    send_alert(analyst.base_url, token, title="Second", rule="Second", entities=[])
    rows = analyst.page.locator("#rows [data-row]")
    expect(rows).to_have_count(2)
    shows(analyst.page, "First")
    expect(rows.filter(has_text="First")).to_have_attribute("data-current", "")
    expect(analyst.page.locator("#rows [data-current]")).to_have_count(1)
