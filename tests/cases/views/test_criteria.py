# SPDX-License-Identifier: Apache-2.0
"""The pages of criteria, and what they propose on others' pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from longwatch.access.context import acting_as
from longwatch.incidents.services.opening import open_incident
from tests.grouping.cast_groups import make_group, make_signals
from tests.personas import Cast

FILLED = {
    "name": "A flood", "proposes": "case", "reason": "We want to know", "conditions_fact": ["signals", ""],
    "conditions_values": ["20", ""], "enabled": "on",
}  # fmt: skip


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_in_words_what_is_asked(cast: Cast) -> None:
    shown = page(browser(cast, "analyst"), "/cases/criteria")
    assert "Severity is at least high" in shown
    assert "Criticality of an asset is at least critical" in shown
    assert "New criterion" not in shown


def test_a_supervisor_adds_one_and_changes_a_shipped_one(cast: Cast) -> None:
    client = browser(cast, "supervisor")
    assert client.post("/cases/criteria/new", FILLED).status_code == 302
    assert client.post("/cases/criteria/comes-back", FILLED | {"name": "Again and again"}).status_code == 302
    shown = page(client, "/cases/criteria")
    assert "A flood" in shown
    assert "Again and again" in shown


def test_nothing_typed_is_lost_where_it_cannot_be_used(cast: Cast) -> None:
    answer = browser(cast, "supervisor").post("/cases/criteria/new", FILLED | {"conditions_values": ["many", ""]})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "use a number from 1 to 1000" in text
    assert 'value="many"' in text


def test_an_incident_of_a_category_that_expects_a_case_says_so(cast: Cast) -> None:
    with acting_as(cast.analyst):
        incident = open_incident(title="Ransom note", category="CY-03", by=cast.analyst)
    shown = page(browser(cast, "analyst"), f"/cases/proposal?incident={incident.id}")
    assert "expects a case" in shown
    assert f"/cases/new?incident={incident.id}" in shown
    assert f"/cases/proposal?incident={incident.id}" in page(
        browser(cast, "analyst"), f"/incidents/{incident.reference}"
    )


def test_nothing_is_shown_where_nothing_is_proposed(cast: Cast) -> None:
    (signal,) = make_signals(cast, "web-1")
    assert page(browser(cast, "analyst"), f"/cases/proposal?signal={signal.id}").strip() == ""


def test_a_group_leads_to_its_incident(cast: Cast) -> None:
    client = browser(cast, "supervisor")
    client.post("/cases/criteria/new", FILLED | {"conditions_values": ["2", ""], "proposes": "incident"})
    group = make_group(cast, *make_signals(cast, "web-1", "web-1"))
    shown = page(client, f"/cases/proposal?group={group.id}")
    assert "2 signals belong to it" in shown
    assert f"/incidents/new?group={group.id}" in shown


@pytest.mark.parametrize("query", ["", "?signal=nonsense", "?group=00000000-0000-7000-8000-00000000beef"])
def test_what_is_not_there_is_not_there(cast: Cast, query: str) -> None:
    assert browser(cast, "analyst").get(f"/cases/proposal{query}").status_code == 404


def test_pages_ask_little(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1", "web-1"))
    client = browser(cast, "supervisor")
    for address in ("/cases/criteria", "/cases/criteria/critical-asset", f"/cases/proposal?group={group.id}"):
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        assert len(queries) <= 14
