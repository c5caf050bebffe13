# SPDX-License-Identifier: Apache-2.0
"""Small files of intelligence, written for the tests in the shapes of the real ones."""

import gzip
import json
from typing import Any

from longwatch.access.context import acting_as
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.models import Dataset
from longwatch.enrichment.services.intel import load
from tests.personas import Cast

WARNINGLIST: dict[str, Any] = {
    "name": "List of known office resolvers", "description": "Ours", "version": 20260103, "type": "cidr",
    "matching_attributes": ["ip-src", "ip-dst", "domain|ip"], "list": ["192.0.2.0/28", "2001:db8::/64", "198.51.100.9"],
}  # fmt: skip
KEV: dict[str, Any] = {
    "title": "CISA", "catalogVersion": "2026.01.05", "dateReleased": "2026-01-05T10:00:00.0Z", "count": 2,
    "vulnerabilities": [
        {"cveID": "CVE-2021-44228", "vendorProject": "Apache", "product": "Log4j2", "dateAdded": "2021-12-10",
         "vulnerabilityName": "Apache Log4j2 Remote Code Execution", "requiredAction": "Update.",
         "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known"},
        {"cveID": "CVE-2020-0001", "vendorProject": "Maker", "product": "Thing", "dateAdded": "2022-01-01",
         "vulnerabilityName": "Maker Thing Overflow", "knownRansomwareCampaignUse": "Unknown"},
    ],
}  # fmt: skip
ATTACK: dict[str, Any] = {
    "type": "bundle", "id": "bundle--1",
    "objects": [
        {"type": "x-mitre-collection", "id": "x-mitre-collection--1", "name": "Test ATT&CK", "x_mitre_version": "18.1",
         "modified": "2025-11-13T14:00:00.188Z"},
        {"type": "attack-pattern", "id": "attack-pattern--1", "name": "PowerShell",
         "external_references": [{"source_name": "mitre-attack", "external_id": "T1059.001"}],
         "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "execution"}]},
        {"type": "attack-pattern", "id": "attack-pattern--2", "name": "Old one", "revoked": True,
         "external_references": [{"source_name": "mitre-attack", "external_id": "T1086"}]},
        {"type": "relationship", "id": "relationship--1", "relationship_type": "revoked-by",
         "source_ref": "attack-pattern--2", "target_ref": "attack-pattern--1"},
        {"type": "x-mitre-tactic", "id": "x-mitre-tactic--1", "name": "Execution",
         "external_references": [{"source_name": "mitre-attack", "external_id": "TA0002"}]},
        {"type": "malware", "id": "malware--1", "name": "Something else"},
    ],
}  # fmt: skip
EVENT: dict[str, Any] = {
    "Event": {
        "uuid": "5c0ffee0-0000-4000-8000-000000000001", "info": "Quiet Heron", "date": "2026-01-02",
        "timestamp": "1767312000", "threat_level_id": "1", "Tag": [{"name": "tlp:amber"}],
        "Attribute": [
            {"type": "ip-dst", "value": "203.0.113.66", "to_ids": True, "category": "Network", "comment": "C2"},
            {"type": "filename|sha256", "value": f"a.exe|{'ab' * 32}", "to_ids": True},
            {"type": "domain", "value": "gone.example", "to_ids": True, "deleted": True},
            {"type": "link", "value": "https://news.example/report", "to_ids": False},
        ],
        "Object": [{"name": "url", "Attribute": [{"type": "url", "value": "http://bad.example/x", "to_ids": True}]}],
    }
}  # fmt: skip


def packed(value: Any) -> bytes:
    """As such files are kept."""
    return gzip.compress(json.dumps(value).encode())


def loaded(cast: Cast, value: Any, name: str = "file.json") -> list[Dataset]:
    """Load it in the administrator's name."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    with acting_as(cast.administrator):
        return load(read_bytes(raw, name), by=cast.administrator)


def geonames(
    number: int, name: str, latitude: float, longitude: float, *, people: int = 0, region: str = "",
    country: str = "US", also: str = "", feature: str = "P", day: str = "2026-01-01",
) -> str:  # fmt: skip
    """A line as GeoNames writes them, of a place that was made up."""
    cells = [
        str(number), name, name, also, str(latitude), str(longitude), feature, "PPL", country, "", region, "", "", "",
        str(people), "", "", "Etc/UTC", day,
    ]  # fmt: skip
    return "\t".join(cells) + "\n"


PLACES = (
    geonames(1, "Springfield", 39.8, -89.6, people=114_000, region="IL")
    + geonames(2, "Springfield", 37.2, -93.3, people=169_000, region="MO", day="2026-02-01")
    + geonames(3, "Springfield", 43.3, -72.5, people=9_000, region="VT")
    + geonames(4, "Munich", 48.14, 11.58, people=1_488_000, region="02", country="DE", also="München,Monaco di Baviera")
    + geonames(5, "Hamlet", 50.0, 10.0, people=40, region="02", country="DE", also="Hamlet also")
)
SITES = "code,name,lat,lon\nLYO-1,Plant Lyon,45.76,4.84\nGRZ-1,Office Graz,47.07,15.44\nX,Nowhere,,\n"
COUNTRIES = (
    "network,country\n192.0.2.0/25,AT\n198.51.100.0,198.51.100.255,NL,Netherlands\n2001:db8::/32,SE\n"
    "203.0.113.0,203.0.113.2,FR\n1681915904,1686110207,PT\n"
)
