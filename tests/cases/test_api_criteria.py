# SPDX-License-Identifier: Apache-2.0
"""Criteria and proposals for programs."""

import json
from typing import Any

from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.incidents.services.opening import open_incident
from tests.grouping.cast_groups import make_group, make_signals
from tests.personas import Cast

FLOOD = {
    "name": "A flood", "proposes": "incident", "reason": "We want to know",
    "conditions": [{"fact": "signals", "values": ["2"]}],
}  # fmt: skip


def call(cast: Cast, name: str, method: str, path: str, body: Any = None) -> Any:
    actor = cast.actors[name]
    with acting_as(actor):
        permissions = sorted(actor.permissions)
        _row, token = create_token(account_id=actor.id, label="test", permissions=permissions, by=actor)
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return Client().generic(method, f"/api/v1{path}", data=data, content_type="application/json", headers=headers)


def test_shipped_ones_are_listed_until_something_else_is_said(cast: Cast) -> None:
    listed = {each["key"]: each for each in call(cast, "analyst", "GET", "/criteria").json()["items"]}
    assert listed["critical-asset"]["shipped"] is True
    answer = call(cast, "supervisor", "PUT", "/criteria/critical-asset", FLOOD)
    assert (answer.status_code, answer.json()["shipped"]) == (200, False)


def test_a_fact_that_there_is_not_is_refused_with_the_field(cast: Cast) -> None:
    wrong = FLOOD | {"conditions": [{"fact": "weather", "values": ["fine"]}]}
    answer = call(cast, "supervisor", "PUT", "/criteria/flood", wrong)
    assert answer.status_code == 422
    assert "there is no fact" in answer.content.decode()


def test_proposals_come_with_their_reasons(cast: Cast) -> None:
    call(cast, "supervisor", "PUT", "/criteria/flood", FLOOD)
    signals = make_signals(cast, "web-1", "web-1")
    group = make_group(cast, *signals)
    items = call(cast, "analyst", "GET", f"/groups/{group.id}/proposals").json()["items"]
    assert [(each["criterion"], each["because"]) for each in items] == [("flood", ["2 signals belong to it"])]
    assert call(cast, "analyst", "GET", f"/signals/{signals[0].id}/proposals").json() == {"items": []}
    with acting_as(cast.analyst):
        incident = open_incident(title="Ransom", category="CY-03", by=cast.analyst)
    items = call(cast, "analyst", "GET", f"/incidents/{incident.id}/proposals").json()["items"]
    assert [each["criterion"] for each in items] == ["category-expects"]
