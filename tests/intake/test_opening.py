# SPDX-License-Identifier: Apache-2.0
"""From a body to the signals in it."""

import json

import pytest

from longwatch.core import clock
from longwatch.core.errors import LongwatchError
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.keeping import reason_of
from longwatch.intake.opening import Contents, open_body, open_parts

FACTS = SourceFacts(uuid7(), uuid7(), uuid7(), "doors", "Doors", "alert", (), 2, 100, 100, True)
NDJSON = "application/x-ndjson"


def parts(raw: bytes, content_type: str) -> Contents:
    return open_parts(raw, FACTS, content_type=content_type, received_at=clock.now())


class TestOpenBody:
    def test_keeps_the_bytes_with_the_signal(self) -> None:
        raw = b'{"title": "Door forced",  "x": 1}'
        [opened] = open_body(raw, FACTS, content_type="application/json", received_at=clock.now())
        assert (opened.signal.title, opened.raw) == ("Door forced", raw)

    @pytest.mark.parametrize("more", [{}, {"manager": {"name": "m"}, "full_log": "x", "location": "/var/log"}])
    def test_reads_a_wazuh_alert_whole_or_cut_down_as_what_it_is(self, more: dict[str, object]) -> None:
        rule = {"level": 12, "description": "Brute force", "id": "5712"}
        alert = {"id": "1590.1", "timestamp": "2026-06-01T10:00:00.000+0000", "agent": {"name": "web-1"}, "rule": rule}
        raw = json.dumps(alert | more).encode()
        [opened] = open_body(raw, FACTS, content_type="application/json", received_at=clock.now())
        told = opened.signal
        assert (told.title, told.severity, told.rule, told.dedup_key) == ("Brute force", 3, "5712", None)

    def test_refuses_what_cannot_be_read(self) -> None:
        with pytest.raises(LongwatchError):
            open_body(b"{", FACTS, content_type="application/json", received_at=clock.now())


class TestOpenParts:
    def test_reads_each_line_and_leaves_the_bad_ones(self) -> None:
        contents = parts(b'{"title": "One"}\r\n\n{oops\n{"title": "Two"}', NDJSON)
        assert [each.signal.title for each in contents.opened] == ["One", "Two"]
        assert [raw for raw, _ in contents.left] == [b"{oops"]
        assert "JSON" in contents.reason

    def test_takes_anything_else_as_one_piece(self) -> None:
        contents = parts(b'{"title":\n"One"}', "application/json")
        assert [each.signal.title for each in contents.opened] == ["One"]


class TestReasonOf:
    def test_tells_the_first_and_how_many_there_are(self) -> None:
        assert reason_of([LongwatchError("First."), LongwatchError("Second.")]).startswith("First. 2 parts")
        assert reason_of([LongwatchError("Alone.")]) == "Alone."
        assert reason_of([]) == ""
