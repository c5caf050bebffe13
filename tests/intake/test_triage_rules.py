# SPDX-License-Identifier: Apache-2.0
"""The pure rules of triage."""

from longwatch.intake.models import SignalStatus
from longwatch.intake.triage_rules import entity_that_matters, placed_status, status_back_in_inbox
from longwatch.records.models import RecordKind


class TestEntityThatMatters:
    def test_takes_what_the_signal_is_about(self) -> None:
        found = entity_that_matters([
            {"kind": "host", "value": "A", "part": "affected"},
            {"kind": "person", "value": "B", "part": "subject"},
        ])  # fmt: skip
        assert found is not None
        assert found["value"] == "B"

    def test_takes_a_name_before_a_hash(self) -> None:
        found = entity_that_matters([
            {"kind": "file_hash", "value": "9f86", "part": "indicator"},
            {"kind": "host", "value": "FIN-1", "part": "involved"},
        ])  # fmt: skip
        assert found is not None
        assert found["value"] == "FIN-1"

    def test_is_nothing_when_nothing_is_named(self) -> None:
        assert entity_that_matters([]) is None


class TestStatus:
    def test_of_an_incident_outweighs_a_case(self) -> None:
        assert placed_status(SignalStatus.IN_INCIDENT, RecordKind.CASE) == SignalStatus.IN_INCIDENT
        assert placed_status(SignalStatus.IN_CASE, RecordKind.INCIDENT) == SignalStatus.IN_INCIDENT

    def test_back_in_the_inbox_tells_whether_somebody_has_it(self) -> None:
        assert status_back_in_inbox(True) == SignalStatus.ACKNOWLEDGED
        assert status_back_in_inbox(False) == SignalStatus.NEW
        assert status_back_in_inbox(False, ["case"]) == SignalStatus.IN_CASE
