# SPDX-License-Identifier: Apache-2.0
"""The guard itself: its triggers are there and on, and its functions are those of this version."""

import re
from functools import cache
from pathlib import Path

from longwatch.integrity.findings import Findings
from longwatch.integrity.snapshot import Connection, everything
from longwatch.integrity.tables import CUSTODY, Table

PACKAGE = Path(__file__).resolve().parent.parent
OFF = """
select t.tgname, c.relname, t.tgenabled::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled <> 'O' order by 2, 1
"""
PRESENT = """
select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
"""
# Only functions of ours: extensions and the library of jobs bring their own.
SOURCES = """
select p.proname, p.prosrc from pg_proc p join pg_roles r on r.oid = p.proowner
 where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
"""
FUNCTION = re.compile(
    r"create or replace (?:function|procedure) (\w+)\s*\((.*?)\bas\s+\$(\w*)\$(.*?)\$\3\$", re.DOTALL | re.IGNORECASE
)
HOLE, HOLE_TEXT = re.compile(r"%[sIL]"), ".{0,300}"
TRIGGER = re.compile(r"create (?:constraint )?trigger (\w+)\s[^;]*?\bon (\w+)\b", re.IGNORECASE | re.DOTALL)
GUARDS = ("ledger_entry_required_insert", "ledger_entry_required_update", "ledger_entry_required_delete",
          "ledger_version_must_rise")  # fmt: skip
STATES = {"D": "off", "A": "on in another way", "R": "off but for replicas"}


def check_guard(connection: Connection, tables: tuple[Table, ...], findings: Findings) -> None:
    """Name each trigger that is off or missing, and each function that is not as this version made it."""
    for trigger, table, state in everything(connection, OFF):
        findings.fault(f"The trigger {trigger} on {table} is {STATES.get(state, state)}.")
    present = set(everything(connection, PRESENT))
    for table, trigger in sorted(_expected(tables) - present):
        findings.fault(f"The trigger {trigger} on {table} is missing.")
    ours = made_by_us()
    found: dict[str, list[str]] = {}
    for name, source in everything(connection, SOURCES):
        found.setdefault(name, []).append(source)
    for name in sorted(ours.keys() & found.keys()):
        if not all(_is_one_of(source, ours[name]) for source in found[name]):
            findings.fault(f"The function {name} of the database is not as this version made it.")
    for name in sorted(_guarding() - found.keys()):
        findings.fault(f"The function {name} of the database is missing.")


def _is_one_of(source: str, made: set[str]) -> bool:
    """Whether a source is one of ours; some are made from a template, with a part that depends on what is there."""
    return source in made or any(
        re.fullmatch(HOLE_TEXT.join(map(re.escape, HOLE.split(each))), source, re.DOTALL)
        for each in made
        if HOLE.search(each)
    )


def _expected(tables: tuple[Table, ...]) -> set[tuple[str, str]]:
    guards = {(table.name, guard) for table in tables if table.name != CUSTODY for guard in GUARDS}
    return guards | triggers_made()


@cache
def made_by_us() -> dict[str, set[str]]:
    """The sources of our functions, by name, as our SQL files have them."""
    found: dict[str, set[str]] = {}
    for text in _files():
        for name, _, _, source in FUNCTION.findall(text):
            found.setdefault(name, set()).add(source)
    return found


@cache
def triggers_made() -> set[tuple[str, str]]:
    """The triggers that our SQL files make by name."""
    return {(table, name) for text in _files() for name, table in TRIGGER.findall(text) if not table.startswith("%")}


def _guarding() -> set[str]:
    guarding = re.compile(r"ledger_\w*(required|must_rise|change)")
    return {name for name in made_by_us() if guarding.fullmatch(name)}


@cache
def _files() -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8") for file in sorted(PACKAGE.glob("*/sql/*.sql")))
