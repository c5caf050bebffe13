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
# Functions that a file makes from a template: the variable that fills it, and what that variable holds once all files
# have run (longwatch/access/sql/break_glass.sql). What a function itself gives to format() is a part of its source.
TEMPLATE = re.compile(r"\bexecute\s+format\(\s*\$function\$(.*?)\$function\$\s*,\s*(\w+)\s*\)", re.DOTALL)
FILLINGS = {"excluded": "where id <> all ((select excluded_compartments())::uuid[])"}
# What several files make is as the last one that ran made it; the order is that of the migrations.
LAST = {
    "own_compartments": "access/sql/break_glass.sql",
    "visible_compartments": "access/sql/break_glass.sql",
    "evidence_blobs_in_use": "lifecycle/sql/lifecycle.sql",
    "evidence_custody_follows": "evidence/sql/sealing.sql",
    "evidence_exhibit_immutable": "lifecycle/sql/lifecycle.sql",
    "evidence_key_immutable": "lifecycle/sql/lifecycle.sql",
    "evidence_keys_of_others": "evidence/sql/walls.sql",
    "evidence_next_number": "evidence/sql/numbering.sql",
    "evidence_receive_public": "evidence/sql/sealing.sql",
    "evidence_rewrap_key": "evidence/sql/walls.sql",
    "exchange_export_immutable": "lifecycle/sql/lifecycle.sql",
    "incidents_notice_immutable": "lifecycle/sql/lifecycle.sql",
    "intake_last_heard": "intake/sql/scans.sql",
    "intake_occurrence_refuse_change": "lifecycle/sql/lifecycle.sql",
    "intake_source_health": "intake/sql/known_figures.sql",
    "intake_source_volume": "intake/sql/known_figures.sql",
    "intake_tell_of_canaries": "intake/sql/scans.sql",
    "records_timeline_immutable": "lifecycle/sql/lifecycle.sql",
}
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
        if not set(found[name]) <= ours[name]:
            findings.fault(f"The function {name} of the database is not as this version made it.")
    for name in sorted(_guarding() - found.keys()):
        findings.fault(f"The function {name} of the database is missing.")


def _expected(tables: tuple[Table, ...]) -> set[tuple[str, str]]:
    guards = {(table.name, guard) for table in tables if table.name != CUSTODY for guard in GUARDS}
    return guards | triggers_made()


@cache
def made_by_us() -> dict[str, set[str]]:
    """The sources of our functions, by name, as the database has them once all of our SQL files have run."""
    found: dict[str, set[str]] = {}
    for file, text in _files().items():
        for name, _, _, source in FUNCTION.findall(TEMPLATE.sub(_filled, text)):
            if LAST.get(name, file) == file:
                found.setdefault(name, set()).add(source)
    return found


def _filled(template: re.Match[str]) -> str:
    """What a template makes, which has no other hole; one that nobody knows how to fill stays as it is, and differs."""
    text, variable = template.groups()
    return text.replace("%s", FILLINGS.get(variable, "%s")).replace("%%", "%")


@cache
def triggers_made() -> set[tuple[str, str]]:
    """The triggers that our SQL files make by name."""
    return {
        (table, name)
        for text in _files().values()
        for name, table in TRIGGER.findall(text)
        if not table.startswith("%")
    }


def _guarding() -> set[str]:
    guarding = re.compile(r"ledger_\w*(required|must_rise|change)")
    return {name for name in made_by_us() if guarding.fullmatch(name)}


@cache
def _files() -> dict[str, str]:
    files = sorted(PACKAGE.glob("*/sql/*.sql"))
    return {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in files}
