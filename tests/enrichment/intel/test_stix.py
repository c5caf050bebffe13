# SPDX-License-Identifier: Apache-2.0
"""STIX 2.1 indicators."""

import json
from typing import Any

import pytest

from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.intel.stix import is_stix, read_stix


def indicator(pattern: object, **more: Any) -> dict[str, Any]:
    return {
        "type": "indicator", "spec_version": "2.1", "id": "indicator--1", "name": "Beacon", "pattern": pattern,
        "pattern_type": "stix", "modified": "2026-01-02T03:04:05.000Z", "valid_from": "2026-01-01T00:00:00Z",
        "indicator_types": ["malicious-activity"],
    } | more  # fmt: skip


def keys(*found: dict[str, Any]) -> list[str]:
    return [each.key for each in read_stix({"objects": list(found)}, "Feed").entries]


class TestIsStix:
    def test_is_what_holds_indicators(self) -> None:
        assert is_stix({"type": "bundle", "objects": [indicator("x")]})
        assert is_stix({"more": False, "objects": [indicator("x")]})
        assert not is_stix({"objects": [{"type": "malware"}]})
        assert not is_stix({"objects": "x"})


class TestReadStix:
    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            ("[ipv4-addr:value = '192.0.2.7']", ["192.0.2.7/32"]),
            ("[ipv4-addr:value = '192.0.2.0/24']", ["192.0.2.0/24"]),
            ("[domain-name:value='Bad.example' OR url:value = 'https://bad.example/a\\'b']",
             ["bad.example", "https://bad.example/a'b"]),
            ("[file:hashes.'SHA-256' = 'AB12']", ["ab12"]),
            ("[file:hashes.MD5 = 'cd34'] OR [email-addr:value = 'a@b.example']", ["cd34", "a@b.example"]),
            ("[file:name = 'a.exe']", []),
            ("[ipv4-addr:value = '192.0.2.7' AND network-traffic:dst_port = 80]", []),
            ("[domain-name:value = 'this AND that.example']", ["this and that.example"]),
            ("x" * 20_000, []), (7, []), ("", []),
        ],
    )  # fmt: skip
    def test_takes_the_values_that_speak_alone(self, pattern: object, found: list[str]) -> None:
        assert keys(indicator(pattern)) == found

    def test_leaves_out_what_is_revoked_or_over_or_in_another_language(self) -> None:
        good = "[ipv4-addr:value = '192.0.2.7']"
        read = read_stix(
            {
                "objects": [
                    indicator(good, revoked=True), indicator(good, valid_until="2020-01-01T00:00:00Z"),
                    indicator(good, pattern_type="sigma"), indicator(good, valid_until="not a day"), {"type": "tool"},
                ]
            },
            "Feed",
        )  # fmt: skip
        assert (len(read.entries), read.skipped) == (1, 3)

    def test_says_what_the_indicator_says(self) -> None:
        read = read_stix({"objects": [indicator("[ipv4-addr:value = '192.0.2.7']")]}, "Feed")
        assert read.entries[0].about == {"event": "Beacon", "comment": "", "category": "malicious-activity"}
        assert (read.edition, str(read.dated)) == ("2026-01-02T03:04:05.000Z", "2026-01-02")


def test_files_of_indicators_are_loaded_by_the_files_name() -> None:
    content = json.dumps({"type": "bundle", "objects": [indicator("[ipv4-addr:value = '192.0.2.7']")]}).encode()
    [loaded] = read_bytes(content, "heron.json").loaded
    assert (loaded.kind, loaded.name, len(loaded.entries)) == ("indicators", "heron", 1)
