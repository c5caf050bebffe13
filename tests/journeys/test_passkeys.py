# SPDX-License-Identifier: Apache-2.0
"""A passkey is added, opens the account by itself, and confirms a dangerous act; with a real browser and device."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.access.sessions import SIGNED_IN_AT, SessionStore
from longwatch.access.sign_in_models import Session
from tests.access.entries import actions
from tests.journeys.visitor import DESKTOP
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(
    chromium: Browser, gathered_files: None, live_server_process: str, people: Cast, password: str
) -> Iterator[Page]:
    """The lead's page at a host name, which passkeys need, with a device that holds passkeys."""
    start = f"http://localhost:{urlsplit(live_server_process).port}"
    context = chromium.new_context(viewport=DESKTOP, base_url=start)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/accounts/login/?next=/security")
    page.get_by_label("E-mail address").fill(people.accounts["lead"].email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_have_text("How you sign in")
    yield page
    context.close()
    assert not problems


def add(page: Page) -> None:
    page.get_by_role("link", name="Set up").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")


def test_a_passkey_opens_the_account_by_itself(page: Page, people: Cast) -> None:
    add(page)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/security")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("How you sign in")
    expect(page.locator("main")).to_contain_text("Laptop")
    with acting_as(people.administrator):
        said = actions(people.lead.id)
    assert "second_factor.added" in said
    assert said[-2:] == ["account.signed_out", "account.signed_in"]


def test_a_passkey_confirms_and_what_was_typed_goes_on(page: Page, people: Cast, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    add(page)
    page.goto("/tokens")
    page.get_by_label("What it is for").fill("My own script")
    page.get_by_label("Read signals").check()
    long_ago(people, page)
    page.get_by_role("button", name="Make token").click()
    page.get_by_role("link", name="Use a passkey or security key").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.locator("h1")).to_have_text("Thank you. One more click")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("[role=status]").first).to_contain_text("The token is made")


def long_ago(people: Cast, page: Page) -> None:
    """Let the lead have signed in an hour ago."""
    key = next(each["value"] for each in page.context.cookies() if each["name"] == "longwatch_session")
    store = SessionStore(key)
    store[SIGNED_IN_AT] = store[SIGNED_IN_AT] - 3600
    store.save()
    assert Session.objects.filter(account_id=people.lead.id).exists()
