# SPDX-License-Identifier: Apache-2.0
"""MISP events."""

from datetime import date

import pytest

from longwatch.enrichment.intel.misp import events_in, read_event
from tests.enrichment.intel_files import EVENT


class TestEventsIn:
    @pytest.mark.parametrize("wrapped", [EVENT, EVENT["Event"], {"response": [EVENT]}, [EVENT]])
    def test_finds_the_event_however_it_is_wrapped(self, wrapped: object) -> None:
        assert [event["info"] for event in events_in(wrapped)] == ["Quiet Heron"]

    @pytest.mark.parametrize("other", [{}, [], {"response": None}, {"info": "x"}, "x", None])
    def test_finds_none_where_none_is(self, other: object) -> None:
        assert list(events_in(other)) == []


class TestReadEvent:
    def test_reads_what_is_for_detection_and_nothing_that_was_deleted(self) -> None:
        read = read_event(EVENT["Event"])
        assert [each.key for each in read.entries] == ["203.0.113.66/32", "ab" * 32, "http://bad.example/x"]
        assert (read.name, read.dated) == ("Quiet Heron (5c0ffee0)", date(2026, 1, 2))

    def test_says_of_each_where_it_is_from_and_who_may_know(self) -> None:
        about = read_event(EVENT["Event"]).entries[0].about or {}
        assert (about["event"], about["level"], about["tlp"], about["comment"]) == (
            "Quiet Heron",
            "high",
            "tlp:amber",
            "C2",
        )

    def test_takes_an_event_whose_publisher_marks_nothing_but_lets_it_propose_no_severity(self) -> None:
        unmarked = {key: [dict(each, to_ids=False) for each in value] if key == "Attribute" else value
                    for key, value in EVENT["Event"].items() if key != "Object"}  # fmt: skip
        read = read_event(unmarked)
        assert [each.key for each in read.entries] == ["203.0.113.66/32", "ab" * 32]
        assert {(each.about or {})["level"] for each in read.entries} == {""}
        assert {(each.about or {})["marked"] for each in read.entries} == {"no"}
