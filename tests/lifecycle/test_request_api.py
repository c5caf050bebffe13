# SPDX-License-Identifier: Apache-2.0
"""Requests of data subjects for programs."""

from tests.lifecycle.closed import PERSON, a_closed_case
from tests.lifecycle.test_api import JSON, program
from tests.lifecycle.test_request_views import seen_of
from tests.personas import Cast

ALL = "/api/v1/subject-requests"
ASKED = {
    "kind": "erasure", "person": PERSON, "asker": "Himself", "identity_check": "Passport", "received_on": "2026-01-31",
    "identifiers": [{"kind": "email", "value": "jw@example.org"}],
}  # fmt: skip


class TestRequests:
    def test_are_opened_decided_extended_and_answered(self, cast: Cast) -> None:
        a_closed_case(cast)
        privacy, lead = program(cast, "privacy"), program(cast, "lead")
        made = privacy.post(ALL, ASKED, content_type=JSON)
        assert made.status_code == 201, made.content
        one = made.headers["Location"]
        (only,) = made.json()["findings"]
        assert privacy.post(f"{one}/search", content_type=JSON).json()["findings"][0]["id"] == only["id"]
        early = privacy.post(f"{one}/answer", {"answer": "granted", "note": "x"}, content_type=JSON)
        assert (early.status_code, early.json()["code"]) == (409, "undecided")
        later = privacy.post(f"{one}/extension", {"until": "2026-04-01", "reason": "Many"}, content_type=JSON)
        assert later.json()["due_on"] == "2026-04-01"
        decide = f"/api/v1/subject-findings/{only['id']}/decision"
        assert lead.post(decide, {"choice": "disclose", "extract": "x"}, content_type=JSON).status_code == 422
        assert lead.post(decide, {"choice": "comply"}, content_type=JSON).json()["choice"] == "comply"
        end = privacy.post(f"{one}/answer", {"answer": "granted", "note": "Told"}, content_type=JSON)
        assert end.json()["answer"] == "granted"
        assert privacy.get(ALL).json()["items"] == []
        assert privacy.get(one).json()["answered_at"]

    def test_tell_who_came_to_know_of_a_record_by_them(self, cast: Cast) -> None:
        record = a_closed_case(cast)
        privacy, lead = program(cast, "privacy"), program(cast, "lead")
        made = privacy.post(ALL, ASKED | {"kind": "access"}, content_type=JSON)
        one, (only,) = made.headers["Location"], made.json()["findings"]
        privacy.get(one)
        assert (cast.accounts["privacy"].name, "api") not in seen_of(cast, record.id)
        decided = {"choice": "redact", "extract": "You wrote again."}
        lead.post(f"/api/v1/subject-findings/{only['id']}/decision", decided, content_type=JSON)
        assert (cast.accounts["lead"].name, "api") in seen_of(cast, record.id)
        assert privacy.get(one).json()["findings"][0]["extract"] == "You wrote again."
        assert (cast.accounts["privacy"].name, "api") in seen_of(cast, record.id)

    def test_are_not_there_for_others(self, cast: Cast) -> None:
        assert program(cast, "lead").get(ALL).status_code == 404
