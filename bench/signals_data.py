# SPDX-License-Identifier: Apache-2.0
"""Many signals in a short time: by SQL, as the database's administrator, with guards off."""

import time
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.people import COMPARTMENTS, Town
from longwatch.core.ids import entity_id
from longwatch.entities.kinds import entity_key

SQL = Path(__file__).resolve().parent / "sql"
RARE_WORD, COMMON_WORD = "zebrafink", "failed"
THINGS = {"ip": 20_000, "host": 2_000, "account": 5_000}
Administrator = psycopg.Connection[Any]


def thing(kind: str, number: int) -> str:
    """The value of a made-up entity; low numbers recur most."""
    values = {"ip": f"203.{number // 62500}.{number // 250 % 250}.{number % 250}", "host": f"host-{number:04d}",
              "account": f"user{number:04d}"}  # fmt: skip
    return values[kind]


def identity(town: Town, kind: str, number: int) -> UUID:
    """The identifier of a made-up entity."""
    return entity_id(town.org_id, entity_key(kind, thing(kind, number)))


def fill_once(connection: Administrator, town: Town, count: int) -> None:
    """Fill so many signals, unless another part has done so."""
    if town.filled:
        return
    began = time.perf_counter()
    _fill(connection, town, count)
    town.filled = count
    print(f"  {count:,} signals filled in {time.perf_counter() - began:.0f} s", flush=True)


def _fill(connection: Administrator, town: Town, count: int) -> None:
    """Indexes are made afterwards, which is quicker."""
    connection.execute("set session_replication_role = replica; set synchronous_commit = off; set work_mem = '64MB'")
    connection.execute("set maintenance_work_mem = '400MB'")
    _make_things(connection, town)
    indexes = _take_indexes_off(connection)
    values = {
        "org": town.org_id, "count": count, "sources": [town.source.id],
        "compartments": [town.compartments[name].id for name in COMPARTMENTS],
        "borders": list(accumulate(share for _, share in COMPARTMENTS.values()))[:3],
    }  # fmt: skip
    try:
        run_file(connection, "signals.sql", values)
    finally:
        for definition in indexes:
            connection.execute(definition)  # type: ignore[arg-type]
    connection.execute("reset session_replication_role")
    connection.execute("vacuum analyze intake_signal")
    connection.execute("analyze intake_occurrence")
    connection.execute("checkpoint")


def run_file(connection: Administrator, name: str, values: dict[str, Any]) -> None:
    """Run an SQL file; its values are put in on our side, because several statements take no parameters."""
    psycopg.ClientCursor(connection).execute((SQL / name).read_text(), values)


def _make_things(connection: Administrator, town: Town) -> None:
    connection.execute("drop table if exists bench_thing")
    connection.execute("create temporary table bench_thing (kind text, number int, id uuid, value text, named jsonb)")
    with connection.cursor() as cursor, cursor.copy("copy bench_thing (kind, number, id, value) from stdin") as copy:
        for kind, many in THINGS.items():
            for number in range(many):
                copy.write_row((kind, number, identity(town, kind, number), thing(kind, number)))
    connection.execute(
        "update bench_thing set named = jsonb_build_object('kind', kind, 'value', value, 'id', id,"
        " 'part', case kind when 'ip' then 'indicator' else 'affected' end)"
    )
    connection.execute("analyze bench_thing")


def _take_indexes_off(connection: Administrator) -> list[str]:
    """Drop the indexes that hold no rule, and return how to make them again."""
    found = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
        " where indrelid = 'intake_signal'::regclass and not indisunique"
    ).fetchall()
    for name, _ in found:
        connection.execute(f"drop index {name}")  # type: ignore[arg-type]
    return [definition for _, definition in found]
