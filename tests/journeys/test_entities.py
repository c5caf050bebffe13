# SPDX-License-Identifier: Apache-2.0
"""People and things by keyboard: the graph grows, two are merged, and unmerged again."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

ANA, MAIL, SECRET = "Ana Keller", "ana.keller@halden.example", "Quernstone"


@pytest.fixture
def start(people: Cast) -> str:
    """The key of an incident that names two, of which one stands in another incident and in a case of the lead's."""
    with acting_as(people.analyst):
        first = incident_ref(open_incident(title="Badge lost", category="FA-01", restricted=False, by=people.analyst))
        other = incident_ref(open_incident(title="Odd mail", category="FA-01", restricted=False, by=people.analyst))
        add_mention(first, kind="person", value=ANA, by=people.analyst)
        add_mention(first, kind="email", value=MAIL, by=people.analyst)
        add_mention(other, kind="email", value=MAIL, by=people.analyst)
    with acting_as(people.lead):
        case = open_case(title=f"Operation {SECRET}", type="other", lead_id=people.lead.id, by=people.lead)
        add_mention(case_ref(case), kind="email", value=MAIL, by=people.lead)
    return f"incident:{first.id}"


def drawn(page: Page, nodes: int) -> None:
    """Waits until the drawing has so many nodes."""
    expect(page.locator(f'[data-graph-drawing][data-nodes="{nodes}"]')).to_be_attached()


def test_the_graph_grows_by_keyboard(enter: Enter, start: str, size: ViewportSize) -> None:
    analyst = enter("analyst", size)
    page = analyst.go(f"/entities/graph?start={start}")
    drawn(page, 3)
    expand = page.get_by_role("link", name=f"Expand {MAIL}")
    expand.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Odd mail").first).to_be_visible()
    expect(expand).to_have_attribute("aria-expanded", "true")
    drawn(page, 4)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".graph-tie .graph-tie a:focus")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text(SECRET)
    analyst.look()
    expand.press("Enter")
    expect(expand).to_have_attribute("aria-expanded", "false")


def test_two_are_merged_and_unmerged(enter: Enter, start: str, size: ViewportSize) -> None:
    analyst = enter("analyst", size)
    page = analyst.go(f"/entities/graph?start={start}")
    page.locator(".graph-tie").get_by_role("link", name=ANA, exact=True).click()
    expect(page.locator("h1")).to_have_text(ANA)
    expect(page.get_by_role("region", name="Likely the same")).to_contain_text(MAIL)
    analyst.look()
    page.get_by_role("link", name=f"Compare {MAIL}").press("Enter")
    page.get_by_label("Why").fill("The same badge")
    analyst.look()
    page.get_by_role("button", name="Merge").press("Enter")
    known = page.get_by_role("region", name="Known as")
    expect(known).to_contain_text(MAIL)
    expect(page.get_by_role("region", name="Incidents")).to_contain_text("Odd mail")
    analyst.look()
    page.get_by_role("button", name=f"Unmerge {MAIL}").press("Enter")
    expect(known).to_have_count(0)
    expect(page.get_by_role("region", name="Incidents")).not_to_contain_text("Odd mail")
    expect(page.get_by_text("taken back by")).to_be_visible()


def test_the_graph_is_a_list_without_scripts(enter: Enter, start: str) -> None:
    analyst = enter("analyst", PHONE, java_script_enabled=False)
    analyst.can_be_examined = False
    page = analyst.go(f"/entities/graph?start={start}")
    page.get_by_role("link", name=f"Expand {MAIL}").click()
    expect(page.locator(".graph-ties")).to_contain_text("Odd mail")
