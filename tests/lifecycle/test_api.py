# SPDX-License-Identifier: Apache-2.0
"""Holds and disposals for programs."""

from typing import Any

from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.lifecycle.services.disposing import propose
from tests.lifecycle.closed import a_closed_case
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

    def test_are_not_there_for_others(self, cast: Cast) -> None:
        assert program(cast, "lead").get("/api/v1/holds").status_code == 404


class TestDisposals:
    def test_are_read_by_privacy_officers(self, cast: Cast) -> None:
        record, privacy = a_closed_case(cast), program(cast, "privacy")
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        assert privacy.get(f"/api/v1/disposals/{row.id}").json()["status"] == "proposed"
        assert len(privacy.get("/api/v1/disposals").json()["items"]) == 1
