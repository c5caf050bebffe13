# SPDX-License-Identifier: Apache-2.0
"""Many incidents for the board, and one incident and one case with long timelines, filled by SQL."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.people import Town
from bench.signals_data import Administrator, identity, run_file, thing
from longwatch.access.context import acting_as
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.incidents.services.opening import open_incident
from longwatch.records.categories import ALL

ENTITIES = 40


@dataclass(frozen=True, slots=True)
class Made:
    """A record made for reading."""

    id: UUID
    reference: str


def fill_incidents(connection: Administrator, town: Town, count: int) -> Made:
    """Many incidents, some open; returns one of the open ones."""
    values = _entities(town) | {
        "org": town.org_id, "compartment": town.operations.id, "account": town.accounts["analyst"].id, "count": count,
        "categories": [category.code for category in ALL if not category.restricted],
    }  # fmt: skip
    _fill(connection, "incidents.sql", values)
    row = connection.execute(
        "select id, reference from incidents_incident where status <> 'closed' order by opened_at limit 1"
    ).fetchone()
    if row is None:
        raise RuntimeError("no incident was filled")
    return Made(row[0], str(row[1]))


def long_incident(connection: Administrator, town: Town, entries: int, by: Actor) -> Made:
    """An open incident with a long timeline."""
    with acting_as(by):
        incident = open_incident(title="Trespass at the plant", category="FA-01", restricted=False, by=by)
    _fill_record(connection, town, "incident", incident.id, incident.compartment_id, entries)
    return Made(incident.id, incident.reference)


def long_case(connection: Administrator, town: Town, entries: int, by: Actor) -> Made:
    """A case with a long timeline, known to its opener only."""
    with acting_as(by):
        case = open_case(title="The man at the gate", type="threat_assessment", by=by)
    _fill_record(connection, town, "case", case.id, case.compartment_id, entries)
    return Made(case.id, case.reference)


def _fill_record(
    connection: Administrator, town: Town, kind: str, record: UUID, compartment: UUID, entries: int
) -> None:
    values = _entities(town) | {
        "org": town.org_id, "compartment": compartment, "kind": kind, "record": record, "entries": entries,
        "account": town.accounts["analyst"].id, "now": clock.now(),
    }  # fmt: skip
    _fill(connection, "record.sql", values)


def _entities(town: Town) -> dict[str, Any]:
    numbers = [number * 400 for number in range(ENTITIES)]
    return {"ids": [identity(town, "ip", n) for n in numbers], "values": [thing("ip", n) for n in numbers]}


def _fill(connection: Administrator, name: str, values: dict[str, Any]) -> None:
    connection.execute("set session_replication_role = replica")
    run_file(connection, name, values)
    connection.execute("reset session_replication_role")
    for table in ("incidents_incident", "entities_mention", "records_task", "records_timeline_entry", "ledger_entry",
                  "ledger_detail"):  # fmt: skip
        connection.execute(f"vacuum analyze {table}")  # type: ignore[arg-type]
