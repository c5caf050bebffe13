# SPDX-License-Identifier: Apache-2.0
"""The API of incidents, as a program calls it."""

import json
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from tests.incidents.cast_incidents import opened, signals
from tests.personas import Cast

URL = "/api/v1/incidents"


class Caller:
    """A program with somebody's token."""

    def __init__(self, cast: Cast, name: str) -> None:
        actor = cast.actors[name]
        with acting_as(actor):
            _token, self.token = create_token(
                account_id=actor.id, label="test", permissions=sorted(actor.permissions), by=actor
            )

    def __call__(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        bearer = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return Client().generic(method, URL + path, data=_json(data), content_type="application/json", headers=bearer)


def _json(data: Any) -> bytes:
    return b"" if data is None else json.dumps(data).encode()


@pytest.fixture
def call(cast: Cast) -> Caller:
    return Caller(cast, "analyst")


class TestIncidents:
    """Open, read, amend"""

    def test_opens_reads_and_lists(self, cast: Cast, call: Caller) -> None:
        ids = [str(one) for one in signals(cast, 2)]
        made = call("POST", "", {"title": "Door", "category": "FA-01", "severity": "critical", "signal_ids": ids})
        assert made.status_code == 201, made.content
        one = made.json()
        assert (one["severity"], one["status"], made["Location"]) == ("critical", "reported", f"{URL}/{one['id']}")
        read = call("GET", f"/{one['id']}")
        assert read["ETag"] == made["ETag"] == f'"{one["version"]}"'
        listed = call("GET", "?status=open&limit=1").json()
        assert [row["id"] for row in listed["items"]] == [one["id"]]
        assert {link["kind"] for link in call("GET", f"/{one['id']}/links").json()} == {"belongs"}

    def test_pages_by_cursor(self, cast: Cast, call: Caller) -> None:
        for _ in range(3):
            opened(cast)
        first = call("GET", "?limit=2").json()
        second = call("GET", f"?limit=2&cursor={first['next_cursor']}").json()
        assert len({row["id"] for row in first["items"] + second["items"]}) == 3
        assert second["next_cursor"] is None

    def test_amends_only_the_version_it_read(self, cast: Cast, call: Caller) -> None:
        one = opened(cast)
        etag = call("GET", f"/{one.id}")["ETag"]
        assert call("PATCH", f"/{one.id}", {"place": "Gate"}, If_Match=etag).json()["place"] == "Gate"
        stale = call("PATCH", f"/{one.id}", {"place": "Door"}, If_Match=etag)
        assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json")

    def test_names_unknown_and_wrong_fields(self, call: Caller) -> None:
        answer = call("POST", "", {"title": "x", "category": "FA-01", "colour": "red"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "colour")
        answer = call("POST", "", {"title": "x", "category": "XX-01"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "category")

    def test_needs_a_token_and_hides_from_others(self, cast: Cast) -> None:
        one = opened(cast, restricted=True)
        assert Client().get(f"{URL}/{one.id}").status_code == 401
        for name in ("supervisor", "auditor", "outsider"):
            assert Caller(cast, name)("GET", f"/{one.id}").status_code == 404

    def test_refuses_responders_what_they_may_not(self, cast: Cast) -> None:
        call = Caller(cast, "responder")
        assert call("POST", "", {"title": "x", "category": "FA-01"}).status_code == 403
        one = opened(cast)
        closure = {"disposition": "benign", "summary": "x", "case_answer": "no"}
        assert call("POST", f"/{one.id}/closure", closure).status_code == 403


class TestWork:
    """Everything below one incident"""

    def test_moves_commands_and_closes(self, cast: Cast, call: Caller) -> None:
        one = opened(cast)
        here = f"/{one.id}"
        raised = call("PUT", f"{here}/severity", {"severity": "critical", "reason": "Armed"}).json()
        assert raised["severity"] == "critical"
        moved = call("PUT", f"{here}/status", {"status": "active"}).json()
        assert moved["triage_at"] == moved["active_at"]
        assert moved["skipped"] == ["triage"]
        named = call("PUT", f"{here}/command", {"account_id": str(cast.responder.id)}).json()
        assert named["commander"]["name"] == "Ravi Responder"
        added = call("POST", f"{here}/responders", {"account_id": str(cast.analyst.id), "role": "scribe"})
        assert added.status_code == 201
        assert call("DELETE", f"{here}/responders/{added.json()['id']}").status_code == 204
        assert len(call("GET", f"{here}/responders").json()) == 2
        closure = {"disposition": "benign", "summary": "Wind", "case_answer": "no"}
        assert call("POST", f"{here}/closure", closure).json()["status"] == "closed"
        again = call("POST", f"{here}/closure", closure)
        assert (again.status_code, again.json()["code"]) == (409, "already_closed")
        assert call("POST", f"{here}/reopening", {"reason": "Again"}).json()["status"] == "triage"

    def test_keeps_a_timeline(self, cast: Cast, call: Caller) -> None:
        here = f"/{opened(cast).id}/timeline"
        made = call("POST", here, {"kind": "event", "text": "Alarm", "occurred_at": "2026-01-01T10:00:00+01:00"}).json()
        fixed = call("POST", f"{here}/{made['id']}/correction", {"text": "Silent alarm"}).json()
        assert fixed["corrects_id"] == made["id"]
        assert call("PUT", f"{here}/{fixed['id']}/pin").json()["pinned"]
        assert not call("DELETE", f"{here}/{fixed['id']}/pin").json()["pinned"]
        lines = call("GET", f"{here}?order=recorded_at").json()["items"]
        assert [line["text"] or line["sentence"] for line in lines][:2] == ["Silent alarm", "Alarm"]
        assert lines[-1]["sentence"].startswith("opened the incident")
        assert not {"row", "actor"} & set(lines[-1]["fields"])
        assert call("POST", here, {"text": " "}).status_code == 422
        assert call("POST", here, {"text": "x", "occurred_at": "2026-01-01T10:00:00"}).status_code == 422

    def test_keeps_tasks(self, cast: Cast, call: Caller) -> None:
        here = f"/{opened(cast).id}/tasks"
        task = call("POST", here, {"title": "Call", "owner_id": str(cast.responder.id)}).json()
        one = f"{here}/{task['id']}"
        assert call("PUT", f"{one}/assignment", {"owner_id": None}).json()["owner"] is None
        assert call("POST", f"{one}/completion", {"resolution": "Done"}).json()["status"] == "done"
        assert call("POST", f"{one}/completion", {}).status_code == 409
        assert call("POST", f"{one}/reopening").json()["status"] == "open"
        assert call("POST", f"{one}/waiver", {"reason": "Not ours"}).json()["status"] == "waived"
        assert len(call("GET", here).json()["items"]) == 1

    def test_names_people_and_ties_incidents(self, cast: Cast, call: Caller) -> None:
        one, other, ids = opened(cast), opened(cast), signals(cast)
        here = f"/{one.id}"
        named = call("POST", f"{here}/people", {"kind": "person", "value": "Jo", "part": "witness"}).json()
        assert call("DELETE", f"{here}/people/{named['id']}").status_code == 204
        assert call("GET", f"{here}/people").json() == []
        tie = call("POST", f"{here}/links", {"to": "incident", "id": str(other.id), "reason": "Same man"}).json()
        assert call("DELETE", f"{here}/links/{tie['id']}").status_code == 204
        assert call("POST", f"{here}/signals", {"signal_ids": [str(ids[0])]}).status_code == 204
        assert call("DELETE", f"{here}/signals/{ids[0]}").status_code == 204
        merged = call("POST", f"{here}/merge", {"into": str(other.id)}).json()
        assert (merged["status"], merged["merged_into_id"]) == ("merged", str(other.id))
