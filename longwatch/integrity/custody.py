# SPDX-License-Identifier: Apache-2.0
"""The chain of custody: each link names its entry, and each entry that tells of one has it."""

from collections.abc import Sequence
from typing import Any

from longwatch.evidence.events import ExhibitReceived, ExhibitWithdrawn, ItemReceived
from longwatch.evidence.models import CustodyKind
from longwatch.evidence.services.custody import EVENTS
from longwatch.integrity.content import commitment_in, matches
from longwatch.integrity.findings import Findings, entry_named
from longwatch.integrity.snapshot import Connection, everything, rows
from longwatch.integrity.tables import CUSTODY, Table

# These the database itself adds to the chain when the exhibit's row changes, so the entry commits to that row.
BY_TRIGGER = {
    CustodyKind.RECEIVED: (ExhibitReceived.name, ItemReceived.name), CustodyKind.WITHDRAWN: (ExhibitWithdrawn.name,),
}  # fmt: skip
# Entries that are about an exhibit and commit to a link of its chain.
OF_LINKS = [event.name for event in EVENTS.values()]
TELLING: dict[str, tuple[str, ...]] = {
    **{str(kind): (event.name,) for kind, event in EVENTS.items()}, **{str(k): v for k, v in BY_TRIGGER.items()},
}  # fmt: skip
ACTIONS = [name for names in TELLING.values() for name in names]
LINKS = """
select t.id, t.version, t.exhibit_id, t.kind, e.action, e.at, e.subject_id, e.leaf, d.fields -> 'row' ->> 'salt',
       x.id is null,
       t.actor_id is not distinct from case t.kind when 'withdrawn' then x.withdrawn_by_id else x.received_by_id end
       and t.at = case t.kind when 'withdrawn' then x.withdrawn_at else x.received_at end
       and t.actor_label = case t.kind when 'withdrawn' then x.withdrawn_label else x.received_label end
       and t.reason = case t.kind when 'withdrawn' then x.withdrawal_reason else '' end,
       {columns}
  from evidence_custody_event t left join ledger_entry e on e.id = t.version
  left join ledger_detail d on d.entry_id = t.version left join evidence_exhibit x on x.id = t.exhibit_id
"""
WITHOUT = """
select e.id, e.action, e.at, e.subject_id from ledger_entry e
 where e.action = any (%s) and not exists (
   select from evidence_custody_event c where c.exhibit_id = e.subject_id and c.version = e.id) order by e.id limit 1000
"""


def check_custody(connection: Connection, table: Table) -> Findings:
    """Every link against its entry, and every entry of custody against its link."""
    findings = Findings()
    for row in rows(connection, LINKS.format(columns=table.selected)):
        findings.count("custody events", 1)
        if wrong := _fault(table, row):
            findings.fault(f"{CUSTODY} {row[0]} ({row[3]}) of exhibit {row[2]} {wrong}.")
    for number, action, at, exhibit in everything(connection, WITHOUT, [ACTIONS]):
        findings.fault(
            f"The link in the chain of custody of exhibit {exhibit} that {entry_named(number, action, at)} "
            "tells of was removed."
        )
    return findings


def _fault(table: Table, row: Sequence[Any]) -> str:
    _, version, exhibit, kind, action, at, subject, leaf, salt, orphan, follows, *values = row
    named = entry_named(version, action, at)
    if action is None:
        return f"names entry {version}, which there is not: it was added behind the ledger"
    if subject != exhibit or action not in TELLING.get(kind, ()):
        return f"names {named}, which tells of something else"
    if orphan:
        return "is of an exhibit that is gone"
    if kind in BY_TRIGGER:
        return "" if follows else "says something else than the exhibit: it was changed"
    committed = commitment_in(leaf)
    if committed is None or salt is None:
        return f"cannot be checked: {named} does not open a commitment to it"
    return "" if matches(table, values, committed, salt) else f"holds something else than {named} committed to"
