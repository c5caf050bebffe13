# SPDX-License-Identifier: Apache-2.0
"""Signals, which change under entries that cover many arrivals: those by their root, the rows by the arrivals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from longwatch.core.counting import counted
from longwatch.core.errors import LongwatchError
from longwatch.intake.covering import Said, root_of_leaves, understood_hash
from longwatch.intake.mapping.understanding import AUTO, understand
from longwatch.intake.models import SignalStatus
from longwatch.intake.submission import GENERIC, LONGEST_DESCRIPTION, LONGEST_TITLE, SignalIn, read
from longwatch.integrity.content import COMMITS, ERASURE, commitment_in, opens
from longwatch.integrity.findings import Findings, entry_named
from longwatch.integrity.leaves import decode
from longwatch.integrity.snapshot import Connection, everything
from longwatch.integrity.tables import SIGNALS, Table

BATCH_FIELD = "occurrences"
PAGE = 4_000
# Arrivals of one signal that are read as the first one may have been; repeats beyond say nothing new.
MOST_TRIED = 20

BOUNDS = (
    "select id from (select id, row_number() over (order by id) as n from intake_signal) s where n %% %s = 1 order by 1"
)
COVERED = """
select o.entry_id, uuid_send(o.id) || o.sha256 || coalesce(o.understood, '')
  from intake_occurrence o where o.entry_id >= %s and o.entry_id < %s
"""
COVERING = "select e.id, e.action, e.at, e.leaf from ledger_entry e where e.covers_batch and e.id >= %s and e.id < %s"
ARRIVED = """
select o.signal_id::text, o.id::text, o.at, o.entry_id, o.raw, o.sha256, o.understood from intake_occurrence o
 where o.signal_id >= %s and o.signal_id <= %s order by o.signal_id, o.entry_id, o.id
"""
JUDGED = f"""
select distinct on (e.subject_id) e.subject_id::text, e.id, e.action, e.at, e.leaf, d.fields -> 'row' ->> 'salt'
  from ledger_entry e left join ledger_detail d on d.entry_id = e.id
 where e.subject_id >= %s and e.subject_id <= %s and not e.covers_batch and {COMMITS}
 order by e.subject_id, e.id desc
"""  # noqa: S608 - our own condition
SNOOZED = """
select d.fields -> 'until' ->> 'value' from ledger_entry e join ledger_detail d on d.entry_id = e.id
 where e.subject_id = %s and e.action = 'signal.snoozed' order by e.id desc limit 1
"""
AS_IT_COMES: Mapping[str, Any] = {
    "status": SignalStatus.NEW.value, "assignee_id": None, "snoozed_until": None, "dismiss_reason": "",
    "dismiss_note": "", "duplicate_of_id": None, "closed_at": None,
}  # fmt: skip
# Most signals: nobody has touched them. Of those only what arrivals tell is read.
ROWS = """
select t.id::text, t.version, t.count, t.first_seen, t.last_seen, t.source_id::text,
       row(t.status, t.assignee_id, t.snoozed_until, t.dismiss_reason, t.dismiss_note, t.duplicate_of_id, t.closed_at)
         is not distinct from row('new', null::uuid, null::timestamptz, '', '', null::uuid, null::timestamptz),
       t.rule, t.title, t.description, t.place, t.latitude, t.longitude, t.links, t.tags, t.format,
       t.kind, t.occurred_at
  from intake_signal t where t.id >= %s and t.id <= %s and t.id <> all (%s) order by t.id
"""
JUDGED_ROWS = "select t.id::text, t.version, {columns} from intake_signal t where t.id = any (%s) order by t.id"
TOUCHED = f"select {', '.join(AS_IT_COMES)} from intake_signal where id = %s"  # noqa: S608 - our own columns
# Their raw bytes were erased under an entry that says so.
ERASED_SIGNALS = f"""
select distinct e.subject_id::text from ledger_entry e
 where e.subject_id >= %s and e.subject_id <= %s and e.action = '{ERASURE}'
"""  # noqa: S608 - our own condition
SOURCES = "select id::text, name, version from intake_source"
LOST = """
select o.signal_id, count(*) from intake_occurrence o
 where not exists (select from intake_signal s where s.id = o.signal_id) group by 1 limit 1000
