# SPDX-License-Identifier: Apache-2.0
"""Rules that keep alerts quiet, through the JSON API."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.core import clock
from tests.intake.test_api_triage import Api
from tests.personas import Cast

pytestmark = pytest.mark.django_db


def wanted(**changes: Any) -> dict[str, Any]:
    usual = {
        "name": "Our scanner", "reason": "Runs every night",
        "expires_at": (clock.now() + timedelta(days=2)).isoformat(),
        "conditions": [{"field": "entity:ip", "op": "in_network", "values": ["10.1.0.0/16"]}],
    }  # fmt: skip
    return usual | changes


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(cast)


class TestQuietRules:
    def test_are_made_and_listed(self, api: Api) -> None:
        made = api.call("POST", "/quiet-rules", wanted())
        assert (made.status_code, made.json()["up_to_severity"]) == (201, "high")
        assert [row["id"] for row in api.call("GET", "/quiet-rules").json()["items"]] == [made.json()["id"]]
        assert api.call("GET", made.headers["Location"].removeprefix("/api/v1")).json() == made.json()

    def test_end_and_stay_in_the_list_of_those_that_are_over(self, api: Api) -> None:
        made = api.call("POST", "/quiet-rules", wanted())
        gone = api.call("DELETE", f"/quiet-rules/{made.json()['id']}", if_match=made.headers["ETag"])
        assert (gone.status_code, gone.json()["ended_at"] is not None) == (200, True)
        assert api.call("GET", "/quiet-rules").json()["items"] == []
        assert len(api.call("GET", "/quiet-rules?over=true").json()["items"]) == 1

    def test_end_later_with_a_reason(self, api: Api) -> None:
        made = api.call("POST", "/quiet-rules", wanted())
        later = (clock.now() + timedelta(days=4)).isoformat()
        changed = api.call(
            "PATCH", f"/quiet-rules/{made.json()['id']}", {"expires_at": later, "reason": "Not done"},
            if_match=made.headers["ETag"],
        )  # fmt: skip
        assert changed.status_code == 200

    def test_refuse_a_condition_that_makes_no_sense_by_its_number(self, api: Api) -> None:
        conditions = [{"field": "title", "op": "is", "values": ["x"]}, {"field": "colour", "op": "is", "values": ["x"]}]
        refused = api.call("POST", "/quiet-rules", wanted(conditions=conditions))
        assert (refused.status_code, "Condition 2" in refused.json()["detail"]) == (422, True)
