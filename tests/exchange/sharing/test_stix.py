# SPDX-License-Identifier: Apache-2.0
"""Parcels as STIX 2.1, checked by the library and by the validator of OASIS."""

import json
from typing import Any

import pytest
import stix2
from stix2validator import ValidationOptions, validate_string

from longwatch.entities.markings import Tlp
from longwatch.exchange.sharing.parcel import Parcel
from longwatch.exchange.sharing.stix import MARKINGS, stix_file
from tests.exchange.sharing.parcels import alert, parcel, thing


def objects(of: Parcel, kind: str) -> list[dict[str, Any]]:
    return [each for each in json.loads(stix_file(of))["objects"] if each["type"] == kind]


class TestStixFile:
    """stix_file"""

    @pytest.mark.parametrize("tlp", list(Tlp))
    def test_is_accepted_by_the_validator_and_the_library(self, tlp: Tlp) -> None:
        text = stix_file(parcel(tlp=tlp)).decode()
        found = validate_string(text, ValidationOptions(version="2.1"))
        assert found.is_valid, [str(error) for error in found.errors]
        assert stix2.parse(text, allow_custom=True)["type"] == "bundle"

    def test_is_accepted_when_there_is_nothing_but_the_record(self) -> None:
        text = stix_file(parcel(things=(), seen=(), left=(), summary="", title="")).decode()
        assert validate_string(text, ValidationOptions(version="2.1")).is_valid

    def test_says_what_to_look_for_with_a_pattern_for_each_indicator(self) -> None:
        patterns = {each["pattern"] for each in objects(parcel(), "indicator")}
        assert patterns == {
            "[domain-name:value = 'evil.example']", "[ipv4-addr:value = '192.0.2.7']",
            r"[url:value = 'https://evil.example/a\'b']", f"[file:hashes.'SHA-256' = '{'a' * 64}']",
            "[email-addr:value = 'payroll@evil.example']",
        }  # fmt: skip

    def test_says_how_often_and_when_an_alert_saw_what_it_names(self) -> None:
        (seen,) = objects(parcel(), "observed-data")
        assert (seen["number_observed"], seen["first_observed"]) == (14, "2026-11-01T08:30:00Z")
        assert {ref.partition("--")[0] for ref in seen["object_refs"]} == {"domain-name", "ipv4-addr"}

    def test_names_the_techniques_as_attack_does(self) -> None:
        references = [each["external_references"][0] for each in objects(parcel(), "attack-pattern")]
        assert [each["url"] for each in references] == [
            "https://attack.mitre.org/techniques/T1059/001", "https://attack.mitre.org/tactics/TA0002",
        ]  # fmt: skip

    def test_marks_a_thing_with_its_own_marking_and_the_rest_with_that_of_the_file(self) -> None:
        marks = {each["name"]: each["object_marking_refs"] for each in objects(parcel(), "indicator")}
        assert marks["evil.example"] == [MARKINGS[Tlp.GREEN]]
        assert marks["192.0.2.7"] == [MARKINGS[Tlp.AMBER]]
        assert [each["name"] for each in objects(parcel(), "marking-definition")] == ["TLP:GREEN", "TLP:AMBER"]

    def test_says_how_much_is_missing_and_not_what(self) -> None:
        (grouping,) = objects(parcel(), "grouping")
        assert grouping["description"] == "1 item is not in this file: marked more strictly than TLP:AMBER."
        assert b"203.0.113.9" not in stix_file(parcel())

    def test_tells_a_false_alarm_from_what_is_suspected(self) -> None:
        def told(disposition: str) -> str:
            (incident,) = objects(parcel(disposition=disposition), "incident")
            (extension,) = incident["extensions"].values()
            return str(extension["determination"])

        assert (told("false_positive"), told("mitigated")) == ("false-positive", "suspected")

    def test_gives_a_thing_the_same_identifier_in_every_file(self) -> None:
        once, again = (
            {each["id"] for each in json.loads(stix_file(each))["objects"]} for each in (parcel(), parcel())
        )  # fmt: skip
        assert once == again

    def test_leaves_out_what_no_machine_can_look_for(self) -> None:
        odd = parcel(things=(thing("ip", "nowhere", "indicator"),), seen=(alert("ip:nowhere"),))
        assert not objects(odd, "indicator")
        assert not objects(odd, "observed-data")
