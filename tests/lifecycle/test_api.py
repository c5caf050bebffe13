# SPDX-License-Identifier: Apache-2.0
"""Holds and disposals for programs."""

from typing import Any

from django.test import Client

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.holds import hold_organisation, release_hold
from tests.lifecycle.closed import a_closed_case
from tests.lifecycle.officers import another_officer
from tests.personas import Cast

WORDS = {"matter": "3 O 12/26", "reason": "Sued"}
JSON = "application/json"


def program(cast: Cast, who: str) -> Client:
    """A program with somebody's token."""
    actor = cast.actors[who]
    with acting_as(actor):
        _, token = create_token(account_id=actor.id, label="t", permissions=sorted(actor.permissions), by=actor)
    return Client(headers={"Authorization": f"Bearer {token}"})


class TestHolds:
    def test_are_placed_on_a_record_listed_and_released(self, cast: Cast) -> None:
        record, counsel = a_closed_case(cast), program(cast, "counsel")
        body: dict[str, Any] = {**WORDS, "scope": "record", "record_kind": "case", "record_id": str(record.id)}
        made = counsel.post("/api/v1/holds", body, content_type=JSON)
        assert made.status_code == 201
        address = made.headers["Location"]
        assert counsel.get(address).json()["matter"] == WORDS["matter"]
        assert len(counsel.get("/api/v1/holds").json()["items"]) == 1
        end = counsel.post(f"{address}/release", {"reason": "Settled"}, content_type=JSON)
        assert end.json()["release_reason"] == "Settled"
        again = counsel.post(f"{address}/release", {"reason": "Settled"}, content_type=JSON)
        assert again.status_code == 409

    def test_end_once_for_a_key(self, cast: Cast) -> None:
        counsel, key = program(cast, "counsel"), {"Idempotency-Key": "again"}
        made = counsel.post("/api/v1/holds", {**WORDS, "scope": "organisation"}, content_type=JSON)
        address = f"{made.headers['Location']}/release"
        first, second = (counsel.post(address, {"reason": "Settled"}, content_type=JSON, headers=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert second.content == first.content
        assert second.headers["Idempotency-Replayed"] == "true"

    def test_say_what_they_cover(self, cast: Cast) -> None:
        counsel = program(cast, "counsel")
        assert counsel.post("/api/v1/holds", {**WORDS, "scope": "moon"}, content_type=JSON).status_code == 422
        wide = counsel.post("/api/v1/holds", {**WORDS, "scope": "organisation"}, content_type=JSON)
        assert wide.json()["scope"] == "organisation"
        about = {"scope": "entity", "kind": "person", "value": "Jonas Weber"}
        assert counsel.post("/api/v1/holds", {**WORDS, **about}, content_type=JSON).status_code == 201

    def test_come_page_by_page_and_those_that_ended_by_themselves(self, cast: Cast) -> None:
        with acting_as(cast.counsel):
            rows = [hold_organisation(matter=f"M {number}", reason="x", by=cast.counsel) for number in range(3)]
            release_hold(rows[0].id, reason="Settled", by=cast.counsel)
        counsel = program(cast, "counsel")
        first = counsel.get("/api/v1/holds?limit=1").json()
        second = counsel.get(f"/api/v1/holds?limit=1&cursor={first['next_cursor']}").json()
        assert [each["matter"] for each in [*first["items"], *second["items"]]] == ["M 2", "M 1"]
        assert second["next_cursor"] is None
        assert [each["matter"] for each in counsel.get("/api/v1/holds?released=true").json()["items"]] == ["M 0"]
        assert counsel.get("/api/v1/holds?cursor=x").status_code == 422

    def test_are_not_there_for_others(self, cast: Cast) -> None:
        assert program(cast, "lead").get("/api/v1/holds").status_code == 404


class TestDisposals:
    def test_are_read_by_privacy_officers(self, cast: Cast) -> None:
        record, privacy = a_closed_case(cast), program(cast, "privacy")
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        assert privacy.get(f"/api/v1/disposals/{row.id}").json()["status"] == "proposed"
        assert len(privacy.get("/api/v1/disposals").json()["items"]) == 1
        assert privacy.get("/api/v1/disposals?status=done").json() == {"items": [], "next_cursor": None}

    def test_are_taken_up_by_another_once_they_are_approved(self, cast: Cast) -> None:
        with acting_as(cast.privacy):
            row = propose(a_closed_case(cast).id, outcome="anonymise", basis="request", note="x", by=cast.privacy)
        other = another_officer(cast)
        cast.actors["other"] = actor_of(other)
        client, address = program(cast, "other"), f"/api/v1/disposals/{row.id}"
        early = client.post(f"{address}/taking-up")
        assert (early.status_code, early.json()["code"]) == (409, "nothing_to_carry_out")
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        seen = client.get(address).headers["ETag"]
        taken = client.post(f"{address}/taking-up", headers={"If-Match": seen})
        assert taken.json()["taken_up_by_id"] == str(other.id)
        assert client.post(f"{address}/taking-up", headers={"If-Match": seen}).status_code == 412
        assert program(cast, "lead").post(f"{address}/taking-up").status_code == 404