"""


class Arrived(NamedTuple):
    """One arrival."""

    id: str
    at: datetime
    entry: int
    raw: bytes
    understood: bytes | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The newest entry about a signal that commits to its whole content."""

    entry: int
    named: str
    committed: str
    salt: str | None


class Untouched(NamedTuple):
    """A signal that only arrivals have written: what they tell."""

    id: str
    version: int
    counted: int
    first_seen: datetime
    last_seen: datetime
    source_id: str
    is_as_it_came: bool
    rule: str
    title: str
    description: str
    place: str
    latitude: float | None
    longitude: float | None
    links: list[str]
    tags: list[str]
    format: str
    kind: str
    occurred_at: datetime


@dataclass
class Page:
    """What is known of the signals of one page."""

    arrived: dict[str, list[Arrived]] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)
    sources: dict[str, tuple[str, int]] = field(default_factory=dict)


def check_batches(connection: Connection, low: int, high: int) -> Findings:
    """Each entry that covers arrivals covers just those that are stored under it."""
    findings = Findings()
    covered: dict[int, list[bytes]] = {}
    for number, leaf in everything(connection, COVERED, [low, high]):
        covered.setdefault(number, []).append(leaf)
    findings.count("arrivals", sum(map(len, covered.values())))
    for number, action, at, leaf in everything(connection, COVERING, [low, high]):
        leaves = covered.pop(number, None)
        if leaves is None:
            findings.fault(f"The arrivals that {entry_named(number, action, at)} covers were removed.")
        elif decode(leaf).commit.get(BATCH_FIELD) != root_of_leaves(leaves).hex():
            findings.fault(
                f"The arrivals of {entry_named(number, action, at)} are not those it covers: "
                "one was changed, removed or added."
            )
    for number, leaves in covered.items():
        findings.fault(
            f"Entry {number} covers no arrival of a signal, but {counted(len(leaves), 'arrivals')} named it."
        )
    return findings


