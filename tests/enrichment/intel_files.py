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
