# SPDX-License-Identifier: Apache-2.0
"""The pages of grouping rules."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from longwatch.access.context import acting_as
from longwatch.grouping.models import GroupingRule, Trial
from longwatch.grouping.services.trying import run_trial
from tests.grouping.cast_groups import make_signals
from tests.grouping.services.test_ruling import make_rule
from tests.personas import Cast

MOST_STATEMENTS = 14
FILLED = {
    "name": "Web by host", "conditions_field": ["rule", ""], "conditions_op": ["starts", "is"],
    "conditions_values": ["rule-", ""], "group_by": ["entity:host"], "window_minutes": "30", "lifetime_minutes": "240",
    "threshold": "2", "mode": "suggest", "category": "", "position": "100",
}  # fmt: skip


@pytest.fixture
def supervisor(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["supervisor"])
    return client


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


def only_rule(cast: Cast) -> GroupingRule:
    with acting_as(cast.supervisor):
        return GroupingRule.objects.get()


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def try_all(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        waiting = list(Trial.objects.all())
    for trial in waiting:
        run_trial(trial.id, cast.supervisor.id)


def changed(**fields: Any) -> dict[str, Any]:
    return FILLED | fields


def test_a_rule_is_made_off_and_tried_at_once(cast: Cast, supervisor: Client) -> None:
    make_signals(cast, "web-1", "web-1", "web-2")
    answer = supervisor.post("/groups/rules/new", FILLED)
    rule = only_rule(cast)
    assert answer.headers["Location"] == f"/groups/rules/{rule.id}"
    assert not rule.enabled
    assert "days are being looked through" in page(supervisor, f"/groups/rules/{rule.id}")
    try_all(cast)
    shown = page(supervisor, f"/groups/rules/{rule.id}/trial")
    assert "It would have suggested 1 group" in shown
    assert "Host web-1" in shown


def test_the_list_says_what_each_is_about(cast: Cast, analyst: Client) -> None:
    assert "No rules yet" in page(analyst, "/groups/rules")
    make_rule(cast)
    shown = page(analyst, "/groups/rules")
    assert "VPN by account" in shown
    assert "Rule of the tool starts with vpn-" in shown


def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(supervisor: Client) -> None:
    answer = supervisor.post("/groups/rules/new", changed(mode="auto", lifetime_minutes="1"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose the category of the incidents that it opens." in text
    assert "A group lives at least as long as its window." in text
    assert "rule-" in text


def test_a_name_that_is_taken_is_said_at_the_name(cast: Cast, supervisor: Client) -> None:
    make_rule(cast, name="Web by host")
    answer = supervisor.post("/groups/rules/new", FILLED)
    assert answer.status_code == 409
    assert "There is a rule with this name already" in answer.content.decode()


def test_a_change_is_told_in_the_history_in_words(cast: Cast, supervisor: Client) -> None:
    supervisor.post("/groups/rules/new", FILLED)
    rule = only_rule(cast)
    supervisor.post(f"/groups/rules/{rule.id}/edit", changed(threshold="5"))
    shown = page(supervisor, f"/groups/rules/{rule.id}")
    assert "changed the grouping rule “Web by host”: threshold 5" in shown


def test_a_back_test_of_what_it_said_before_says_so(cast: Cast, supervisor: Client) -> None:
    supervisor.post("/groups/rules/new", FILLED)
    rule = only_rule(cast)
    try_all(cast)
    with acting_as(cast.supervisor):
        Trial.objects.update(tried={})
    assert "before it was changed" in page(supervisor, f"/groups/rules/{rule.id}")


def test_switching_says_what_happens_now(cast: Cast, supervisor: Client) -> None:
    rule = make_rule(cast)
    answer = supervisor.post(f"/groups/rules/{rule.id}/switch", {"on": "1"}, follow=True)
    assert "takes signals from now on" in answer.content.decode()
    assert only_rule(cast).enabled


def test_an_automatic_one_that_was_not_tried_stays_off_and_says_why(cast: Cast, supervisor: Client) -> None:
    rule = make_rule(cast, mode="auto", category="CY-05")
    answer = supervisor.post(f"/groups/rules/{rule.id}/switch", {"on": "1"}, follow=True)
    assert "Try it on what is stored first" in answer.content.decode()
    assert not only_rule(cast).enabled


def test_who_may_not_manage_sees_no_buttons(cast: Cast, analyst: Client) -> None:
    rule = make_rule(cast)
    shown = page(analyst, f"/groups/rules/{rule.id}")
    assert "Switch on" not in shown
    assert "Try it</button>" not in shown


@pytest.mark.parametrize("address", ["/groups/rules", "/groups/rules/{}", "/groups/rules/{}/edit"])
def test_pages_ask_little(cast: Cast, supervisor: Client, address: str) -> None:
    make_signals(cast, "web-1", "web-1")
    supervisor.post("/groups/rules/new", FILLED)
    rule = only_rule(cast)
    try_all(cast)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(supervisor, address.format(rule.id))
    assert len(queries) <= MOST_STATEMENTS
