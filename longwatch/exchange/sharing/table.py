# SPDX-License-Identifier: Apache-2.0
"""A parcel as a table for spreadsheets and scripts: what it names, then the alerts. Pure functions."""

from collections.abc import Iterator, Mapping
from typing import Any

from longwatch.exchange.sharing.parcel import Parcel
from longwatch.exchange.tables import csv_lines

COLUMNS = (
    "record", "row", "kind", "value", "part", "tlp", "first_seen", "last_seen", "count", "severity", "source", "rule",
    "techniques", "note",
)  # fmt: skip


def csv_file(parcel: Parcel) -> bytes:
    """The table; nothing in it runs when a spreadsheet opens it."""
    return b"".join(csv_lines(COLUMNS, _rows(parcel)))


def _rows(parcel: Parcel) -> Iterator[Mapping[str, Any]]:
    about = {"record": parcel.reference}
    yield about | {
        "row": "record", "kind": parcel.kind, "value": parcel.title, "tlp": parcel.tlp.label,
        "first_seen": parcel.opened_at.isoformat(), "severity": parcel.severity.word,
        "techniques": " ".join(parcel.techniques), "note": parcel.what_is_missing,
    }  # fmt: skip
    for thing in parcel.things:
        yield about | {
            "row": "thing", "kind": thing.kind, "value": thing.value, "part": thing.part,
            "tlp": parcel.mark_of(thing.tlp).label, "first_seen": thing.first_seen and thing.first_seen.isoformat(),
            "last_seen": thing.last_seen and thing.last_seen.isoformat(), "note": thing.note,
        }  # fmt: skip
    for alert in parcel.seen:
        yield about | {
            "row": "alert", "kind": "alert", "value": alert.title, "tlp": parcel.mark_of(alert.tlp).label,
            "first_seen": alert.first_seen.isoformat(), "last_seen": alert.last_seen.isoformat(),
            "count": alert.count, "severity": alert.severity.word, "source": alert.source, "rule": alert.rule,
            "techniques": " ".join(alert.techniques),
        }  # fmt: skip
