# SPDX-License-Identifier: Apache-2.0
"""A parcel with something of everything in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from longwatch.entities.markings import Tlp
from longwatch.exchange.sharing.parcel import Left, Parcel, Seen, Thing
from longwatch.records.models import RecordKind
from longwatch.records.severity import Severity

AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
HASH = "a" * 64


def thing(kind: str, value: str, part: str = "involved", **more: Any) -> Thing:
    """A thing that was seen for an hour."""
    seen = {"first_seen": AT, "last_seen": AT + timedelta(hours=1)}
    return Thing(key=f"{kind}:{value}", kind=kind, value=value, part=part, **seen | more)


def alert(*names: str, **more: Any) -> Seen:
    """An alert that names things."""
    usual: dict[str, Any] = {
        "id": "0192f0c0-0000-7000-8000-000000000001", "title": "ET MALWARE beacon", "rule": "2024217",
        "source": "Suricata", "severity": Severity.HIGH, "first_seen": AT, "last_seen": AT + timedelta(hours=1),
        "count": 14, "techniques": ("T1059.001", "TA0002"), "names": names,
    }  # fmt: skip
    return Seen(**usual | more)


def parcel(**more: Any) -> Parcel:
    """A record with an indicator of each kind, a host, an alert and something left out."""
    whole = Parcel(
        record_id=UUID("0192f0c0-0000-7000-8000-00000000000a"), kind=RecordKind.INCIDENT, reference="INC-2026-0142",
        title="Beacon from a workstation", summary="First seen on Sunday.", status="active", disposition="",
        category="CY-01", severity=Severity.HIGH, opened_at=AT + timedelta(hours=2), closed_at=None,
        organisation="Halden", organisation_id=UUID("0192f0c0-0000-7000-8000-00000000000b"),
        organisation_since=datetime(2026, 1, 1, tzinfo=UTC), tlp=Tlp.AMBER, made_at=AT + timedelta(days=1),
        things=(
            thing("domain", "evil.example", "indicator", tlp=Tlp.GREEN, note="Command and control"),
            thing("ip", "192.0.2.7", "indicator"), thing("ip", "2001:db8::7"), thing("host", "ws-042.halden.example"),
            thing("url", "https://evil.example/a'b", "indicator"), thing("file_hash", HASH, "indicator"),
            thing("email", "payroll@evil.example", "indicator"),
        ),
        seen=(alert("domain:evil.example", "ip:192.0.2.7"),), left=(Left("IP address", "203.0.113.9", Tlp.RED),),
    )  # fmt: skip
    return replace(whole, **more)