def pages(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Ranges of identifiers that hold some thousand signals each."""
    bounds = [row[0] for row in everything(connection, BOUNDS, [PAGE])]
    ends = [UUID(int=bound.int - 1) for bound in bounds[1:]] + [UUID(int=2**128 - 1)]
    # Without any signal there is an end and no beginning.
    return list(zip(bounds, ends, strict=False))


def check_lost(connection: Connection) -> Findings:
    """Arrivals whose signal is gone."""
    findings = Findings()
    for signal, number in everything(connection, LOST):
        findings.fault(f"{SIGNALS} {signal} was deleted, but is named by {counted(number, 'arrivals')}.")
    return findings


def check_signals(connection: Connection, table: Table, low: UUID, high: UUID) -> Findings:
    """Every signal of a page: its raw arrivals by their hashes, its row by its newest entry and what arrived since."""
    findings = Findings()
    page = _page(connection, low, high, findings)
    judged = list(page.judged)
    untouched = everything(connection, ROWS, [low, high, judged])
    for row in map(Untouched._make, untouched):
        if wrong := _unjudged_fault(connection, page, row, findings):
            findings.fault(f"{SIGNALS} {row.id} {wrong}.")
    found = everything(connection, JUDGED_ROWS.format(columns=table.selected), [judged]) if judged else []
    for identifier, version, *values in found:
        if wrong := _judged_fault(connection, table, page, identifier, version, values):
            findings.fault(f"{SIGNALS} {identifier} {wrong}.")
    findings.count("rows", len(untouched) + len(found))
    return findings


def _page(connection: Connection, low: UUID, high: UUID, findings: Findings) -> Page:
    page = Page()
    erased = {row[0] for row in everything(connection, ERASED_SIGNALS, [low, high])}
    arrived = page.arrived
    for signal, number, at, entry, raw, digest, understood in everything(connection, ARRIVED, [low, high]):
        if sha256(raw).digest() != digest and (raw or signal not in erased):
            findings.fault(f"The raw bytes of arrival {number} of signal {signal} were changed.")
        each = Arrived(number, at, entry, raw, understood)
        if signal in arrived:
            arrived[signal].append(each)
        else:
            arrived[signal] = [each]
    for signal, entry, action, at, leaf, salt in everything(connection, JUDGED, [low, high]):
        page.judged[signal] = Judged(entry, entry_named(entry, action, at), commitment_in(leaf) or "", salt)
    page.sources = {row[0]: (row[1], row[2]) for row in everything(connection, SOURCES)}
    return page


def _arrivals_fault(arrived: Sequence[Arrived], told: int) -> str:
    if not arrived:
        return "has no arrival: it was inserted behind the ledger, or its arrivals were removed"
    if told != len(arrived):
        return f"counts {counted(told, 'arrivals')}, stored: {len(arrived):,}"
    return ""


def _judged_fault(
    connection: Connection, table: Table, page: Page, identifier: str, version: int, values: Sequence[Any]
) -> str:
    arrived, judged = page.arrived.get(identifier, []), page.judged[identifier]
    if wrong := _arrivals_fault(arrived, table.content(values)["count"]):
        return wrong
    if judged.salt is None:
        return f"cannot be checked: what opens the commitment of {judged.named} is gone"
    contents: Iterable[dict[str, Any]] = table.contents(values)
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


def _unjudged_fault(connection: Connection, page: Page, row: Untouched, findings: Findings) -> str:
    """What is wrong with a signal that only arrivals have written."""
    arrived = page.arrived.get(row.id, [])
    if wrong := _arrivals_fault(arrived, row.counted):
        return wrong
    if all(row.version != each.entry for each in arrived):
        return f"names entry {row.version}, under which none of its arrivals came"
    if not row.is_as_it_came:
        return f"was changed without an entry ({', '.join(_touched(connection, row.id))})"
    moments = [each.at for each in arrived]
    if (row.first_seen, row.last_seen) != (min(moments), max(moments)):
        return "was changed without an entry (first_seen, last_seen)"
    return _text_fault(page, row, arrived, findings)


def _text_fault(page: Page, row: Untouched, arrived: Sequence[Arrived], findings: Findings) -> str:
    """Whether it says what one of its arrivals said: by the hash of what was understood, or by reading again."""
    proved = any(each.understood for each in arrived)
    if proved and any(_is_understood(row, each) for each in arrived):
        return ""
    name, source_version = page.sources.get(row.source_id, ("", 0))
    wrong_ones: list[list[str]] = []
    for each in arrived[:MOST_TRIED]:
        wrong_ones += [_other_fields(row, said) for said in _said(each.raw, name, row.format)]
        if [] in wrong_ones and not proved:
            return ""
    if proved:
        wrong_ones = [fields for fields in wrong_ones if fields] or [["what is shown of it"]]
    elif not wrong_ones or source_version > arrived[0].entry or len(arrived) > MOST_TRIED:
        findings.count("signals whose text was not derived again", 1)
        return ""
    fields = ", ".join(sorted(wrong_ones, key=len)[0])
    return f"says something else than what arrived ({fields}): it was changed without an entry"


def _is_understood(row: Untouched, each: Arrived) -> bool:
    """Whether an arrival was understood to say just what the signal says."""
    said = Said(
        row.kind, row.rule, row.title, row.description, row.place, row.latitude, row.longitude, row.links, row.tags,
        row.format, row.occurred_at,
    )  # fmt: skip
    # One that says no time gets that of its coming.
    times = (row.occurred_at, None) if row.occurred_at == row.first_seen else (row.occurred_at,)
    return any(understood_hash(UUID(each.id), said._replace(occurred_at=at)) == each.understood for at in times)


def _said(raw: bytes, name: str, read_as: str) -> Iterator[SignalIn]:
    """What an arrival may have said: read as it was read then."""
    ways = [""] if read_as in ("", GENERIC) else [AUTO, read_as]
    for way in ways:
        try:
            yield understand(raw, format=way, source_name=name)[0].signal if way else read(raw, name)
        except LongwatchError:
            continue


def _touched(connection: Connection, identifier: str) -> list[str]:
    """Which columns hold something else than when a signal comes."""
    (found,) = everything(connection, TOUCHED, [identifier])
    return [name for (name, value), held in zip(AS_IT_COMES.items(), found, strict=True) if held != value]


def _other_fields(row: Untouched, said: SignalIn) -> list[str]:
    """The fields in which a signal differs from what an arrival said."""
    expected = {
        "rule": said.rule[:LONGEST_TITLE], "title": said.title[:LONGEST_TITLE],
        "description": said.description[:LONGEST_DESCRIPTION], "place": said.place[:LONGEST_TITLE],
        "latitude": said.latitude, "longitude": said.longitude, "links": said.links, "tags": said.tags,
    }  # fmt: skip
    return [name for name, value in expected.items() if getattr(row, name) != value]
