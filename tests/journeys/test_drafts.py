# SPDX-License-Identifier: Apache-2.0
"""What somebody types is not lost when their session ends before they save it."""

import pytest
from playwright.sync_api import Page, expect

from longwatch.access.context import acting_as
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.journeys.visitor import Visitor
from tests.personas import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

TYPED = "Smoke in the server room, second floor"
PUT_BACK = "Your unsaved text was put back."


@pytest.fixture
def incident(people: Cast) -> Incident:
    """An incident that the lead may edit."""
    with acting_as(people.lead):
        return open_incident(title="Smoke", category="FA-01", restricted=False, by=people.lead)


@pytest.fixture
def lead(enter: Enter, people: Cast, password: str) -> Visitor:
    """The lead, who knows how to sign in again."""
    people.accounts["lead"].refresh_from_db()
    return enter("lead")


def sign_in_again(page: Page, people: Cast) -> None:
    """Sign in on the page that came instead."""
    page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(people.accounts["lead"].email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def expect_refusal(visitor: Visitor, status: int) -> None:
    """Take out of the problems what the browser says of a refusal that is meant."""
    visitor.problems[:] = [each for each in visitor.problems if f"status of {status}" not in each]


def edit(lead: Visitor, incident: Incident, text: str = TYPED) -> Page:
    """Type a title into the form that edits an incident, and do not save it."""
    page = lead.go(f"/incidents/{incident.reference}/amendment")
    page.get_by_label("Title").fill(text)
    return page


def save(page: Page) -> None:
    """Press the main button of the form."""
    page.locator("main form .button-primary").click()


def test_a_changed_title_comes_back_after_signing_in_again(lead: Visitor, incident: Incident, people: Cast) -> None:
    page = edit(lead, incident)
    lead.context.clear_cookies(name="longwatch_session")
    save(page)
    sign_in_again(page, people)
    expect(page.get_by_label("Title")).to_have_value(TYPED)
    expect(page.get_by_text(PUT_BACK)).to_be_visible()


def test_a_changed_title_comes_back_when_all_cookies_were_gone(lead: Visitor, incident: Incident, people: Cast) -> None:
    page = edit(lead, incident)
    lead.context.clear_cookies()
    save(page)
    expect(page.get_by_text("comes back once you have signed in")).to_be_visible()
    page.get_by_role("button", name="Go back").click()
    sign_in_again(page, people)
    expect(page.get_by_label("Title")).to_have_value(TYPED)
    expect_refusal(lead, 403)


def test_a_note_comes_back_by_the_link_of_the_message_that_one_was_signed_out(
    lead: Visitor, incident: Incident, people: Cast
) -> None:
    page = lead.go(f"/incidents/{incident.reference}")
    page.locator("#composer textarea").fill(TYPED)
    lead.context.clear_cookies(name="longwatch_session")
    page.locator("#composer").get_by_role("button", name="Save").click()
    toast = page.locator(".toast", has_text="You were signed out. Sign in again; what you typed is kept.").first
    toast.get_by_role("link", name="Sign in").click()
    sign_in_again(page, people)
    expect(page).to_have_url(f"{lead.base_url}/incidents/{incident.reference}")
    expect(page.locator("#composer textarea")).to_have_value(TYPED)
    expect_refusal(lead, 401)


def test_what_was_saved_is_not_put_back(lead: Visitor, incident: Incident) -> None:
    save(edit(lead, incident))
    expect(lead.page.get_by_role("heading", name=TYPED)).to_be_visible()
    assert lead.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))") == []


def test_what_was_cancelled_is_not_put_back(lead: Visitor, incident: Incident) -> None:
    page = edit(lead, incident)
    page.locator("main form").get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(f"{lead.base_url}/incidents/{incident.reference}")
    lead.go(f"/incidents/{incident.reference}/amendment")
    expect(page.get_by_label("Title")).to_have_value("Smoke")


def test_a_text_is_put_beside_what_somebody_else_wrote_meanwhile(
    lead: Visitor, incident: Incident, enter: Enter
) -> None:
    page = edit(lead, incident)
    save(edit(enter("lead"), incident, "Smoke on the roof"))
    lead.go(f"/incidents/{incident.reference}/amendment")
    expect(page.get_by_label("Title")).to_have_value("Smoke on the roof")
    expect(page.get_by_text(f"You had typed: {TYPED}")).to_be_visible()
