# SPDX-License-Identifier: Apache-2.0
"""Techniques from either source."""

from datetime import date

from longwatch.enrichment.intel.attack import is_attack, is_galaxy, read_attack, read_galaxy
from tests.enrichment.intel_files import ATTACK

GALAXY = {
    "name": "Attack Pattern", "type": "mitre-attack-pattern", "uuid": "u", "version": 36,
    "values": [
        {"uuid": "a", "value": "PowerShell - T1059.001",
         "meta": {"external_id": "T1059.001", "kill_chain": ["attack-Windows:execution", "attack-Linux:execution"]}},
        {"uuid": "b", "value": "PowerShell - T1086", "meta": {"external_id": "T1086"},
         "related": [{"dest-uuid": "a", "type": "revoked-by"}]},
        {"uuid": "c", "value": "No number"},
    ],
}  # fmt: skip
ACTORS = {
    "name": "Threat actor", "type": "threat-actor", "uuid": "u", "version": 1,
    "values": [{"value": "Heron", "meta": {"synonyms": ["HERON", "Wader"], "country": "XX"}}, {"meta": None}],
}  # fmt: skip


class TestReadAttack:
    def test_reads_techniques_and_tactics(self) -> None:
        read = read_attack(ATTACK)
        about = {each.key: each.about for each in read.entries}
        assert about["t1059.001"] == {"name": "PowerShell", "tactics": ["execution"]}
        assert about["ta0002"] == {"name": "Execution"}
        assert (read.name, read.edition, read.dated) == ("Test ATT&CK", "18.1", date(2025, 11, 13))

    def test_says_what_stands_for_a_revoked_one(self) -> None:
        about = {each.key: each.about or {} for each in read_attack(ATTACK).entries}["t1086"]
        assert (about["revoked"], about["instead"]) == (True, "T1059.001")

    def test_knows_a_bundle_with_techniques(self) -> None:
        assert is_attack(ATTACK)
        assert not is_attack({"type": "bundle", "objects": [{"type": "indicator"}]})


class TestReadGalaxy:
    def test_reads_techniques_without_the_number_in_their_name(self) -> None:
        read = read_galaxy(GALAXY)
        about = {each.key: each.about for each in read.entries}
        assert about["t1059.001"] == {"name": "PowerShell", "tactics": ["execution"]}
        assert about["t1086"] == {"name": "PowerShell", "tactics": [], "revoked": True, "instead": "T1059.001"}
        assert (read.kind, read.skipped) == ("attack", 1)

    def test_reads_names_and_synonyms_of_actors(self) -> None:
        read = read_galaxy(ACTORS)
        assert {each.key for each in read.entries} == {"heron", "wader"}
        assert (read.kind, read.entries[0].about) == ("galaxy", {"name": "Heron", "country": "XX"})

    def test_knows_one_by_its_keys(self) -> None:
        assert is_galaxy(GALAXY)
        assert not is_galaxy({"values": 1, "name": "", "uuid": ""})
