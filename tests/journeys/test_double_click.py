# SPDX-License-Identifier: Apache-2.0
"""A button that is pressed twice does once what it says: what is written stays for ever."""

import pytest
from playwright.sync_api import expect

from longwatch.access.context import acting_as
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_note_that_is_saved_with_a_double_click_is_written_once(enter: Enter, people: Cast) -> None:
    with acting_as(people.analyst):
        incident = open_incident(title="Smoke", category="FA-01", restricted=False, by=people.analyst)
    page = enter("analyst").go(f"/incidents/{incident.reference}")
    composer = page.locator("#composer")
    for number in range(3):
        composer.locator("textarea").fill(f"Note {number}")
        composer.get_by_role("button", name="Save").dblclick()
        expect(page.locator("#timeline .event", has_text=f"Note {number}")).to_be_visible()
    page.reload()
    for number in range(3):
        expect(page.locator("#timeline .event", has_text=f"Note {number}")).to_have_count(1)
