# SPDX-License-Identifier: Apache-2.0
"""All of it: the tree, its checkpoints and anchors, every row, every arrival, every file, the guard."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from longwatch.integrity import claims as said
from longwatch.integrity.claims import Claim
from longwatch.integrity.content import BY_OTHERS, check_details, check_table, check_told
from longwatch.integrity.custody import OF_LINKS, check_custody
from longwatch.integrity.files import check_files
from longwatch.integrity.findings import Findings
from longwatch.integrity.guard import check_guard
from longwatch.integrity.leaves import TOLERANCE
from longwatch.integrity.signals import check_batches, check_lost, check_signals, pages
from longwatch.integrity.snapshot import Connection, Crew, Snapshot, Task, crew, everything, moment
from longwatch.integrity.stamps import stamped_claims
from longwatch.integrity.tables import CUSTODY, SIGNALS, Table, audited_tables
from longwatch.integrity.tree import check_tree, check_unsealed

ENTRIES_A_TASK = 25_000
# Further processes take a moment to start; little work is done sooner without them.
WORTH_PROCESSES = 50_000
COLUMNS = """
select c.relname, array_agg(a.attname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped group by 1
"""
NEWEST = "select coalesce(max(id), 0) from ledger_entry"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to verify: which database, with which files outside it, how thoroughly, with how many processes."""

    conninfo: str
    anchors: Sequence[Path] = ()
    last_signed: Path | None = None
    authorities: Path | None = None
    with_rows: bool = True
    with_files: bool = True
    processes: int = 2


def verify(plan: Plan) -> Findings:
    """Everything that does not hold, at one moment of the database."""
    findings = Findings()
    with moment(plan.conninfo) as (connection, snapshot), _crew(connection, snapshot, plan) as workers:
        claims = _claims(connection, plan, findings)
        size = check_tree(connection, workers, claims, findings)
        check_unsealed(connection, size, findings)
        check_guard(connection, audited_tables(), findings)
        if plan.with_rows:
            _check_rows(connection, workers, findings)
        if plan.with_files:
            check_files(connection, findings)
    return findings


def _crew(connection: Connection, snapshot: Snapshot, plan: Plan) -> AbstractContextManager[Crew]:
    is_much = everything(connection, NEWEST)[0][0] >= WORTH_PROCESSES
    return crew(connection, snapshot, plan.processes if is_much else 1)


def _claims(connection: Connection, plan: Plan, findings: Findings) -> list[Claim]:
    lines = {str(file): said.lines_of(file, findings) for file in plan.anchors}
    pinned = {vkey for found in lines.values() for line in found for vkey in line.vkeys}
    keys = said.known_keys(connection, pinned, findings)
    stored = said.stored_claims(connection, keys, findings)
    claims = list(stored)
    if plan.last_signed is not None:
        lines[str(plan.last_signed)] = said.last_signed(plan.last_signed)
    for where, found in lines.items():
        claims += said.anchored_claims(found, where, keys, stored, findings)
    claims += stamped_claims(connection, keys, plan.authorities, findings)
    said.check_order(claims, findings, TOLERANCE.total_seconds())
    if stored and not any(claim.where != said.STORED for claim in claims):
        findings.note("No checkpoint outside the database was given: whoever owns the database and the key is trusted.")
    return claims


def _check_rows(connection: Connection, workers: Crew, findings: Findings) -> None:
    tables = _present(connection, findings)
    named = {table.name: table for table in tables}
    newest = everything(connection, NEWEST)[0][0]
    ranges = [(low, low + ENTRIES_A_TASK) for low in range(0, newest + 1, ENTRIES_A_TASK)]
    # What cannot be divided comes first, so that nobody waits for it at the end.
    tasks: list[Task] = [
        (check_told, (tables, OF_LINKS)), (check_custody, (named[CUSTODY],)), (check_lost, ()),
        *((check_table, (table,)) for table in tables if table.name not in BY_OTHERS),
        *((check_details, each) for each in ranges), *((check_batches, each) for each in ranges),
        *((check_signals, (named[SIGNALS], *page)) for page in pages(connection)),
    ]  # fmt: skip
    for part in workers.share_all(tasks):
        findings.add(part)


def _present(connection: Connection, findings: Findings) -> list[Table]:
    """The audited tables that are there, with all their columns; each other one is a fault."""
    columns = {name: set(found) for name, found in everything(connection, COLUMNS)}
    present = []
    for table in audited_tables():
        missing = {column for _, column in table.columns} - columns.get(table.name, set())
        if missing:
            findings.fault(f"The table {table.name} is missing, or lacks columns: {', '.join(sorted(missing))}.")
        else:
            present.append(table)
    return present
