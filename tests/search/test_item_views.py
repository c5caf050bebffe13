# SPDX-License-Identifier: Apache-2.0
"""Recording a thing, on its page and by API."""

from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.evidence.selectors import exhibits
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from tests.personas import Cast


@pytest.fixture
def incident(cast: Cast) -> Incident:
    with acting_as(cast.analyst):
        return open_incident(title="Smoke", category="FA-01", restricted=False, by=cast.analyst)


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


class TestItem:
    """item"""

    def test_records_a_thing_and_shows_it(self, cast: Cast, incident: Incident) -> None:
        browser, address = browser_of(cast, "analyst"), f"/files/of/incident/{incident.id}/items"
        assert "Where it is kept" in browser.get(address).content.decode()
        page = browser.post(address, {"name": "<b>Knife</b>", "place": "Safe 2", "tag": "A-17"}, follow=True)
        told = page.content.decode()
        for words in ("&lt;b&gt;Knife&lt;/b&gt;", "A thing, not a file", "place: Safe 2", "A-17"):
            assert words in told
        assert "Safe copy" not in told
        listed = browser.get(f"/files/of/incident/{incident.id}").content.decode()
        assert "A thing" in listed
        assert "SHA-256" not in listed

    def test_keeps_what_was_typed_when_something_is_missing(self, cast: Cast, incident: Incident) -> None:
        answer = browser_of(cast, "analyst").post(f"/files/of/incident/{incident.id}/items", {"name": "Knife"})
        assert answer.status_code == 422
        assert "Say where it is kept." in answer.content.decode()
        assert 'value="Knife"' in answer.content.decode()

    def test_is_not_there_for_others(self, cast: Cast, incident: Incident) -> None:
        sent = {"name": "Knife", "place": "Safe 2"}
        address = f"/files/of/incident/{incident.id}/items"
        assert browser_of(cast, "outsider").post(address, sent).status_code == 404
        assert browser_of(cast, "outsider").get(address).status_code == 404
        with acting_as(cast.analyst):
            assert not exhibits(incident.id).exists()


def test_a_program_records_a_thing(cast: Cast, incident: Incident) -> None:
    with acting_as(cast.analyst):
        permissions = sorted(cast.analyst.permissions)
        _, token = create_token(account_id=cast.analyst.id, label="t", permissions=permissions, by=cast.analyst)
    client: Any = Client(headers={"Authorization": f"Bearer {token}"})
    body = {"name": "Knife", "place": "Safe 2", "taken_at": "2026-01-02T10:00:00Z"}
    answer = client.post(f"/api/v1/records/incident/{incident.id}/items", body, content_type="application/json")
    assert answer.status_code == 201
    assert (answer.json()["is_physical"], answer.json()["sha256"]) == (True, "")
    again = client.get(answer["Location"])
    assert (again.json()["name"], again.json()["acquired_at"]) == ("Knife", "2026-01-02T10:00:00Z")
