# SPDX-License-Identifier: Apache-2.0
"""The only way to write: a row and the entry about it, in the same transaction or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from psycopg.types.json import Jsonb

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.ledger.event import Event
from longwatch.ledger.leaf import ACTOR_FIELD, ROW_FIELD, Header, commit, leaf_bytes, leaf_hash

Row = TypeVar("Row", bound=models.Model)

# One statement: the entry, its erasable details, and the identifier that becomes the row's version.
# The identifier comes from the sequence, not from RETURNING, because whoever appends need not be
# able to read the entry back (an integration appends only).
INSERT = """
with new as (select nextval('ledger_entry_id_seq') as id),
     entry as (
       insert into ledger_entry (id, at, org_id, action, subject_id, record_id, compartment_id, actor_kind,
                                 actor_id, via, operation_id, leaf, leaf_hash)
       select new.id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s from new),
     detail as (
       insert into ledger_detail (entry_id, org_id, compartment_id, fields)
       select new.id, %s, %s, %s from new)
select id from new
"""


def append(event: Event, *, by: Actor, row: models.Model | None = None) -> int:
    """Append an entry about an event and return its identifier; the transaction decides whether it stays."""
    values: dict[str, Any] = {**event.details(), ACTOR_FIELD: by.label}
    if row is not None:
        values[ROW_FIELD] = row_content(row)
    commitments, openings = commit(values)
    at = clock.now()
    header = Header(at, by.org_id, by.kind, by.id, by.operation_id, event.name, event.subject_id, event.record_id)
    leaf = leaf_bytes(header, commitments)
    envelope = (at, by.org_id, event.name, event.subject_id, event.record_id, event.compartment_id, str(by.kind))
    who = (by.id, by.via, by.operation_id)
    detail = (by.org_id, event.compartment_id, Jsonb(openings))
    with connection.cursor() as cursor:
        parameters: tuple[Any, ...] = (*envelope, *who, leaf, leaf_hash(leaf), *detail)
        cursor.execute(INSERT, parameters)
        return int(cursor.fetchone()[0])


def record(event: Event, *, by: Actor, row: Row, fields: Sequence[str]) -> Row:
    """Save the named fields of a row together with the entry about it; the entry becomes the row's version."""
    entry_id = append(event, by=by, row=row)
    row.version = entry_id  # type: ignore[attr-defined]
    row.save(update_fields=[*fields, "version"])
    return row


def record_created(event: Event, *, by: Actor, row: Row) -> Row:
    """Insert a row together with the entry about it; the entry becomes the row's version."""
    entry_id = append(event, by=by, row=row)
    row.version = entry_id  # type: ignore[attr-defined]
    row.save(force_insert=True)
    return row


def row_content(row: models.Model) -> Mapping[str, Any]:
    """The stored content of a row that its entry commits to: all columns but the version and named secrets."""
    left_out = {"version", *getattr(row, "ledger_excluded", ())}
    concrete = (f for f in row._meta.concrete_fields if f.attname not in left_out and not f.generated)
    return {field.attname: field.get_prep_value(getattr(row, field.attname)) for field in concrete}
