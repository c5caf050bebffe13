# SPDX-License-Identifier: Apache-2.0
"""Every row of the audited tables against the commitment in the entry that it names as its version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from longwatch.core.canonical import canonical
from longwatch.integrity.findings import Findings, entry_named
from longwatch.integrity.leaves import decode
from longwatch.integrity.snapshot import Connection, everything, rows
from longwatch.integrity.tables import CUSTODY, SIGNALS, Table
from longwatch.ledger.leaf import ROW_FIELD

# Signals change under entries that cover many of them (signals.py); links of custody belong to an exhibit (custody.py).
BY_OTHERS = frozenset({SIGNALS, CUSTODY})
WITH_ENTRY = """
select t.id, t.version, e.action, e.at, e.subject_id, e.covers_batch, e.leaf, d.fields -> 'row' ->> 'salt', {columns}
  from {table} t left join ledger_entry e on e.id = t.version left join ledger_detail d on d.entry_id = t.version
"""
# The leaf is canonical: this can only be the commitment to a row.
COMMITS = 'position(\'"row":"\'::bytea in e.leaf) > 0'
HELD = "select '{table}' as place, id, version from {table}"
TOLD = """
with told as (
  select e.subject_id, max(e.id) as entry from ledger_entry e
   where not e.covers_batch and {commits} and e.action <> all (%s) group by 1
), held as ({held})
select h.place, coalesce(h.id, t.subject_id), h.version, t.entry
  from told t full join held h on h.id = t.subject_id
 where h.id is null or (t.entry is null and h.place <> '{signals}') or t.entry > h.version
 order by 1, 2 limit 5000
"""
# The act that may take openings away: its own entry names those entries.
ERASURE = "erasure.performed"
ERASED = f"""
select distinct named.value::bigint from ledger_entry e join ledger_detail d on d.entry_id = e.id,
       jsonb_array_elements_text(d.fields -> 'erases' -> 'value') named (value)
 where e.action = '{ERASURE}' and named.value::bigint >= %s and named.value::bigint < %s
"""  # noqa: S608 - our own condition
# Those of batches commit to arrivals, which open themselves.
WITHOUT_DETAILS = """
select e.id, e.action, e.at from ledger_entry e left join ledger_detail d on d.entry_id = e.id
 where e.id >= %s and e.id < %s and not e.covers_batch and d.entry_id is null
"""
ARRIVALS = "occurrences"
ENTRY = "select action, at from ledger_entry where id = %s"
DETAILS = """
select e.id, e.action, e.at, e.leaf, e.org_id = d.org_id and e.compartment_id is not distinct from d.compartment_id,
       d.fields::text, e.id is null, d.entry_id
  from ledger_detail d left join ledger_entry e on e.id = d.entry_id and e.id >= %s and e.id < %s
 where d.entry_id >= %s and d.entry_id < %s
