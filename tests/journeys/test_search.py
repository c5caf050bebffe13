# SPDX-License-Identifier: Apache-2.0
"""One box, one answer; and nothing of a case for who is not its member."""

import pytest
from playwright.sync_api import ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

MAN = "Viktor Hale"
SECRET = "Quernstone"


@pytest.fixture
def reference(people: Cast) -> str:
    """The reference of an incident that names a man, who is also in a case of the lead's."""
    with acting_as(people.analyst):
        incident = open_incident(title="Threat by phone", category="FA-01", restricted=False, by=people.analyst)
        add_mention(incident_ref(incident), kind="person", value=MAN, part="subject", by=people.analyst)
    with acting_as(people.lead):
        case = open_case(title=f"Operation {SECRET}", type="other", lead_id=people.lead.id, by=people.lead)
        add_mention(case_ref(case), kind="person", value=MAN, part="subject", by=people.lead)
        add_entry(case_ref(case), kind=EntryKind.NOTE, text=f"{SECRET} is what they call it", by=people.lead)
    return incident.reference


def test_a_reference_leads_to_its_record(enter: Enter, reference: str, size: ViewportSize) -> None:
    analyst = enter("analyst", size)
    page = analyst.go("/board")
    if size is PHONE:
        page = analyst.go("/search")
        box = page.locator("main input[name=q]")
    else:
        page.keyboard.press("/")
        box = page.locator("input[name=q]:focus")
    box.fill(reference)
    box.press("Enter")
    expect(page.locator("h1")).to_have_text("Threat by phone")
    analyst.look()


def test_a_person_was_reported_before(enter: Enter, reference: str, size: ViewportSize) -> None:
    analyst = enter("analyst", size)
    page = analyst.go(f"/search?q={MAN.replace(' ', '+')}")
    before = page.get_by_role("region", name=f"Reported before: {MAN}")
    expect(before).to_contain_text(reference)
    expect(before).not_to_contain_text(SECRET)
    before.get_by_role("link", name=MAN).first.click()
    expect(page.locator("h1")).to_contain_text(MAN)
    expect(page.locator("main")).not_to_contain_text(SECRET)
    analyst.look()


def test_members_find_their_case_and_nobody_else_does(enter: Enter, reference: str) -> None:
    lead = enter("lead")
    expect(lead.go(f"/search?q={SECRET}").locator(".found-list")).to_contain_text(f"Operation {SECRET}")
    for name in ("analyst", "supervisor"):
        other = enter(name)
        expect(other.go(f"/search?q={SECRET}").get_by_text("Nothing holds these words")).to_be_visible()
        expect(other.go("/cases").locator("main")).not_to_contain_text(SECRET)
    assert reference
