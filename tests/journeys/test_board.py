# SPDX-License-Identifier: Apache-2.0
"""The board is alive: what somebody else changes appears without a reload."""

import pytest
from playwright.sync_api import ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.incidents.services.moving import change_severity
from longwatch.incidents.services.opening import open_incident
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_others_changes_appear(enter: Enter, people: Cast, size: ViewportSize) -> None:
    watcher = enter("responder", size)
    page = watcher.go("/board")
    expect(page.locator("#board")).not_to_contain_text("Smoke in the hall")
    with acting_as(people.analyst):
        incident = open_incident(
            title="Smoke in the hall", category="FA-01", severity=2, restricted=False, by=people.analyst
        )
    card = page.locator("#board [data-row]", has_text="Smoke in the hall").first
    expect(card).to_be_visible()
    watcher.look()
    with acting_as(people.analyst):
        change_severity(incident.id, 4, reason="It burns", by=people.analyst)
    expect(card).to_contain_text("Critical")


def test_a_restricted_incident_stays_away(enter: Enter, people: Cast) -> None:
    watcher = enter("responder")
    page = watcher.go("/board")
    with acting_as(people.analyst):
        open_incident(title="A quiet threat", category="FA-01", restricted=True, by=people.analyst)
        open_incident(title="Smoke in the hall", category="FA-01", restricted=False, by=people.analyst)
    expect(page.locator("#board")).to_contain_text("Smoke in the hall")
    expect(page.locator("#board")).not_to_contain_text("A quiet threat")
