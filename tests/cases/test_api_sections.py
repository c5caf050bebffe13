# SPDX-License-Identifier: Apache-2.0
"""Sections and publications by API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.cases.models import Case
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.people import add_member
from longwatch.core import clock
from tests.cases.material import an_incident
from tests.personas import Cast


@pytest.fixture
def full(case: Case, cast: Cast) -> Case:
    """The case with an HR partner and counsel."""
    with acting_as(cast.lead):
        for person in (cast.hr, cast.counsel):
            add_member(case.id, person.id, reason="Advises", by=cast.lead)
    return case


def api(cast: Cast, name: str) -> Client:
    actor = cast.actors[name]
    with acting_as(actor):
        permissions = sorted(actor.permissions)
        _token, text = create_token(account_id=actor.id, label="x", permissions=permissions, by=actor)
    return Client(headers={"authorization": f"Bearer {text}"})


def send(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


class TestSections:
    def test_are_opened_listed_and_joined(self, full: Case, cast: Cast) -> None:
        here = f"/api/v1/cases/{full.id}/sections"
        made = send(api(cast, "hr"), here, section="hr")
        assert made.status_code == 201
        members = f"{here}/{made.json()['id']}/members"
        assert send(api(cast, "hr"), members, account_id=str(cast.counsel.id), reason="Advises").status_code == 201
        assert api(cast, "hr").delete(f"{members}/{cast.counsel.id}?reason=Done").status_code == 204
        (masked,) = api(cast, "lead").get(here).json()
        assert masked == {"id": None, "section": "hr", "label": "HR", "inside": False, "people": ["Hanna HR"]}
        assert send(api(cast, "lead"), members, account_id=str(cast.lead.id), reason="x").status_code == 404
        assert send(api(cast, "analyst"), here, section="privileged").status_code == 403


class TestPublications:
    def test_go_to_an_incident_and_are_withdrawn(self, full: Case, cast: Cast) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.investigator):
            link_incident(full.id, incident.id, by=cast.investigator)
        here = f"/api/v1/cases/{full.id}/publications"
        until = (clock.now() + timedelta(days=1)).isoformat()
        words = {"kind": "bolo", "about": "Red van", "text": "Call the desk."}
        made = send(api(cast, "lead"), here, incident_id=str(incident.id), expires_at=until, **words)
        assert made.status_code == 201
        assert [row["text"] for row in api(cast, "supervisor").get(here).json()] == ["Call the desk."]
        assert api(cast, "intelligence").get(here).status_code == 404
        one = f"{here}/{made.json()['id']}"
        assert api(cast, "counsel").put(f"{one}/approval").status_code == 409
        assert api(cast, "lead").delete(f"{one}?reason=Found").status_code == 204
        refused = send(api(cast, "analyst"), here, incident_id=str(incident.id), expires_at=until, **words)
        assert refused.status_code == 403
