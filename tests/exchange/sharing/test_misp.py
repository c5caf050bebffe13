# SPDX-License-Identifier: Apache-2.0
"""Parcels as MISP events, checked by MISP's own library and schema."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from pymisp import MISPEvent

from longwatch.entities.markings import Tlp
from longwatch.exchange.sharing.misp import misp_file
from longwatch.exchange.sharing.parcel import Parcel
from longwatch.records.severity import Severity
from tests.exchange.sharing.parcels import parcel, thing

HASHES = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


def event(of: Parcel) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(misp_file(of))["Event"]
    return found


def schema() -> Any:
    return json.loads(files("pymisp").joinpath("data/schema-lax.json").read_text())


class TestMispFile:
    """misp_file"""

    @pytest.mark.parametrize("tlp", list(Tlp))
    def test_is_read_by_misps_library_with_every_attribute(self, tlp: Tlp) -> None:
        wanted = parcel(tlp=tlp)
        read = MISPEvent()
        read.load(json.loads(misp_file(wanted)))
        assert [tag.name for tag in read.tags] == [f"tlp:{tlp.value}"]
        assert len(read.attributes) == len(event(wanted)["Attribute"])

    def test_fits_the_schema_and_the_types_that_misp_knows(self) -> None:
        jsonschema.validate({"Event": event(parcel())}, schema())
        known = MISPEvent().describe_types["category_type_mappings"]
        for each in event(parcel())["Attribute"]:
            assert each["type"] in known[each["category"]]

    def test_has_only_indicators_searched_for(self) -> None:
        searched = {(each["type"], each["value"]) for each in event(parcel())["Attribute"] if each["to_ids"]}
        assert searched == {
            ("domain", "evil.example"), ("ip-dst", "192.0.2.7"), ("url", "https://evil.example/a'b"),
            ("sha256", "a" * 64), ("email-src", "payroll@evil.example"),
        }  # fmt: skip

    @pytest.mark.parametrize("length", list(HASHES))
    def test_calls_a_hash_by_its_kind(self, length: int) -> None:
        found = event(parcel(things=(thing("file_hash", "b" * length),)))["Attribute"]
        assert found[0]["type"] == HASHES[length]

    def test_lets_misp_pass_on_only_what_its_marking_lets_go(self) -> None:
        assert [event(parcel(tlp=each))["distribution"] for each in Tlp] == ["3", "1", "0", "0", "0"]

    @pytest.mark.parametrize(
        ("severity", "level"), [(Severity.CRITICAL, "1"), (Severity.MEDIUM, "2"), (Severity.INFORMATIONAL, "4")]
    )
    def test_says_how_bad_it_is_in_misps_words(self, severity: Severity, level: str) -> None:
        assert event(parcel(severity=severity))["threat_level_id"] == level

    def test_says_how_much_is_missing_and_not_what(self) -> None:
        (told,) = [each for each in event(parcel())["Attribute"] if each["comment"] == "What is not here"]
        assert told["value"].startswith("1 item is not in this file")
        assert b"203.0.113.9" not in misp_file(parcel())
