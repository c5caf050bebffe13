# SPDX-License-Identifier: Apache-2.0
"""From a record as its audience receives it to a parcel: what machines look for, up to a marking. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from longwatch.core.canonical import plain
from longwatch.core.discretion import moment_in
from longwatch.entities.kinds import EntityKind, Part, entity_key
from longwatch.entities.markings import Tlp, strictest_tlp
from longwatch.exchange.audiences import Kind
from longwatch.exchange.content import Content
from longwatch.exchange.redaction import Judged, Release
from longwatch.exchange.sharing.marking import is_above, tlp_of
from longwatch.exchange.sharing.parcel import Left, Parcel, Seen, Sender, Thing
from longwatch.intake.models import Signal, SignalKind
from longwatch.records.severity import SEVERITY_BY_WORD, Severity

# What machines look for. People are no such thing, nor are their accounts; an address of theirs only as an indicator.
TECHNICAL = frozenset({EntityKind.HOST, EntityKind.IP, EntityKind.DOMAIN, EntityKind.URL, EntityKind.FILE_HASH})


def keys_in(content: Content) -> set[str]:
    """The keys of everything that a record or its alerts name."""
    named = {entity_key(item.entity_kind, item.value) for item in content.items if item.kind == Kind.NAMED}
    return named | {entity_key(e["kind"], e["value"]) for signal in content.signals.values() for e in signal.entities}


def pack(
    content: Content, release: Release, limit: Tlp, sender: Sender, at: datetime, marks: Mapping[str, Tlp]
) -> Parcel:  # fmt: skip
    """What of a record leaves up to a marking: what its audience receives, minus what is marked more strictly.

    `marks` are what people marked, by key; the tags of the alerts that name a thing count besides.
    """
    signals = [content.signals[each.item.id] for each in release.of(Kind.SIGNAL) if each.item.id in content.signals]
    alerts = [signal for signal in signals if signal.kind == SignalKind.ALERT]
    titles = {each.item.id: str(each.fields["title"]) for each in release.of(Kind.SIGNAL)}
    seen = [_seen(signal, titles[str(signal.id)]) for signal in alerts]
    things = [
        replace(each, tlp=strictest_tlp([each.tlp, marks.get(each.key)])) for each in _things(release, alerts)
    ]  # fmt: skip
    marked = [(str(EntityKind(each.kind).label), each.value, each.tlp) for each in things]
    marked += [("Alert", each.title, each.tlp) for each in seen]
    left = [Left(kind, label, tlp) for kind, label, tlp in marked if tlp is not None and is_above(tlp, limit)]
    kept = tuple(each for each in things if not is_above(each.tlp, limit))
    keys = {each.key for each in kept}
    alerts_kept = tuple(
        replace(each, names=tuple(key for key in each.names if key in keys))
        for each in seen if not is_above(each.tlp, limit)
    )  # fmt: skip
    return Parcel(
        **_facts(content, release), organisation=sender.name, organisation_id=sender.id,
        organisation_since=sender.since, tlp=limit, made_at=at, things=kept, seen=alerts_kept, left=tuple(left),
    )  # fmt: skip


def _facts(content: Content, release: Release) -> dict[str, Any]:
    row, found = content.row, release.of(Kind.RECORD)
    said: Mapping[str, Any] = found[0].fields if found else {}
    return {
        "record_id": content.record.id, "kind": content.record.kind, "reference": content.record.reference,
        "title": str(said.get("title", "")), "summary": str(said.get("summary", "")), "status": str(row.status),
        "disposition": str(said.get("disposition", "")), "category": str(said.get("category", "")),
        "severity": SEVERITY_BY_WORD.get(str(said.get("severity", "")), Severity.MEDIUM),
        "opened_at": row.opened_at, "closed_at": row.closed_at,
    }  # fmt: skip


def _seen(signal: Signal, title: str) -> Seen:
    return Seen(
        id=str(signal.id), title=title, rule=signal.rule, source=signal.source.name,
        severity=Severity(signal.severity), first_seen=min(signal.occurred_at, signal.first_seen),
        last_seen=max(signal.last_seen, signal.occurred_at), count=signal.count, techniques=tuple(signal.techniques),
        names=tuple(entity_key(each["kind"], each["value"]) for each in signal.entities), tlp=tlp_of(signal.tags),
    )  # fmt: skip


def _things(release: Release, alerts: Sequence[Signal]) -> list[Thing]:
    """What the record names, and what only its alerts name, each with all that is known of when and how marked."""
    named = [each for each in release.judged if each.item.kind == Kind.NAMED]
    hidden = {_key(each) for each in named if not _leaves(each)}
    found = {_key(each): _named(each) for each in sorted(named, key=_indicators_last) if _key(each) not in hidden}
    # When somebody wrote it down counts only for what no alert saw.
    written = {key: thing.first_seen for key, thing in found.items()}
    found = {key: replace(thing, first_seen=None, last_seen=None) for key, thing in found.items()}
    for signal in alerts:
        mark = tlp_of(signal.tags)
        for entity in signal.entities:
            key = entity_key(entity["kind"], entity["value"])
            if key in hidden or (key not in found and not _is_technical(entity["kind"], entity.get("part", ""))):
                continue
            before = found.get(key) or _of_an_alert(key, entity)
            found[key] = _again(before, signal, mark)
    return [
        thing if thing.first_seen else replace(thing, first_seen=written.get(key), last_seen=written.get(key))
        for key, thing in found.items()
    ]


def _leaves(each: Judged) -> bool:
    return (
        each.is_in and each.fields["value"] == each.item.value
        and _is_technical(each.item.entity_kind, each.item.part)
    )  # fmt: skip


def _is_technical(kind: str, part: str) -> bool:
    return kind in TECHNICAL or (kind == EntityKind.EMAIL and part == Part.INDICATOR)


def _indicators_last(each: Judged) -> bool:
    return each.item.part == Part.INDICATOR


def _key(each: Judged) -> str:
    return entity_key(each.item.entity_kind, each.item.value)


def _named(each: Judged) -> Thing:
    at = moment_in(str(plain(each.fields["added_at"])))[0]
    return Thing(
        key=_key(each), kind=each.item.entity_kind, value=each.item.value, part=each.item.part,
        note=str(each.fields["note"]), first_seen=at, last_seen=at,
    )  # fmt: skip


def _of_an_alert(key: str, entity: Mapping[str, str]) -> Thing:
    return Thing(key=key, kind=entity["kind"], value=entity["value"], part=entity.get("part") or Part.INVOLVED)


def _again(thing: Thing, signal: Signal, mark: Tlp | None) -> Thing:
    """The same with what another alert says of it."""
    first, last = min(signal.occurred_at, signal.first_seen), max(signal.last_seen, signal.occurred_at)
    return replace(
        thing, tlp=strictest_tlp([thing.tlp, mark]), first_seen=min(thing.first_seen or first, first),
        last_seen=max(thing.last_seen or last, last),
    )  # fmt: skip