"""


class Opening(msgspec.Struct, gc=False):
    """What opens one commitment."""

    salt: str = ""
    value: Any = msgspec.UNSET


_openings = msgspec.json.Decoder(dict[str, Opening]).decode


def check_table(connection: Connection, table: Table) -> Findings:
    """Every row of a table: its version is an entry about it, which commits to just this content."""
    findings = Findings()
    statement = WITH_ENTRY.format(columns=table.selected, table=table.name)
    for identifier, version, action, at, subject, covers, leaf, salt, *values in rows(connection, statement):
        findings.count("rows", 1)
        if action is None:
            wrong = f"names entry {version}, which there is not: it was inserted or changed behind the ledger"
        elif covers or subject != identifier:
            wrong = f"names {entry_named(version, action, at)}, which is about something else"
        else:
            wrong = _differs(table, values, leaf, salt, entry_named(version, action, at))
        if wrong:
            findings.fault(f"{table.name} {identifier} {wrong}.")
    return findings


def _differs(table: Table, values: Sequence[Any], leaf: bytes, salt: str | None, named: str) -> str:
    committed = commitment_in(leaf)
    if committed is None:
        return f"names {named}, which commits to no content"
    if salt is None:
        return f"cannot be checked: what opens the commitment of {named} is gone"
    if not matches(table, values, committed, salt):
        return f"holds another content than {named} committed to: it was changed without an entry"
    return ""


def commitment_in(leaf: bytes) -> str | None:
    """The commitment to a row in a leaf."""
    return decode(leaf).commit.get(ROW_FIELD)


def matches(table: Table, values: Sequence[Any], committed: str, salt: str) -> bool:
    """Whether the values of a row are what was committed to, perhaps before its table had its newest columns."""
    return any(opens(content, committed, salt) for content in table.contents(values))


def opens(content: Mapping[str, Any], committed: str, salt: str) -> bool:
    """Whether a content is the one committed to."""
    return sha256(bytes.fromhex(salt) + canonical(content)).hexdigest() == committed


def check_told(connection: Connection, tables: Sequence[Table], not_of_rows: Sequence[str]) -> Findings:
    """Rows that entries tell of and that are gone; rows that no entry tells of; rows older than their newest entry."""
    held = " union all ".join(HELD.format(table=table.name) for table in tables if table.name != CUSTODY)
    statement, findings = TOLD.format(commits=COMMITS, held=held, signals=SIGNALS), Findings()
    for place, identifier, version, entry in everything(connection, statement, [list(not_of_rows)]):
        findings.fault(_told(connection, place, identifier, version, entry))
    return findings


def _told(connection: Connection, place: str | None, identifier: UUID, version: int, entry: int | None) -> str:
    if entry is None:
        return f"{place} {identifier} was inserted behind the ledger: no entry tells of it."
    action, at = _entry(connection, entry)
    named = entry_named(entry, action, at)
    if place is None:
        return f"The row {identifier} that {named} tells of was deleted."
    return f"{place} {identifier} is older than {named}, the newest about it: it was put back to version {version}."


def _entry(connection: Connection, number: int) -> tuple[str, datetime]:
    found = everything(connection, ENTRY, [number])
    return (found[0][0], found[0][1])


def check_details(connection: Connection, low: int, high: int) -> Findings:
    """The names and texts beside the entries: each still opens its commitment, unless it was erased."""
    findings = Findings()
    erased = {row[0] for row in everything(connection, ERASED, [low, high])}
    for number, action, at, leaf, same, fields, orphan, of in rows(connection, DETAILS, [low, high, low, high]):
        named = entry_named(number, action, at) if number else ""
        if number in erased:
            findings.count("entries whose openings were erased", 1)
        if fault := _details_fault(leaf, fields, same, named, of if orphan else None, number in erased):
            findings.fault(fault)
    for number, action, at in rows(connection, WITHOUT_DETAILS, [low, high]):
        if number not in erased:
            findings.fault(f"What opens {entry_named(number, action, at)} is gone, and no erasure says so.")
    return findings


def _details_fault(leaf: bytes, fields: str, same: bool, named: str, orphan: int | None, erased: bool) -> str:
    if orphan is not None:
        return f"Details are kept of entry {orphan}, which there is not."
    wrong = _opening_fault(leaf, fields)
    if not wrong and not same:
        wrong = "stand in another compartment or organisation than the entry"
    if wrong:
        return f"The details of {named} {wrong}."
    if not erased and (gone := _gone(leaf, fields)):
        return f"What opens {named} is gone ({', '.join(gone)}), and no erasure says so."
    return ""


def _gone(leaf: bytes, fields: str) -> list[str]:
    """What an entry commits to and nothing beside it opens any more."""
    try:
        commit, openings = decode(leaf).commit, _openings(fields)
    except msgspec.MsgspecError:
        return []  # Said already.
    open_ones = {
        name for name, each in openings.items()
        if each.salt and (each.value is not msgspec.UNSET or name == ROW_FIELD)
    }  # fmt: skip
    return sorted(commit.keys() - open_ones - {ARRIVALS})


def _opening_fault(leaf: bytes, fields: str) -> str:
    try:
        commit, openings = decode(leaf).commit, _openings(fields)
    except msgspec.MsgspecError:
        return "cannot be read"
    for name, opening in openings.items():
        if name not in commit:
            return f"hold a field that it does not commit to ({name})"
        if opening.value is msgspec.UNSET or not opening.salt:
            continue
        if not opens(opening.value, commit[name], opening.salt):
            return f"were changed ({name})"
    return ""
