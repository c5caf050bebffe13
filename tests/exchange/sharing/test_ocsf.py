# SPDX-License-Identifier: Apache-2.0
"""Parcels as OCSF events, held against what the schema says of class 2005 (ocsf-schema, incident_finding.json)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from longwatch.exchange.sharing.ocsf import incident_finding, ocsf_file
from tests.exchange.sharing.parcels import AT, parcel

REQUIRED = {
    "activity_id", "category_uid", "class_uid", "finding_info_list", "metadata", "severity_id", "status_id", "time",
    "type_uid",
}  # fmt: skip
KNOWN = REQUIRED | {
    "activity_name", "assignee_group", "attacks", "category_name", "class_name", "comment", "desc", "end_time",
    "message", "observables", "severity", "start_time", "status", "type_name", "unmapped",
}  # fmt: skip
FINDING_INFO = {
    "analytic", "attacks", "created_time", "data_sources", "desc", "first_seen_time", "last_seen_time", "modified_time",
    "related_events_count", "title", "types", "uid",
}  # fmt: skip


class TestIncidentFinding:
    """incident_finding"""

    def test_has_what_the_class_requires_and_nothing_that_it_does_not_know(self) -> None:
        event = incident_finding(parcel())
        assert set(event) >= REQUIRED
        assert set(event) <= KNOWN
        assert all("uid" in each and set(each) <= FINDING_INFO for each in event["finding_info_list"])

    @pytest.mark.parametrize(
        ("status", "closed", "told"),
        [("reported", False, (1, 200501, 1)), ("active", False, (2, 200502, 2)), ("closed", True, (3, 200503, 5))],
    )
    def test_tells_opening_changing_and_closing_apart(
        self, status: str, closed: bool, told: tuple[int, int, int]
    ) -> None:
        event = incident_finding(parcel(status=status, closed_at=AT + timedelta(days=1) if closed else None))
        assert (event["activity_id"], event["type_uid"], event["status_id"]) == told

    def test_writes_moments_in_milliseconds(self) -> None:
        assert incident_finding(parcel())["start_time"] == int(AT.timestamp()) * 1000

    def test_points_from_each_observable_to_where_the_thing_stands(self) -> None:
        event: dict[str, Any] = json.loads(ocsf_file(parcel()))
        assert event["observables"][1] == {
            "name": "unmapped.named[1].value", "type_id": 2, "type": "IP Address", "value": "192.0.2.7",
        }  # fmt: skip
        assert event["unmapped"]["named"][1]["value"] == "192.0.2.7"

    def test_tells_techniques_from_tactics(self) -> None:
        assert incident_finding(parcel())["attacks"] == [
            {"technique": {"uid": "T1059"}, "sub_technique": {"uid": "T1059.001"}}, {"tactic": {"uid": "TA0002"}},
        ]  # fmt: skip

    def test_is_a_finding_of_its_own_when_no_alert_led_to_it(self) -> None:
        (finding,) = incident_finding(parcel(seen=()))["finding_info_list"]
        assert finding["title"] == "INC-2026-0142 Beacon from a workstation"

    def test_says_how_much_is_missing_and_not_what(self) -> None:
        assert incident_finding(parcel())["comment"].startswith("1 item is not in this file")
        assert b"203.0.113.9" not in ocsf_file(parcel())
