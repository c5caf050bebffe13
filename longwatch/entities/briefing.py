# SPDX-License-Identifier: Apache-2.0
"""Who and what a record names, and which other records name the same, in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from longwatch.core.actor import Actor
from longwatch.entities.kinds import EntityKind, Part
from longwatch.records.briefing_facts import Named, Shared
from longwatch.records.readable import readable_kinds

MOST_NAMED = 30
MOST_SHARED = 20

# Earliest first: an address seen a million times costs no more than one seen twenty times.
NAMED = """
with named as materialized (
  select m.entity_id, m.kind, m.value, m.part, m.note from entities_mention m
   where m.record_id = %(record)s and m.ended_at is null order by m.added_at, m.id limit %(named)s)
select 'named', n.entity_id, n.kind, n.value, n.part, n.note, null::text, null::uuid, null::timestamptz from named n
union all
select 'shared', o.entity_id, '', n.value, '', '', o.record_kind, o.record_id, o.added_at
  from (select distinct on (entity_id) entity_id, value from named) n
 cross join lateral (
    select m.entity_id, m.record_kind, m.record_id, m.added_at from entities_mention m
     where m.entity_id = n.entity_id and m.record_id <> %(record)s and m.ended_at is null
       and m.record_kind = any(%(kinds)s)
     order by m.added_at limit %(shared)s) o
"""


def named_facts(record_id: UUID, *, by: Actor) -> tuple[Sequence[Named], Sequence[Shared]]:
    """The entities with a part in the record, and other readable records that name one of them, earliest first."""
    limits = {"named": MOST_NAMED, "shared": MOST_SHARED}
    parameters: dict[str, Any] = {"record": record_id, "kinds": readable_kinds(by), **limits}
    with connection.cursor() as cursor:
        cursor.execute(NAMED, parameters)
        rows = cursor.fetchall()
    return [_named(row) for row in rows if row[0] == "named"], _shared([row for row in rows if row[0] == "shared"])


def _named(row: Sequence[object]) -> Named:
    kind, part = str(row[2]), str(row[4])
    return Named(
        entity_id=UUID(str(row[1])), kind=kind, kind_word=str(EntityKind(kind).label), value=str(row[3]), part=part,
        part_word=str(Part(part).label), note=str(row[5]), url=reverse("entities:entity", args=[row[1]]),
    )  # fmt: skip


def _shared(rows: Iterable[Sequence[object]]) -> list[Shared]:
    by_record: dict[object, list[Sequence[object]]] = {}
    for row in rows:
        by_record.setdefault(row[7], []).append(row)
    return sorted((_one(lines) for lines in by_record.values()), key=lambda shared: shared.since)


def _one(lines: Sequence[Sequence[object]]) -> Shared:
    first = min(lines, key=lambda line: line[8])  # type: ignore[arg-type,return-value]
    values = tuple(dict.fromkeys(str(line[3]) for line in lines))
    return Shared(record_kind=str(first[6]), record_id=first[7], since=first[8], values=values)  # type: ignore[arg-type]
