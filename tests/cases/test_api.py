# SPDX-License-Identifier: Apache-2.0
"""The JSON API of cases."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.cases.models import Case
from tests.cases.material import WHOLE, an_incident
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

Api = Callable[..., Any]


@pytest.fixture
def api(cast: Cast) -> Api:
    """Calls as one of the cast, with a token of all that the role carries."""
    tokens: dict[str, str] = {}

    def call(name: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        if name not in tokens:
            actor = cast.actors[name]
            with acting_as(actor):
                _, tokens[name] = create_token(
                    account_id=actor.id, label="t", permissions=sorted(actor.permissions), by=actor
                )
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        bearer = {"Authorization": f"Bearer {tokens[name]}", **headers}
        return getattr(Client(), method)(f"/api/v1{path}", headers=bearer, **data)

    return call


class TestCases:
    """/cases"""

    def test_opens_reads_and_amends_with_etags(self, api: Api) -> None:
        made = api("investigator", "post", "/cases", {"title": "Threats", "type": "insider"})
        assert made.status_code == 201, made.content
        path = f"/cases/{made.json()['id']}"
        assert made.headers["Location"].endswith(path)
        read = api("investigator", "get", path)
        assert (read.status_code, read.headers["ETag"]) == (200, f'"{read.json()["version"]}"')
        tag = read.headers["ETag"]
        changed = api("investigator", "patch", path, {"title": "Better"}, **{"If-Match": tag})
        assert (changed.status_code, changed.json()["title"]) == (200, "Better")
        stale = api("investigator", "patch", path, {"title": "Worse"}, **{"If-Match": tag})
        assert (stale.status_code, stale.headers["Content-Type"]) == (412, "application/problem+json")

    def test_turns_pages_by_cursor(self, api: Api) -> None:
        for number in range(3):
            api("investigator", "post", "/cases", {"title": f"Case {number}", "type": "other"})
        one = api("investigator", "get", "/cases?limit=2").json()
        two = api("investigator", "get", f"/cases?limit=2&cursor={one['next_cursor']}").json()
        assert [item["title"] for item in one["items"] + two["items"]] == ["Case 2", "Case 1", "Case 0"]
        assert two["next_cursor"] is None

    def test_refuses_unknown_fields_by_name(self, api: Api) -> None:
        wrong = api("investigator", "post", "/cases", {"title": "A", "type": "other", "colour": "red"})
        assert wrong.status_code == 422
        assert "colour" in wrong.content.decode()

    def test_runs_a_whole_life(self, cast: Cast, api: Api) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        body = {
            "title": "Threats", "type": "other", "incident_ids": [str(incident.id)], "lead_id": str(cast.lead.id)
        }  # fmt: skip
        path = f"/cases/{api('analyst', 'post', '/cases', body).json()['id']}"

        def do(name: str, method: str, rest: str, body: object = None, status: int = 200) -> Any:
            response = api(name, method, f"{path}{rest}", body)
            assert response.status_code == status, (rest, response.content)
            return response.json() if response.content else None

        do("lead", "put", "/investigation")
        do("lead", "post", "/members", {"account_id": str(cast.supervisor.id), "reason": "Approves"}, 201)
        finding = do("lead", "post", "/allegations", {"text": "He threatened B."}, 201)
        found = {"conclusion": "partly", "reasoning": "Two letters"}
        do("lead", "put", f"/allegations/{finding['id']}/finding", found)
        decision = do("lead", "post", "/decisions", {"what": "Ban", "why": "Threats"}, 201)
        do("supervisor", "put", f"/decisions/{decision['id']}/approval")
        task = do("lead", "post", "/tasks", {"title": "Ask B."}, 201)
        gaps = do("lead", "get", "/closure")
        assert not gaps["complete"]
        refused = do("lead", "put", "/closure/request", WHOLE, 409)
        assert len(refused["gaps"]) == 1
        do("lead", "post", f"/tasks/{task['id']}/waiver", {"reason": "Moved away"})
        do("lead", "patch", "/closure", WHOLE)
        do("lead", "put", "/closure/request")
        do("supervisor", "post", "/closure/refusals", {"reasons": "Who told B.?"}, 201)
        do("lead", "put", "/closure/request")
        assert do("lead", "put", "/closure/approval", None, 403)["code"] == "permission_missing"
        assert do("supervisor", "put", "/closure/approval")["status"] == "closed"
        assert do("supervisor", "put", "/closure/approval", None, 409)["code"] == "wrong_status"
        assert do("lead", "post", "/reopening", {"reason": "More letters"})["status"] == "investigating"
        assert do("lead", "get", "/closure")["refusals"][0]["reasons"] == "Who told B.?"

    def test_writes_what_hangs_on_a_case(self, api: Api, case: Case) -> None:
        path = f"/cases/{case.id}"
        line = api("analyst", "post", f"{path}/timeline", {"text": "He called"}).json()
        fixed = api("analyst", "post", f"{path}/timeline/{line['id']}/correction", {"text": "She called"})
        assert fixed.json()["corrects_id"] == line["id"]
        named = api("analyst", "post", f"{path}/people", {"kind": "person", "value": "Joe", "part": "subject"})
        assert named.status_code == 201
        assert api("analyst", "get", f"{path}/people").json()[0]["value"] == "Joe"
        assert api("analyst", "delete", f"{path}/people/{named.json()['id']}").status_code == 204
        raised = api("analyst", "post", f"{path}/incidents", {
            "title": "At the gate", "category": "WV-03", "severity": "high", "severity_reason": "Seen"
        })  # fmt: skip
        assert raised.status_code == 201, raised.content
        (tie,) = api("analyst", "get", f"{path}/links").json()
        assert (tie["kind"], tie["to_id"]) == ("raised", raised.json()["id"])
        assert api("analyst", "delete", f"{path}/links/{tie['id']}?reason=Mistake").status_code == 204
        newest = api("analyst", "get", f"{path}/timeline?limit=1").json()
        assert (newest["items"][0]["action"], bool(newest["next_cursor"])) == ("link.ended", True)

    def test_takes_a_signal_out(self, cast: Cast, api: Api, case: Case) -> None:
        signal = str(send(make_source(cast), cast).signal_id)
        path = f"/cases/{case.id}"
        assert api("analyst", "post", f"{path}/links", {"to": "signal", "id": signal}).status_code == 201
        there = f"{path}/signals/{signal}"
        assert api("hr", "delete", f"{there}?reason=x").status_code == 404
        assert api("analyst", "delete", there).status_code == 422
        assert api("analyst", "delete", f"{there}?reason=Mistake").status_code == 204
        assert api("analyst", "get", f"/signals/{signal}").json()["status"] == "new"
        assert api("analyst", "delete", f"{there}?reason=Again").status_code == 404

    def test_does_not_exist_for_others(self, api: Api, case: Case) -> None:
        reads = ["", "/members", "/allegations", "/decisions", "/closure", "/links", "/timeline", "/tasks", "/people"]
        for name in ("hr", "counsel", "administrator", "auditor", "outsider", "responder"):
            for rest in reads:
                assert api(name, "get", f"/cases/{case.id}{rest}").status_code == 404, (name, rest)
        assert api("hr", "get", "/cases").json()["items"] == []

    def test_takes_no_changes_from_others(self, api: Api, case: Case) -> None:
        one = str(uuid4())
        calls: list[tuple[str, str, object]] = [
            ("patch", "", {"title": "Mine"}), ("put", "/lead", {"account_id": one}), ("put", "/investigation", None),
            ("post", "/members", {"account_id": one, "reason": "x"}), ("delete", f"/members/{one}?reason=x", None),
            ("put", "/hold", {"reason": "x", "review_on": "2030-01-01"}), ("delete", "/hold", None),
            ("post", "/allegations", {"text": "x"}), ("post", "/decisions", {"what": "x", "why": "x"}),
            ("patch", "/closure", {"findings": "x"}), ("put", "/closure/request", None),
            ("delete", "/closure/request?reason=x", None), ("put", "/closure/approval", None),
            ("post", "/closure/refusals", {"reasons": "x"}), ("post", "/reopening", {"reason": "x"}),
            ("post", "/links", {"to": "incident", "id": one}), ("post", "/timeline", {"text": "x"}),
            ("post", "/tasks", {"title": "x"}), ("post", "/people", {"kind": "person", "value": "x"}),
            ("put", f"/allegations/{one}/finding", {"conclusion": "partly", "reasoning": "x"}),
            ("put", f"/decisions/{one}/approval", None),
        ]  # fmt: skip
        for method, rest, body in calls:
            assert api("hr", method, f"/cases/{case.id}{rest}", body).status_code == 404, rest

    def test_asks_for_a_token(self, case: Case) -> None:
        assert Client().get(f"/api/v1/cases/{case.id}").status_code == 401
