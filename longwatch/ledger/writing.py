# SPDX-License-Identifier: Apache-2.0
"""The only way to write: a row and the entry about it, in the same transaction or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import DatabaseError, connection, models
from django.db.models import sql
from django.db.models.expressions import RawSQL

from longwatch.core.actor import Actor
from longwatch.core.canonical import plain
from longwatch.core.discretion import moment_of
from longwatch.ledger.event import Event
from longwatch.ledger.leaf import ACTOR_FIELD, ROW_FIELD, Header, commit, leaf_bytes

Row = TypeVar("Row", bound=models.Model)

# See sql/ledger.sql. As a subquery it is called once, also when the statement waits for another writer of the row.
APPEND = "select ledger_append(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
# Whoever inserts need not be able to read the row back, which RETURNING demands.
INSERT = "with entry as materialized ({append}), written as ({insert}) select * from entry"


def append(event: Event, *, by: Actor, row: models.Model | None = None) -> int:
    """Append an entry about an event and return its identifier; the transaction decides whether it stays."""
    return _execute(APPEND, _entry(event, by, row))


def record(event: Event, *, by: Actor, row: Row, fields: Sequence[str]) -> Row:
    """Save the named fields of a row together with the entry about it; the entry becomes the row's version."""
    version = RawSQL(APPEND, _entry(event, by, row), models.BigIntegerField())  # noqa: S611  # with placeholders
    columns: list[Any] = [row._meta.get_field(name) for name in fields]
    values: list[Any] = [(column, None, column.pre_save(row, False)) for column in columns]
    query: Any = sql.UpdateQuery(type(row))
    query.add_filter("pk", row.pk)
    query.add_update_fields([*values, (row._meta.get_field("version"), None, version)])
    statement, parameters = query.get_compiler(connection=connection).as_sql()
    row.version = _execute(f'{statement} returning "version"', parameters)  # type: ignore[attr-defined]
    return row


def record_created(event: Event, *, by: Actor, row: Row) -> Row:
    """Insert a row together with the entry about it; the entry becomes the row's version."""
    entry = _entry(event, by, row)
    row.version = RawSQL("select * from entry", ())  # type: ignore[attr-defined]
    query = sql.InsertQuery(type(row))
    query.insert_values([column for column in row._meta.concrete_fields if not column.generated], [row])
    ((insert, parameters),) = query.get_compiler(connection=connection).as_sql()
    statement = INSERT.format(append=APPEND, insert=insert)
    row.version = _execute(statement, (*entry, *parameters))  # type: ignore[attr-defined]
    row._state.adding, row._state.db = False, connection.alias
    return row


def record_each_once(changes: Sequence[tuple[Event, models.Model]], *, by: Actor, unless: str, known: Any) -> int:
    """Insert those rows, each with its entry, for which the condition does not hold; one statement, returns how many.

    `unless` is SQL about one row, with placeholders; `known` gives its parameters for a row.
    """
    parts, parameters = [], []
    for number, (event, row) in enumerate(changes):
        row.version = RawSQL(f"select version from entry{number}", ())  # type: ignore[attr-defined]  # noqa: S608, S611
        query = sql.InsertQuery(type(row))
        query.insert_values([column for column in row._meta.concrete_fields if not column.generated], [row])
        ((insert, values),) = query.get_compiler(connection=connection).as_sql()
        insert = _only_if(insert, f"entry{number}")
        parts.append(f"entry{number} as materialized (select ({APPEND}) as version where not exists ({unless}))")
        parts.append(f"written{number} as ({insert} on conflict do nothing returning 1)")
        parameters += [*_entry(event, by, row), *known(row), *values]
    counted = " + ".join(f"(select count(*) from written{number})" for number in range(len(changes)))  # noqa: S608
    return _execute(f"with {', '.join(parts)} select {counted}", parameters)


def _only_if(insert: str, entry: str) -> str:
    """An insert that writes its row only when its entry was appended."""
    head, _values, row = insert.partition(" VALUES ")
    return f"{head} select {row.strip()[1:-1]} where exists (select 1 from {entry})"  # noqa: S608


def row_content(row: models.Model) -> Mapping[str, Any]:
    """The stored content of a row that its entry commits to: all columns but the version and named secrets."""
    return {name: prepare(getattr(row, name)) for name, prepare in _content_fields(type(row))}


def columns_of(row: models.Model) -> dict[str, Any]:
    """A row as functions of the database take it, by column; what the ledger leaves out is left out here too."""
    content = {**row_content(row), "version": vars(row)["version"]}
    columns = {f.column: content[f.attname] for f in row._meta.concrete_fields if f.attname in content}
    described: dict[str, Any] = plain({name: _as_text(value) for name, value in columns.items()})
    return described


def _as_text(value: Any) -> Any:
    return "\\x" + bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def row_columns(model: type[models.Model]) -> list[tuple[str, str]]:
    """What an entry about a row commits to: the name of each value, and the column that holds it."""
    names = {name for name, _ in _content_fields(model)}
    return [(field.attname, str(field.column)) for field in model._meta.concrete_fields if field.attname in names]


@cache
def _content_fields(model: type[models.Model]) -> list[tuple[str, Any]]:
    left_out = {"version", *getattr(model, "ledger_excluded", ())}
    concrete = (f for f in model._meta.concrete_fields if f.attname not in left_out and not f.generated)
    return [(field.attname, field.get_prep_value) for field in concrete]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as functions of the database take it that append one by themselves."""

    at: datetime
    leaf: str
    openings: Mapping[str, Any]


def entry_about(event: Event, by: Actor, row: models.Model | None = None) -> Entry:
    """The moment, the leaf and the openings of an entry about an event, and about a row as it stands."""
    values: dict[str, Any] = {**event.details(), ACTOR_FIELD: by.label}
    if row is not None:
        values[ROW_FIELD] = row_content(row)
    commitments, openings = commit(values)
    at = moment_of(by)
    header = Header(
        at, by.org_id, by.kind, by.id, by.operation_id, event.name, event.subject_id, event.record_id,
        event.compartment_id, by.via,
    )  # fmt: skip
    return Entry(at, leaf_bytes(header, commitments).decode(), openings)


def _entry(event: Event, by: Actor, row: models.Model | None) -> tuple[Any, ...]:
    entry = entry_about(event, by, row)
    return (
        entry.at, by.org_id, event.name, event.subject_id, event.record_id, event.compartment_id, str(by.kind), by.id,
        by.via, by.operation_id, entry.leaf, msgspec.json.encode(entry.openings).decode(),
    )  # fmt: skip


def _execute(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchone()
    if found is None:
        raise DatabaseError("No row was written.")
    return int(found[0])
