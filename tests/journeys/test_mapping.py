# SPDX-License-Identifier: Apache-2.0
"""From what could not be read to a mapping, and from there to good signals."""

import json

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.intake.models import Signal, Source
from tests.intake.cast_signals import keep_unreadable, make_source
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

RECORD = {
    "title": "EVT-7",
    "severity": "red",
    "door": {"id": "D-17", "name": "Server room", "floor": 3},
    "alarm": {
        "text": "Door held open",
        "level": "red",
        "raised": "2026-11-20T04:05:06Z",
        "rule": "held-open",
        "user": "ana.ruiz@halden.example",
        "reader": "10.4.7.12",
    },
}


def failed_delivery(people: Cast) -> Source:
    source = make_source(people, name="Doors", slug="doors")
    for number in (17, 18, 19):
        raw = json.dumps(RECORD).replace("D-17", f"D-{number}").encode()
        keep_unreadable(source, people, raw, reason="severity: Use informational, low, medium, high or critical.")
    return source


def point(page: Page, path: str, *, then: str) -> None:
    """Point at a value of the record; the chip of what comes next is chosen then."""
    leaf = page.locator(f"button.tree-leaf[value='point:{path}']")
    leaf.click()
    expect(leaf).to_have_class("tree-leaf is-used")
    expect(page.locator(f"input[name=target][value={then}]")).to_be_checked()


def save(page: Page) -> None:
    page.get_by_label("Short name").fill("doors")
    page.get_by_label("Name", exact=True).fill("Door controller")
    page.get_by_role("button", name="Save mapping").click()


def said(people: Cast, source: Source) -> set[tuple[str, int, str]]:
    with acting_as(people.supervisor):
        return {(each.title, each.severity, each.format) for each in Signal.objects.filter(source=source)}


def test_a_failed_delivery_becomes_good_signals(enter: Enter, people: Cast, size: ViewportSize) -> None:
    source = failed_delivery(people)
    visitor = enter("supervisor", size)
    page = visitor.go(f"/administration/sources/{source.id}")
    page.get_by_role("table").last.get_by_role("link").first.click()
    page.get_by_role("link", name="Make a mapping from it").click()
    point(page, "alarm.text", then="severity")
    point(page, "alarm.level", then="occurred_at")
    point(page, "alarm.raised", then="entity")
    point(page, "door.name", then="entity")
    point(page, "alarm.user", then="entity")
    visitor.look()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Door held open")
    expect(preview).to_contain_text("ana.ruiz@halden.example")
    page.locator("#slot-title").fill("{alarm.text}: {door.name}")
    expect(preview).to_contain_text("Door held open: Server room")
    expect(preview).to_contain_text("Severity not known: red")
    page.get_by_label("red", exact=True).select_option("high")
    expect(preview.locator(".severity-high").first).to_be_visible()
    page.get_by_role("button", name="Compare with now").click()
    expect(page.locator("#compared")).to_contain_text("Cannot be read")
    save(page)
    page.wait_for_url(f"**/administration/sources/{source.id}")
    expect(page.get_by_text("own:doors")).to_be_visible()
    again = page.get_by_role("button", name="Read again", exact=True)
    for left in (2, 1, 0):
        again.first.click()
        expect(again).to_have_count(left)
    expect(page.get_by_text("Everything that came could be read.")).to_be_visible()
    assert said(people, source) == {("Door held open: Server room", 3, "own:doors@1")}


def test_pointing_works_without_a_script(enter: Enter, people: Cast) -> None:
    source = failed_delivery(people)
    plain = enter("supervisor", java_script_enabled=False)
    plain.can_be_examined = False
    page = plain.go(f"/mappings/new?source={source.id}")
    page.locator("button.mapper-pick").first.click()
    point(page, "alarm.text", then="severity")
    expect(page.locator("#preview")).to_contain_text("Door held open")
    save(page)
    expect(page.get_by_text("own:doors")).to_be_visible()


def test_the_keyboard_walks_through_the_record(enter: Enter, people: Cast) -> None:
    source = failed_delivery(people)
    page = enter("supervisor", PHONE).go(f"/mappings/new?source={source.id}")
    page.locator("button.mapper-pick").first.click()
    page.locator("button.tree-leaf").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#slot-title")).to_have_value("alarm.text")
