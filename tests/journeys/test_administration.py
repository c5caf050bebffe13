# SPDX-License-Identifier: Apache-2.0
"""The auditor reads the ledger; the administrator makes a token and sees no content."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

TITLE = "A title that is content"


@pytest.fixture
def reference(people: Cast) -> str:
    """An incident that neither of the two may read."""
    with acting_as(people.analyst):
        return open_incident(title=TITLE, category="FA-01", restricted=False, by=people.analyst).reference


def status_of(base_url: str, token: str) -> int:
    """How the API answers to a token."""
    request = urllib.request.Request(f"{base_url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_the_auditor_reads_the_ledger_without_content(enter: Enter, reference: str, size: ViewportSize) -> None:
    auditor = enter("auditor", size)
    page = auditor.go("/")
    expect(page).to_have_url(f"{auditor.base_url}/ledger")
    expect(page.locator("main")).to_contain_text("incident.opened")
    expect(page.locator("main")).not_to_contain_text(TITLE)
    expect(auditor.go(f"/incidents/{reference}").locator("h1")).to_have_text("There is nothing here")


def test_the_administrator_makes_a_token_and_revokes_it(
    enter: Enter, people: Cast, reference: str, size: ViewportSize
) -> None:
    administrator = enter("administrator", size)
    page = administrator.go("/administration/tokens")
    page.get_by_label("What it is for").fill("SIEM in Lisbon")
    page.get_by_label("Acts as").select_option(label=str(people.accounts["integration"]))
    page.get_by_role("button", name="Make token").click()
    text = page.locator("[role=status] code").inner_text()
    administrator.look()
    assert status_of(administrator.base_url, text) == 200
    page.goto(f"{administrator.base_url}/administration/tokens")
    expect(page.locator("main")).not_to_contain_text(text)
    page.get_by_role("row", name="SIEM in Lisbon").get_by_role("button", name="Revoke").click()
    page.locator("dialog[open] button").last.click()
    expect(page.locator(".toast")).to_contain_text("no longer works")
    assert status_of(administrator.base_url, text) == 401


def test_the_administrator_sees_no_content(enter: Enter, reference: str, size: ViewportSize) -> None:
    administrator = enter("administrator", size)
    for part in ("", "access", "sources/", "people/new"):
        expect(administrator.go(f"/administration/{part}").locator("main")).not_to_contain_text(TITLE)
    for path in ("/inbox", "/board", f"/incidents/{reference}", "/cases", "/search?q=title", "/entities", "/ledger"):
        expect(administrator.go(path).locator("h1")).to_have_text("There is nothing here")
