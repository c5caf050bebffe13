# SPDX-License-Identifier: Apache-2.0
"""A parcel as an OCSF event: Incident Finding (class 2005). Pure functions."""

import json
from datetime import datetime
from typing import Any

from longwatch.entities.kinds import EntityKind
from longwatch.exchange.sharing.parcel import Parcel, Seen, Thing
from longwatch.records.severity import Severity
from longwatch.version import VERSION

SCHEMA = "1.5.0"
CLASS, CATEGORY = 2005, 2
CREATE, UPDATE, CLOSE = 1, 2, 3
ACTIVITIES = {CREATE: "Create", UPDATE: "Update", CLOSE: "Close"}
SEVERITIES = {
    Severity.INFORMATIONAL: (1, "Informational"), Severity.LOW: (2, "Low"), Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"), Severity.CRITICAL: (5, "Critical"),
}  # fmt: skip
NEW, IN_PROGRESS, ON_HOLD = (1, "New"), (2, "In Progress"), (3, "On Hold")
RESOLVED, CLOSED = (4, "Resolved"), (5, "Closed")
STATUSES = {
    "reported": NEW, "open": NEW, "on_hold": ON_HOLD, "stabilized": RESOLVED, "closed": CLOSED, "merged": CLOSED,
}  # fmt: skip
OBSERVABLES = {
    EntityKind.HOST: (1, "Hostname"), EntityKind.DOMAIN: (1, "Hostname"), EntityKind.IP: (2, "IP Address"),
    EntityKind.EMAIL: (5, "Email Address"), EntityKind.URL: (6, "URL String"), EntityKind.FILE_HASH: (8, "Hash"),
}  # fmt: skip
OTHER = (99, "Other")
Node = dict[str, Any]


def ocsf_file(parcel: Parcel) -> bytes:
    """The event: a finding for each alert, or one for the record when it has none."""
    return json.dumps(incident_finding(parcel), ensure_ascii=False, indent=1).encode() + b"\n"


def incident_finding(parcel: Parcel) -> Node:
    """The event as plain values."""
    activity = CLOSE if parcel.is_closed else CREATE if STATUSES.get(parcel.status) == NEW else UPDATE
    status_id, status = STATUSES.get(parcel.status, IN_PROGRESS)
    severity_id, severity = SEVERITIES[parcel.severity]
    event: Node = {
        "activity_id": activity, "activity_name": ACTIVITIES[activity], "category_uid": CATEGORY,
        "category_name": "Findings", "class_uid": CLASS, "class_name": "Incident Finding",
        "type_uid": CLASS * 100 + activity, "type_name": f"Incident Finding: {ACTIVITIES[activity]}",
        "time": _moment(parcel.made_at), "start_time": _moment(_start(parcel)), "severity_id": severity_id,
        "severity": severity, "status_id": status_id, "status": status, "message": parcel.name, "desc": parcel.summary,
        "assignee_group": {"name": parcel.organisation},
        "finding_info_list": [_finding(parcel, each) for each in parcel.seen] or [_the_record(parcel)],
        "metadata": {
            "version": SCHEMA, "uid": str(parcel.record_id), "labels": [parcel.tlp.label],
            "product": {"name": "Longwatch", "vendor_name": "Longwatch", "version": VERSION},
        },
    }  # fmt: skip
    attacks = [_attack(each) for each in parcel.techniques]
    named = [_observable(at, each) for at, each in enumerate(parcel.things)]
    # The observables point at where the things stand, as the schema wants it.
    unmapped = {"reference": parcel.reference, "named": [_told(parcel, each) for each in parcel.things]}
    event |= {"end_time": _moment(parcel.closed_at)} if parcel.closed_at else {}
    event |= {"attacks": attacks} if attacks else {}
    event |= {"observables": named} if named else {}
    event |= {"comment": parcel.what_is_missing} if parcel.what_is_missing else {}
    return event | {"unmapped": unmapped}


def _finding(parcel: Parcel, alert: Seen) -> Node:
    made: Node = {
        "uid": alert.id, "title": alert.title, "first_seen_time": _moment(alert.first_seen),
        "last_seen_time": _moment(alert.last_seen), "created_time": _moment(alert.first_seen),
        "data_sources": [alert.source], "related_events_count": alert.count,
        "types": [parcel.mark_of(alert.tlp).label],
    }  # fmt: skip
    made |= {"analytic": {"name": alert.rule, "type_id": 1, "type": "Rule"}} if alert.rule else {}
    return made | ({"attacks": [_attack(each) for each in alert.techniques]} if alert.techniques else {})


def _the_record(parcel: Parcel) -> Node:
    return {"uid": str(parcel.record_id), "title": parcel.name, "created_time": _moment(parcel.opened_at)}


def _attack(identifier: str) -> Node:
    if identifier.startswith("TA"):
        return {"tactic": {"uid": identifier}}
    technique, _dot, rest = identifier.partition(".")
    made: Node = {"technique": {"uid": technique}}
    return made | ({"sub_technique": {"uid": identifier}} if rest else {})


def _observable(at: int, thing: Thing) -> Node:
    type_id, kind = OBSERVABLES.get(EntityKind(thing.kind), OTHER)
    return {"name": f"unmapped.named[{at}].value", "type_id": type_id, "type": kind, "value": thing.value}


def _told(parcel: Parcel, thing: Thing) -> Node:
    return {"kind": thing.kind, "value": thing.value, "part": thing.part, "tlp": parcel.mark_of(thing.tlp).label}


def _start(parcel: Parcel) -> datetime:
    return min([parcel.opened_at, *(each.first_seen for each in parcel.seen)])


def _moment(at: datetime) -> int:
    """Milliseconds since 1970, which is how OCSF writes moments."""
    return int(at.timestamp() * 1000)
