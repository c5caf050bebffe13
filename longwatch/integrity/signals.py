# SPDX-License-Identifier: Apache-2.0
"""Signals, which change under entries that cover many arrivals: those by their root, the rows by the arrivals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from longwatch.core.errors import LongwatchError
from longwatch.intake.covering import batch_root
from longwatch.intake.models import SignalStatus
from longwatch.intake.submission import LONGEST_DESCRIPTION, LONGEST_TITLE, SignalIn, read
from longwatch.integrity.content import COMMITS, ERASURE, commitment_in, opens
from longwatch.integrity.findings import Findings, entry_named
from longwatch.integrity.leaves import decode
from longwatch.integrity.snapshot import Connection, Snapshot, everything, rows, seeing
from longwatch.integrity.tables import SIGNALS, Table

BATCH_FIELD = "occurrences"
PAGE = 4_000
# Arrivals of one signal that are read as the first one may have been; repeats beyond say nothing new.
MOST_TRIED = 20
MOST_SEVERE = 4

BOUNDS = (
    "select id from (select id, row_number() over (order by id) as n from intake_signal) s where n %% %s = 1 order by 1"
)
COVERED = """
select o.entry_id, array_agg(o.id order by o.id), array_agg(o.sha256 order by o.id)
  from intake_occurrence o where o.entry_id >= %s and o.entry_id < %s group by 1
"""
COVERING = "select e.id, e.action, e.at, e.leaf from ledger_entry e where e.covers_batch and e.id >= %s and e.id < %s"
ARRIVED = """
select o.signal_id, o.id, o.at, o.entry_id, o.raw, o.sha256 from intake_occurrence o
 where o.signal_id >= %s and o.signal_id <= %s order by o.signal_id, o.entry_id, o.id
"""
JUDGED = f"""
select distinct on (e.subject_id) e.subject_id, e.id, e.action, e.at, e.leaf, d.fields -> 'row' ->> 'salt'
  from ledger_entry e left join ledger_detail d on d.entry_id = e.id
 where e.subject_id >= %s and e.subject_id <= %s and not e.covers_batch and {COMMITS}
 order by e.subject_id, e.id desc
"""  # noqa: S608 - our own condition
SNOOZED = """
select d.fields -> 'until' ->> 'value' from ledger_entry e join ledger_detail d on d.entry_id = e.id
 where e.subject_id = %s and e.action = 'signal.snoozed' order by e.id desc limit 1
"""
ROWS = "select t.id, t.version, {columns} from intake_signal t where t.id >= %s and t.id <= %s order by t.id"
# Their raw bytes were erased under an entry that says so.
ERASED_SIGNALS = f"""
select distinct e.subject_id from ledger_entry e
 where e.subject_id >= %s and e.subject_id <= %s and e.action = '{ERASURE}'
"""  # noqa: S608 - our own condition
SOURCES = "select id, name, version from intake_source"
LOST = """
select o.signal_id, count(*) from intake_occurrence o
 where not exists (select from intake_signal s where s.id = o.signal_id) group by 1 limit 1000
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One arrival."""

    id: UUID
    at: datetime
    entry: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """The newest entry about a signal that commits to its whole content."""

    entry: int
    named: str
    committed: str
    salt: str | None


@dataclass
class Page:
    """What is known of the signals of one page."""

    arrived: dict[UUID, list[Arrived]] = field(default_factory=dict)
    judged: dict[UUID, Judged] = field(default_factory=dict)
    sources: dict[UUID, tuple[str, int]] = field(default_factory=dict)


def check_batches(snapshot: Snapshot, low: int, high: int) -> Findings:
    """Each entry that covers arrivals covers just those that are stored under it."""
    findings = Findings()
    with seeing(snapshot) as connection:
        covering = {row[0]: row[1:] for row in rows(connection, COVERING, [low, high])}
        for number, ids, hashes in rows(connection, COVERED, [low, high]):
            findings.count("arrivals", len(ids))
            entry = covering.pop(number, None)
            if entry is None:
                findings.fault(f"{len(ids)} arrivals of signals name entry {number}, which covers none.")
                continue
            action, at, leaf = entry
            root = batch_root(zip(ids, map(bytes, hashes), strict=True)).hex()
            if decode(leaf).commit.get(BATCH_FIELD) != root:
                findings.fault(
                    f"The arrivals of {entry_named(number, action, at)} are not those it covers: "
                    "one was changed, removed or added."
                )
        for number, (action, at, _) in covering.items():
            findings.fault(f"The arrivals that {entry_named(number, action, at)} covers were removed.")
    return findings


def pages(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Ranges of identifiers that hold some thousand signals each."""
    bounds = [row[0] for row in everything(connection, BOUNDS, [PAGE])]
    ends = [UUID(int=bound.int - 1) for bound in bounds[1:]] + [UUID(int=2**128 - 1)]
    # Without any signal there is an end and no beginning.
    return list(zip(bounds, ends, strict=False))


def check_lost(connection: Connection, findings: Findings) -> None:
    """Arrivals whose signal is gone."""
    for signal, number in everything(connection, LOST):
        findings.fault(f"{SIGNALS} {signal} was deleted: {number} arrivals name it.")


