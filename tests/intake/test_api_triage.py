# SPDX-License-Identifier: Apache-2.0
"""Triage through the JSON API."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.core import clock
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def ids(cast: Cast, source: Source) -> list[UUID]:
    return [send(source, cast, dedup_key=str(n)).signal_id for n in range(3)]


def token_of(cast: Cast, name: str) -> str:
    actor = cast.actors[name]
    with acting_as(actor):
        _, text = create_token(account_id=actor.id, label="test", permissions=sorted(actor.permissions), by=actor)
    return text


class Api:
    """A caller of the API with a person's token."""

    def __init__(self, cast: Cast, name: str = "analyst") -> None:
        self.headers = {"Authorization": f"Bearer {token_of(cast, name)}"}
        self.client = Client()

    def call(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        content = json.dumps(body) if body is not None else ""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.generic(method, f"/api/v1{address}", content, "application/json", headers=sent)


class TestOutcomes:
    @pytest.mark.parametrize(
        ("noun", "body", "status"),
        [
            ("acknowledgement", None, "acknowledged"),
            ("dismissal", {"reason": "benign", "note": "seen"}, "dismissed"),
            ("snooze", {"until": "2999"}, "new"),
        ],
    )
    def test_are_made_and_taken_back(
        self, cast: Cast, ids: list[UUID], noun: str, body: dict[str, str] | None, status: str
    ) -> None:
        api = Api(cast)
        if noun == "snooze":
            body = {"until": clock.now().replace(microsecond=0, minute=59, hour=23).isoformat()}
        made = api.call("POST", f"/signals/{ids[0]}/{noun}", body)
        assert (made.status_code, made.json()["status"]) == (200, status)
        assert made.headers["ETag"] == f'"{made.json()["version"]}"'
        back = api.call("DELETE", f"/signals/{ids[0]}/{noun}", If_Match=made.headers["ETag"])
        assert (back.status_code, back.json()["status"], back.json()["snoozed_until"]) == (200, "new", None)

    def test_assign_and_duplicate(self, cast: Cast, ids: list[UUID]) -> None:
        api = Api(cast)
        mine = api.call("POST", f"/signals/{ids[0]}/assignment", {"account_id": str(cast.analyst.id)}).json()
        assert mine["assignee_id"] == str(cast.analyst.id)
        assert api.call("DELETE", f"/signals/{ids[0]}/assignment").json()["assignee_id"] is None
        twin = api.call("POST", f"/signals/{ids[0]}/duplicate", {"of": str(ids[1])}).json()
        assert twin["duplicate_of_id"] == str(ids[1])
        assert api.call("DELETE", f"/signals/{ids[0]}/duplicate").json()["status"] == "new"

    def test_refuse_with_problem_documents(self, cast: Cast, ids: list[UUID]) -> None:
        api = Api(cast)
        address = f"/signals/{ids[0]}"
        refusals = [
            api.call("POST", f"{address}/dismissal", {"reason": "because"}),
            api.call("POST", f"{address}/dismissal", {"reason": "benign", "extra": 1}),
            api.call("POST", f"{address}/snooze", {"until": "2030-01-01T10:00:00"}),
            api.call("POST", f"{address}/acknowledgement", If_Match='"1"'),
            Api(cast, "hr").call("POST", f"{address}/acknowledgement"),
        ]
        assert [answer.status_code for answer in refusals] == [422, 422, 422, 412, 404]
        assert {answer.headers["Content-Type"] for answer in refusals} == {"application/problem+json"}


class TestJudge:
    def test_judges_many_and_lists_what_was_left(self, cast: Cast, ids: list[UUID]) -> None:
        api = Api(cast)
        every = [str(signal_id) for signal_id in ids]
        api.call("POST", f"/signals/{ids[0]}/dismissal", {"reason": "drill"})
        answer = api.call("POST", "/signals/triage", {"ids": every, "act": "dismiss", "reason": "benign"}).json()
        assert ({each["id"] for each in answer["done"]}, answer["skipped"][0]["code"]) == (
            set(every[1:]), "signal_dismissed",
        )  # fmt: skip
        undone = api.call("POST", "/signals/triage", {"ids": every, "act": "reopen"}).json()
        assert {each["status"] for each in undone["done"]} == {"new"}
