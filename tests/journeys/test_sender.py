# SPDX-License-Identifier: Apache-2.0
"""A supervisor has a sender told, and sees first what exactly it would be told."""

import os

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.intake.cast_signals import make_source, send
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
ALERT = {"dedup_key": "e1", "kibana.alert.uuid": "e1", "severity": "high", "title": "Suspicious PowerShell"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sender_is_set_up_after_a_look_at_what_it_is_told(
    enter: Enter, people: Cast, size: ViewportSize, scheme: str
) -> None:
    source = make_source(people, name="Elastic", slug="elastic")
    send(source, people, **ALERT)
    supervisor = enter("supervisor", size, color_scheme=scheme)
    page = supervisor.go(f"/administration/sources/{source.id}/sender?start=elastic")
    page.get_by_label("Token, password or key").fill("ApiKey abc")
    page.get_by_role("button", name="Show what would be sent").click()
    expect(page.locator("#trial pre")).to_contain_text('{"signal_ids": ["e1"], "status": "closed"}')
    expect(page.locator("#trial pre")).not_to_contain_text("abc")
    supervisor.look()
    if "SHOTS" in os.environ:
        page.screenshot(path=f"{os.environ['SHOTS']}/sender-{size['width']}-{scheme}.png", full_page=True)
    page.get_by_label("Token, password or key").fill("ApiKey abc")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("How it goes")
    if "SHOTS" in os.environ:
        page.screenshot(path=f"{os.environ['SHOTS']}/saved-{size['width']}-{scheme}.png")
        page.goto(f"{supervisor.base_url}/administration/sources/{source.id}")
        page.screenshot(path=f"{os.environ['SHOTS']}/source-{size['width']}-{scheme}.png")
