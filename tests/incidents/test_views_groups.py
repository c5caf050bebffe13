# SPDX-License-Identifier: Apache-2.0
"""What became of a group, on its page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.grouping.models import Group
from tests.grouping.test_storing import settled
from tests.incidents.cast_rules import arrive, auto_rule, followed
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def group(town: Cast) -> Group:
    auto_rule(town)
    source = make_source(town)
    arrive(town, source, "Beacon a", "web-1")
    arrive(town, source, "Beacon b", "web-1")
    followed()
    with acting_as(town.analyst):
        return Group.objects.get(org_id=town.organisation.id)


def analyst(town: Cast) -> Client:
    client = Client()
    client.force_login(town.accounts["analyst"])
    return client


def test_it_says_which_incident_a_rule_opened_and_offers_the_way_back(town: Cast, group: Group) -> None:
    shown = analyst(town).get(f"/groups/{group.id}/incident").content.decode()
    assert "by itself" in shown
    assert "/incidents/INC-" in shown
    assert "Take it out of the incident" in shown


def test_taking_out_says_what_happens_to_the_signals(town: Cast, group: Group) -> None:
    client = analyst(town)
    answer = client.post(f"/groups/{group.id}/incident/taking-out", {"reason": "A drill"}, follow=True)
    text = answer.content.decode()
    assert "Its signals are in the inbox again" in text
    assert "took it out of an incident again: A drill" in text
    assert "was taken out of it" in client.get(f"/groups/{group.id}/incident").content.decode()


def test_opening_one_begins_with_the_name_of_the_group_and_when_the_first_happened(town: Cast) -> None:
    auto_rule(town, mode="suggest")
    source = make_source(town)
    early, late = "2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z"
    arrive(town, source, "Beacon b", "web-1", severity="critical", occurred_at=late)
    arrive(town, source, "Beacon a", "web-1", severity="high", occurred_at=early)
    settled()
    with acting_as(town.analyst):
        group = Group.objects.get(org_id=town.organisation.id)
    form = analyst(town).get(reverse("incidents:open"), {"group": str(group.id)}).context["form"]
    assert form.initial["title"] == group.title
    assert form.initial["occurred_at"] == datetime(2026, 1, 2, 3, tzinfo=UTC)


def test_a_group_that_may_not_be_known_opens_nothing(town: Cast) -> None:
    assert analyst(town).get(reverse("incidents:open"), {"group": str(uuid7())}).status_code == 404


def test_programs_take_it_out_too(town: Cast, group: Group) -> None:
    with acting_as(town.analyst):
        permissions = sorted(town.analyst.permissions)
        _row, token = create_token(account_id=town.analyst.id, label="t", permissions=permissions, by=town.analyst)
    answer = Client().post(
        f"/api/v1/groups/{group.id}/taking-out", {"reason": "A drill"}, content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["state"]) == (200, "open")
