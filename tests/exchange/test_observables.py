# SPDX-License-Identifier: Apache-2.0
"""What machines can look for, as STIX."""

import json
from datetime import UTC, datetime

import pytest

from longwatch.exchange.observables import observable, pattern, stix_bundle

AT = datetime(2026, 11, 1, tzinfo=UTC)
RECORD = {"reference": "CASE-7K2M-4Q", "title": "Phishing"}


class TestObservable:
    """observable"""

    @pytest.mark.parametrize(
        ("kind", "value", "type_name"),
        [
            ("ip", "192.0.2.7", "ipv4-addr"), ("ip", "2001:db8::7", "ipv6-addr"), ("host", "db.example", "domain-name"),
            ("url", "https://evil.example/a", "url"), ("email", "a@evil.example", "email-addr"),
            ("file_hash", "A" * 64, "file"),
        ],
    )  # fmt: skip
    def test_is_what_the_entity_is(self, kind: str, value: str, type_name: str) -> None:
        assert observable({"kind": kind, "value": value}).type == type_name

    @pytest.mark.parametrize(
        ("kind", "value"),
        [("person", "Jonas Weber"), ("ip", "nowhere"), ("domain", "two words"), ("url", "javascript:x"),
         ("email", "nobody"), ("file_hash", "abc")],
    )  # fmt: skip
    def test_is_nothing_for_what_no_machine_can_look_for(self, kind: str, value: str) -> None:
        assert observable({"kind": kind, "value": value}) is None


class TestPattern:
    """pattern"""

    def test_escapes_quotes(self) -> None:
        found = observable({"kind": "url", "value": "https://evil.example/'or'"})
        assert pattern(found) == r"[url:value = 'https://evil.example/\'or\'']"


class TestStixBundle:
    """stix_bundle"""

    def test_is_none_when_nothing_can_be_looked_for(self) -> None:
        assert stix_bundle(RECORD, "1", "Halden", [{"kind": "person", "value": "X", "part": "subject"}], AT) is None

    def test_has_an_indicator_for_what_is_named_as_one(self) -> None:
        named = [
            {"kind": "domain", "value": "evil.example", "part": "indicator"},
            {"kind": "ip", "value": "192.0.2.7", "part": "involved"},
        ]
        objects = json.loads(stix_bundle(RECORD, "1", "Halden", named, AT) or b"")["objects"]
        assert [each["name"] for each in objects if each["type"] == "indicator"] == ["evil.example"]

    def test_is_the_same_each_time(self) -> None:
        named = [{"kind": "ip", "value": "192.0.2.7", "part": "involved"}]
        assert stix_bundle(RECORD, "1", "Halden", named, AT) == stix_bundle(RECORD, "1", "Halden", named, AT)
