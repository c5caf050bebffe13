# SPDX-License-Identifier: Apache-2.0
"""Groups for programs."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.grouping.models import Group
from longwatch.intake.models import Signal
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast

CONDITIONS = [{"field": "rule", "op": "starts", "values": ["vpn-"]}]


class Program:
    """A program with the token of one of the cast."""

    def __init__(self, cast: Cast, name: str) -> None:
        actor = cast.actors[name]
        with acting_as(actor):
            _token, text = create_token(
                account_id=cast.accounts[name].id, label="Test", permissions=actor.permissions, by=actor
            )
        self._client = Client(headers={"Authorization": f"Bearer {text}"})

    def ask(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        answer = self._client.generic(
            method, f"/api/v1{path}", "" if body is None else json.dumps(body),
            content_type="application/json", headers=headers,
        )  # fmt: skip
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def signals(cast: Cast) -> list[Signal]:
    return make_signals(cast, "web-1", "web-1", "web-2")


@pytest.fixture
def group(cast: Cast, signals: list[Signal]) -> Group:
    return make_group(cast, *signals)


@pytest.fixture
def analyst(cast: Cast) -> Program:
    return Program(cast, "analyst")


def test_groups_are_listed_with_why(analyst: Program, group: Group) -> None:
    (found,) = analyst.ask("GET", "/groups")["items"]
    assert (found["id"], found["severity"], found["signals"]) == (str(group.id), "high", 3)
    assert "2 of 3 name host web-1." in found["why"]


def test_a_group_is_read_with_its_signals(analyst: Program, group: Group, signals: list[Signal]) -> None:
    found = analyst.ask("GET", f"/groups/{group.id}")
    assert {UUID(each) for each in found["signal_ids"]} == {each.id for each in signals}
    assert found["splits"]


def test_signals_are_split_off_and_merged_back(analyst: Program, group: Group, signals: list[Signal]) -> None:
    part = analyst.ask("POST", f"/groups/{group.id}/split", {"signal_ids": [str(signals[2].id)]}, 201)
    assert part["signals"] == 1
    assert analyst.ask("POST", f"/groups/{part['id']}/merging", {"into": str(group.id)})["signals"] == 3


def test_a_group_is_dismissed_and_reopened(analyst: Program, group: Group) -> None:
    assert analyst.ask("POST", f"/groups/{group.id}/dismissal", {"reason": "benign"})["state"] == "dismissed"
    assert analyst.ask("GET", "/groups?state=dismissed")["items"]
    assert analyst.ask("DELETE", f"/groups/{group.id}/dismissal")["state"] == "open"


def test_a_lesson_is_taught_listed_and_ended(analyst: Program, group: Group, signals: list[Signal]) -> None:
    body = {"entity_id": str(entity_of(signals[0])), "kind": "never", "reason": "our scanner"}
    lesson = analyst.ask("POST", f"/groups/{group.id}/lessons", body, 201)
    assert [each["id"] for each in analyst.ask("GET", "/grouping/lessons")["items"]] == [lesson["id"]]
    assert analyst.ask("DELETE", f"/grouping/lessons/{lesson['id']}")["ended_at"]


def test_a_rule_is_made_changed_and_switched(cast: Cast) -> None:
    supervisor = Program(cast, "supervisor")
    rule = supervisor.ask("POST", "/grouping/rules", {"name": "VPN", "conditions": CONDITIONS}, 201)
    assert rule["enabled"] is False
    path = f"/grouping/rules/{rule['id']}"
    assert supervisor.ask("PATCH", path, {"threshold": 5})["threshold"] == 5
    supervisor.ask("PATCH", path, {"threshold": 6}, 412, **{"If-Match": f'"{rule["version"]}"'})
    assert supervisor.ask("PUT", f"{path}/switch")["enabled"] is True
    assert supervisor.ask("DELETE", f"{path}/switch")["enabled"] is False
    assert [each["name"] for each in supervisor.ask("GET", "/grouping/rules")["items"]] == ["VPN"]


def test_a_rule_that_cannot_work_is_refused_with_its_field(cast: Cast) -> None:
    supervisor = Program(cast, "supervisor")
    supervisor.ask("POST", "/grouping/rules", {"name": "VPN", "conditions": []}, 422)


def test_a_group_that_was_judged_since_is_left_alone(analyst: Program, group: Group, signals: list[Signal]) -> None:
    seen = analyst.ask("GET", f"/groups/{group.id}")["version"]
    part = analyst.ask("POST", f"/groups/{group.id}/split", {"signal_ids": [str(signals[2].id)]}, 201, If_Match="0")
    versions = {each["id"]: each["version"] for each in analyst.ask("GET", "/groups")["items"]}
    assert (seen, versions) == (0, {part["id"]: part["version"], str(group.id): part["version"]})
    for act, body in (("dismissal", {"reason": "benign"}), ("merging", {"into": part["id"]})):
        analyst.ask("POST", f"/groups/{group.id}/{act}", body, 412, If_Match=str(seen))
    analyst.ask("POST", f"/groups/{part['id']}/merging", {"into": str(group.id)}, If_Match=str(part["version"]))
    analyst.ask("POST", f"/groups/{group.id}/dismissal", {"reason": "benign"}, 412, If_Match=str(part["version"]))