def check_signals(snapshot: Snapshot, table: Table, low: UUID, high: UUID) -> Findings:
    """Every signal of a page: its raw arrivals by their hashes, its row by its newest entry and what arrived since."""
    findings = Findings()
    with seeing(snapshot) as connection:
        page = _page(connection, low, high, findings)
        found = list(rows(connection, ROWS.format(columns=table.selected), [low, high]))
        for identifier, version, *values in found:
            findings.count("rows", 1)
            wrong = _fault(connection, table, page, identifier, version, values, findings)
            if wrong:
                findings.fault(f"{SIGNALS} {identifier} {wrong}.")
    return findings


def _page(connection: Connection, low: UUID, high: UUID, findings: Findings) -> Page:
    page = Page()
    erased = {row[0] for row in everything(connection, ERASED_SIGNALS, [low, high])}
    for signal, number, at, entry, raw, digest in rows(connection, ARRIVED, [low, high]):
        if sha256(raw).digest() != digest and (raw or signal not in erased):
            findings.fault(f"The raw bytes of arrival {number} of signal {signal} were changed.")
        page.arrived.setdefault(signal, []).append(Arrived(number, at, entry, bytes(raw)))
    for signal, entry, action, at, leaf, salt in rows(connection, JUDGED, [low, high]):
        page.judged[signal] = Judged(entry, entry_named(entry, action, at), commitment_in(leaf) or "", salt)
    page.sources = {row[0]: (row[1], row[2]) for row in everything(connection, SOURCES)}
    return page


def _fault(
    connection: Connection, table: Table, page: Page, identifier: UUID, version: int, values: Sequence[Any],
    findings: Findings,
) -> str:  # fmt: skip
    arrived, judged = page.arrived.get(identifier, []), page.judged.get(identifier)
    content = table.contents(values)[0]
    if not arrived:
        return "has no arrival: it was inserted behind the ledger, or its arrivals were removed"
    if content["count"] != len(arrived):
        return f"counts {content['count']} arrivals, and {len(arrived)} are stored"
    if judged is None:
        return _unjudged_fault(page, content, arrived, version, findings)
    if judged.salt is None:
        return f"cannot be checked: what opens the commitment of {judged.named} is gone"
    contents = table.contents(values)
    if version != judged.entry:
        if version not in {each.entry for each in arrived}:
            return f"names entry {version}, which is none of its own"
        snoozed = everything(connection, SNOOZED, [identifier])
        contents = [
            c for each in contents for c in _as_it_was(each, arrived, judged.entry, snoozed[0][0] if snoozed else None)
        ]
    if any(opens(each, judged.committed, judged.salt) for each in contents):
        return ""
    return f"holds another content than {judged.named} committed to: it was changed without an entry"


def _as_it_was(
    content: Mapping[str, Any], arrived: Sequence[Arrived], entry: int, snoozed: str | None
) -> Iterator[dict[str, Any]]:
    """What a signal may have held before later arrivals counted it up, made it more severe or named more entities."""
    before = sum(each.entry < entry for each in arrived)
    entities, severity = content["entities"], content["severity"]
    for count in dict.fromkeys([before, before + 1, before - 1, before + 2]):
        if not 0 < count <= len(arrived):
            continue
        last_seen = max(each.at for each in arrived[:count])
        for until in dict.fromkeys([content["snoozed_until"], snoozed]):
            for named in range(len(entities), -1, -1):
                for severe in range(severity, -1, -1):
                    yield {
                        **content, "count": count, "last_seen": last_seen, "snoozed_until": until, "severity": severe,
                        "entities": entities[:named], "entity_ids": content["entity_ids"][:named],
                    }  # fmt: skip


def _unjudged_fault(
    page: Page, content: Mapping[str, Any], arrived: Sequence[Arrived], version: int, findings: Findings
) -> str:
    """What is wrong with a signal that only arrivals have written."""
    if version not in {each.entry for each in arrived}:
        return f"names entry {version}, under which none of its arrivals came"
    changed = [name for name, value in AS_IT_COMES.items() if content[name] != value]
    if changed:
        return f"was changed without an entry ({', '.join(changed)})"
    moments = [each.at for each in arrived]
    if (content["first_seen"], content["last_seen"]) != (min(moments), max(moments)):
        return "was changed without an entry (first_seen, last_seen)"
    name, source_version = page.sources.get(content["source_id"], ("", 0))
    wrong: list[list[str]] = []
    for each in arrived[:MOST_TRIED]:
        try:
            wrong.append(_other_fields(content, read(each.raw, name)))
        except LongwatchError:
            continue
        if not wrong[-1]:
            return ""
    if not wrong or source_version > arrived[0].entry or len(arrived) > MOST_TRIED:
        findings.count("signals whose text was not derived again", 1)
        return ""
    fields = ", ".join(sorted(wrong, key=len)[0])
    return f"says something else than what arrived ({fields}): it was changed without an entry"


AS_IT_COMES: Mapping[str, Any] = {
    "status": SignalStatus.NEW.value, "assignee_id": None, "snoozed_until": None, "dismiss_reason": "",
    "dismiss_note": "", "duplicate_of_id": None, "closed_at": None,
}  # fmt: skip


def _other_fields(content: Mapping[str, Any], said: SignalIn) -> list[str]:
    """The fields in which a signal differs from what an arrival said."""
    expected = {
        "rule": said.rule[:LONGEST_TITLE], "title": said.title[:LONGEST_TITLE],
        "description": said.description[:LONGEST_DESCRIPTION], "place": said.place[:LONGEST_TITLE],
        "latitude": said.latitude, "longitude": said.longitude, "links": said.links, "tags": said.tags,
    }  # fmt: skip
    return [name for name, value in expected.items() if content[name] != value]
