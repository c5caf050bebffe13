# SPDX-License-Identifier: Apache-2.0
"""A parcel as a MISP event, by the format that MISP documents (MISP core format). Pure functions."""

import json
from datetime import datetime
from typing import Any

from longwatch.entities.kinds import EntityKind
from longwatch.entities.markings import Tlp
from longwatch.exchange.observables import HASHES, fixed, observable
from longwatch.exchange.sharing.marking import tag_of
from longwatch.exchange.sharing.parcel import Parcel, Seen, Thing
from longwatch.records.severity import Severity

# How far MISP itself passes an event on: nowhere but to whoever has it, unless its marking lets it.
DISTRIBUTION = {Tlp.CLEAR: "3", Tlp.GREEN: "1"}
YOURS_ONLY, AS_THE_EVENT = "0", "5"
THREAT = {Severity.CRITICAL: "1", Severity.HIGH: "1", Severity.MEDIUM: "2", Severity.LOW: "3"}
UNDEFINED = "4"
INITIAL, ONGOING, COMPLETE = "0", "1", "2"
TYPES = {
    EntityKind.IP: ("ip-dst", "Network activity"), EntityKind.DOMAIN: ("domain", "Network activity"),
    EntityKind.HOST: ("hostname", "Network activity"), EntityKind.URL: ("url", "Network activity"),
    EntityKind.EMAIL: ("email-src", "Payload delivery"),
}  # fmt: skip
ATTACK = "https://attack.mitre.org/{where}/{path}"
Node = dict[str, Any]


def misp_file(parcel: Parcel) -> bytes:
    """The event with an attribute for each thing, each technique and each alert."""
    attributes = [made for each in parcel.things if (made := _thing(parcel, each)) is not None]
    attributes += [_technique(parcel, each) for each in parcel.techniques]
    attributes += [_alert(parcel, each) for each in parcel.seen]
    if parcel.summary:
        attributes.append(_text(parcel, "summary", parcel.summary, "What is known"))
    if parcel.what_is_missing:
        attributes.append(_text(parcel, "left", parcel.what_is_missing, "What is not here"))
    event: Node = {
        "uuid": str(fixed(f"{parcel.record_id}misp")), "info": parcel.name,
        "date": parcel.opened_at.date().isoformat(), "timestamp": _stamp(parcel.made_at), "published": False,
        "threat_level_id": THREAT.get(parcel.severity, UNDEFINED),
        "analysis": COMPLETE if parcel.is_closed else ONGOING if parcel.status != "reported" else INITIAL,
        "distribution": DISTRIBUTION.get(parcel.tlp, YOURS_ONLY),
        "Orgc": {"name": parcel.organisation, "uuid": str(fixed(parcel.organisation))},
        "Tag": [_tag(parcel.tlp)], "Attribute": attributes,
    }  # fmt: skip
    return json.dumps({"Event": event}, ensure_ascii=False, indent=1).encode() + b"\n"


def _thing(parcel: Parcel, thing: Thing) -> Node | None:
    # What is no address after all is nothing to look for either.
    if observable({"kind": thing.kind, "value": thing.value}) is None:
        return None
    if thing.kind == EntityKind.FILE_HASH:
        kind, category = HASHES[len(thing.value.strip())].replace("-", "").lower(), "Payload delivery"
    elif thing.kind == EntityKind.IP and ":" not in thing.value and not thing.is_indicator:
        kind, category = "ip-src", "Network activity"
    else:
        kind, category = TYPES[EntityKind(thing.kind)]
    words = ", ".join(word for word in (thing.part, thing.note) if word)
    return _attribute(
        parcel, thing.key, kind, category, thing.value.strip(), to_ids=thing.is_indicator, comment=words,
        first_seen=thing.first_seen, last_seen=thing.last_seen, mark=thing.tlp,
    )  # fmt: skip


def _technique(parcel: Parcel, identifier: str) -> Node:
    where = "tactics" if identifier.startswith("TA") else "techniques"
    link = ATTACK.format(where=where, path=identifier.replace(".", "/"))
    return _attribute(parcel, identifier, "link", "External analysis", link, comment=f"ATT&CK {identifier}")


def _alert(parcel: Parcel, alert: Seen) -> Node:
    words = f"{alert.source}, {alert.severity.word}, {alert.count} times"
    return _attribute(
        parcel, alert.id, "text", "Internal reference", alert.title, comment=words, first_seen=alert.first_seen,
        last_seen=alert.last_seen, mark=alert.tlp,
    )  # fmt: skip


def _text(parcel: Parcel, seed: str, text: str, comment: str) -> Node:
    return _attribute(parcel, seed, "comment", "Other", text, comment=comment)


def _attribute(  # noqa: PLR0913 - what an attribute is made of
    parcel: Parcel, seed: str, kind: str, category: str, value: str, *, comment: str, to_ids: bool = False,
    first_seen: datetime | None = None, last_seen: datetime | None = None, mark: Tlp | None = None,
) -> Node:  # fmt: skip
    made: Node = {
        "uuid": str(fixed(f"{parcel.record_id}misp{seed}")), "type": kind, "category": category, "value": value,
        "to_ids": to_ids, "comment": comment, "timestamp": _stamp(parcel.made_at), "distribution": AS_THE_EVENT,
        "disable_correlation": kind in ("text", "comment", "link"),
    }  # fmt: skip
    if first_seen is not None and last_seen is not None:
        made |= {"first_seen": first_seen.isoformat(), "last_seen": last_seen.isoformat()}
    return made | ({"Tag": [_tag(mark)]} if mark is not None else {})


def _tag(mark: Tlp) -> Node:
    return {"name": tag_of(mark)}


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))
