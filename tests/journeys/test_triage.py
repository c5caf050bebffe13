# SPDX-License-Identifier: Apache-2.0
"""Judging what arrived: one by one, many at once, and back again."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.journeys.conftest import Enter
from tests.journeys.sending import send_alert
from tests.journeys.visitor import DESKTOP, Visitor
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

# A browser that is busy: who asks to go on in a moment does so late.
BUSY = "const soon = setTimeout; window.setTimeout = (act, ms, ...more) => soon(act, ms === 1 ? 500 : ms, ...more);"


def inbox_with(enter: Enter, token: str, titles: list[str], size: ViewportSize = DESKTOP) -> Visitor:
    """The analyst's inbox with some alerts in it."""
    analyst = enter("analyst", size)
    for title in titles:
        send_alert(analyst.base_url, token, title=title, rule=title, entities=[])
    analyst.go("/inbox")
    for title in titles:
        expect(row(analyst.page, title)).to_be_visible()
    return analyst


def row(page: Page, title: str) -> Locator:
    """The row of a signal in the list."""
    return page.locator("#rows [data-row]", has_text=title)


def titled(page: Page, title: str) -> Locator:
    """The detail beside the list."""
    return page.locator("#detail h1", has_text=title)


def choose(page: Page, title: str) -> None:
    """Open a signal from the list."""
    page.locator("#rows").get_by_role("link", name=title, exact=True).click()
    # The first one is shown before anybody chose it; what counts is the answer to the click.
    expect(page.locator("#detail [data-chosen] h1", has_text=title)).to_be_visible()


def act(page: Page, name: str) -> None:
    """Press a button of the bar below the signal."""
    page.locator("#detail .signal-bar").get_by_role("button", name=name).click()


def test_many_are_dismissed_and_taken_back(enter: Enter, token: str, size: ViewportSize) -> None:
    analyst = inbox_with(enter, token, ["First", "Second", "Third"], size)
    page = analyst.page
    for title in ("First", "Second"):
        page.get_by_label(f"Select {title}").check()
    expect(page.locator("[data-bulk]")).to_be_visible()
    analyst.look()
    page.locator("[data-bulk]").get_by_role("button", name="Dismiss").click()
    page.locator("#bulk-dismiss button[value=benign]").click()
    expect(page.locator(".toast")).to_contain_text("2 signals dismissed.")
    expect(row(page, "First")).to_have_count(0)
    expect(row(page, "Third")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(row(page, "First")).to_be_visible()
    expect(row(page, "Second")).to_be_visible()


def test_one_is_dismissed_and_the_next_follows(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, ["First", "Second"])
    page = analyst.page
    choose(page, "Second")
    page.keyboard.press("3")
    expect(page.locator("#dismiss")).to_be_visible()
    analyst.look()
    page.locator("#dismiss button[value=false_positive]").click()
    expect(titled(page, "First")).to_be_visible()
    expect(row(page, "Second")).to_have_count(0)
    page.goto(f"{analyst.base_url}/inbox?show=judged")
    expect(row(page, "Second")).to_be_visible()
    analyst.look()


def test_one_is_snoozed_and_one_is_mine(enter: Enter, token: str, people: Cast, size: ViewportSize) -> None:
    analyst = inbox_with(enter, token, ["First", "Second"], size)
    page = analyst.page
    choose(page, "First")
    act(page, "Assign to me")
    expect(page.locator("#detail .kv", has_text=people.accounts["analyst"].name)).to_be_visible()
    act(page, "Snooze")
    page.locator("#snooze button[value=hour]").click()
    expect(page.locator(".toast", has_text="Snoozed.")).to_be_visible()
    page.goto(f"{analyst.base_url}/inbox?show=snoozed")
    expect(row(page, "First")).to_be_visible()
    expect(row(page, "Second")).to_have_count(0)
    analyst.look()


def test_one_repeats_another(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, ["A broken door", "The door broken again"])
    page = analyst.page
    choose(page, "The door broken again")
    page.keyboard.press("2")
    candidates = page.locator("#duplicate-body")
    candidates.get_by_label("Words in the other signal").fill("broken")
    candidates.get_by_label("Words in the other signal").press("Enter")
    expect(candidates).to_contain_text("A broken door")
    analyst.look()
    candidates.get_by_role("button", name="A broken door").first.click()
    expect(page.locator(".toast")).to_contain_text("Marked as a duplicate.")
    expect(row(page, "The door broken again")).to_have_count(0)


def test_keys_work_from_the_moment_a_signal_is_seen(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, ["A broken door", "The door broken again"])
    analyst.context.add_init_script(BUSY)
    page = analyst.go("/inbox")
    choose(page, "The door broken again")
    page.keyboard.press("2")
    expect(page.locator("#duplicate-body").get_by_label("Words in the other signal")).to_be_visible()


def test_filters_are_in_the_address(enter: Enter, token: str, size: ViewportSize) -> None:
    analyst = inbox_with(enter, token, ["First"], size)
    send_alert(analyst.base_url, token, title="Slight", severity="low", rule="slight", entities=[])
    page = analyst.page
    expect(row(page, "Slight")).to_be_visible()
    page.locator("summary[data-key=f]").click()
    page.locator(".inbox-severities").get_by_label("Low").check()
    expect(row(page, "First")).to_have_count(0)
    assert "severity=1" in page.url
    analyst.look()
    page.goto(page.url)
    expect(row(page, "Slight")).to_be_visible()
    expect(row(page, "First")).to_have_count(0)


def test_news_waits_while_somebody_types(enter: Enter, token: str) -> None:
    analyst = inbox_with(enter, token, ["First"])
    page = analyst.page
    page.get_by_label("Words in signals").focus()
    page.keyboard.type("Fi")
    notice = page.locator(".live-notice button")
    for count, title in enumerate(("Fire one", "Fire two", "Fire three"), 1):
        send_alert(analyst.base_url, token, title=title, rule=title, entities=[])
        expect(notice).to_contain_text(f"{count} new")
    analyst.look()
    expect(row(page, "Fire one")).to_have_count(0)
    notice.click()
    expect(row(page, "Fire one")).to_be_visible()
