# SPDX-License-Identifier: Apache-2.0
"""Reading records of other tools. The examples are written for these tests in the tools' own shapes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.intake.reading import moment_of, read_foreign, severity_of_word
from longwatch.intake.submission import read

SURICATA = {
    "timestamp": "2026-02-03T04:05:06.123456+0000", "event_type": "alert", "src_ip": "192.0.2.7",
    "dest_ip": "198.51.100.9",
    "alert": {"signature_id": 2001219, "signature": "ET SCAN Potential SSH Scan", "severity": 1},
}  # fmt: skip
WAZUH = {
    "timestamp": "2026-02-03T04:05:06.000+0000", "agent": {"name": "web-1"}, "data": {"srcip": "192.0.2.7"},
    "rule": {"id": "550", "level": 12, "description": "Integrity checksum changed."},
}  # fmt: skip
ASFF = {
    "Title": "Root access key exists", "Description": "…", "Severity": {"Label": "CRITICAL", "Normalized": 90},
    "GeneratorId": "cis-1.12", "Resources": [{"Type": "AwsAccount", "Id": "AWS::::Account:123"}],
    "CreatedAt": "2026-02-03T04:05:06Z",
}  # fmt: skip
CLOUDTRAIL = {
    "eventName": "ConsoleLogin", "eventTime": "2026-02-03T04:05:06Z", "sourceIPAddress": "192.0.2.7",
    "userIdentity": {"arn": "arn:aws:iam::123:user/ana"},
}  # fmt: skip
VERIS = {
    "summary": "A laptop was stolen. " + "It held data. " * 40,
    "timeline": {"incident": {"year": 2014, "month": 11, "day": 3}},
}


class TestReadForeign:
    @pytest.mark.parametrize(
        ("record", "title", "severity", "rule", "first_entity"),
        [
            (SURICATA, "ET SCAN Potential SSH Scan", 3, "2001219", ("ip", "192.0.2.7", "involved")),
            (WAZUH, "Integrity checksum changed.", 3, "550", ("host", "web-1", "affected")),
            (ASFF, "Root access key exists", 4, "cis-1.12", ("asset", "AWS::::Account:123", "affected")),
            (CLOUDTRAIL, "ConsoleLogin", None, "ConsoleLogin", ("account", "arn:aws:iam::123:user/ana", "involved")),
            (
                {"detail": CLOUDTRAIL},
                "ConsoleLogin",
                None,
                "ConsoleLogin",
                ("account", "arn:aws:iam::123:user/ana", "involved"),
            ),
        ],
    )
    def test_common_shapes(self, record: Any, title: str, severity: Any, rule: str, first_entity: Any) -> None:
        reading = read_foreign(record)
        assert (reading.title, reading.severity, reading.rule, reading.entities[0]) == (
            title,
            severity,
            rule,
            first_entity,
        )
        assert reading.occurred_at is not None
        assert reading.occurred_at.date().isoformat() == "2026-02-03"

    def test_a_long_summary_gives_its_first_sentence(self) -> None:
        reading = read_foreign(VERIS)
        assert (reading.title, reading.occurred_at) == ("A laptop was stolen.", datetime(2014, 11, 3, tzinfo=UTC))

    @pytest.mark.parametrize(
        "record",
        [
            {}, {"alert": "text"}, {"alert": None, "rule": [], "Severity": 3}, {"alert": {"severity": True}},
            {"rule": {"level": "12"}}, {"timestamp": {"a": 1}}, {"time": 1e308}, {"time": -1}, {"title": ["x"]},
            {"Resources": [[{"Id": {}}], 3, None]}, {"src_ip": "x" * 5000},
            {"timeline": {"incident": {"year": 99999, "month": 1, "day": 1}}},
        ],
    )  # fmt: skip
    def test_odd_shapes_are_no_trouble(self, record: dict[str, Any]) -> None:
        reading = read_foreign(record)
        assert reading.severity is None
        assert reading.entities == []


class TestMomentOf:
    @pytest.mark.parametrize(
        ("stated", "meant"),
        [
            ("2026-02-03T04:05:06.123456789Z", "2026-02-03T04:05:06.123456+00:00"),
            ("2026-02-03 04:05:06.123000000", "2026-02-03T04:05:06.123000+00:00"),
            ("2026-02-03T04:05:06+02:00", "2026-02-03T02:05:06+00:00"),
            (1770091506, "2026-02-03T04:05:06+00:00"),
            (1770091506000, "2026-02-03T04:05:06+00:00"),
        ],
    )
    def test_texts_and_numbers(self, stated: Any, meant: str) -> None:
        moment = moment_of(stated)
        assert moment is not None
        assert moment.isoformat() == meant

    @pytest.mark.parametrize("stated", ["yesterday", "", "2026-13-01", 12, True, None, [], "1" * 400])
    def test_anything_else_is_none(self, stated: Any) -> None:
        assert moment_of(stated) is None


class TestRead:
    def test_a_foreign_record_with_a_title_is_read_as_foreign(self) -> None:
        record = {"title": "Finding", "severity": 8.5, "accountId": "1", "region": "x", "arn": "y"}
        assert read(json.dumps(record).encode()).title == "Finding"

    def test_an_attempt_at_ours_is_held_to_it(self) -> None:
        with pytest.raises(Invalid) as refused:
            read(b'{"title": "Finding", "severity": 8, "mine": 1}')
        assert list(refused.value.fields) == ["severity"]

    def test_a_record_that_says_nothing_names_its_source(self) -> None:
        assert read(b"{}", "Gate camera").title == "Alert from Gate camera"

    def test_severity_words_in_common_use(self) -> None:
        words = {"INFO": 0, "Warning": 1, " moderate ": 2, "HIGH": 3, "fatal": 4}
        assert {word: severity_of_word(word) for word in words} == words
        assert severity_of_word("terrible") is None
