# SPDX-License-Identifier: Apache-2.0
"""Who and what a record names, and which other records name the same: a part of the statement of intake.briefing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from longwatch.core.actor import Actor
from longwatch.entities.kinds import EntityKind, Part
from longwatch.records.briefing_facts import Named, Shared
from longwatch.records.readable import readable_kinds

MOST_NAMED = 30
MOST_SHARED = 20

# Earliest first: an address seen a million times costs no more than one seen twenty times.
NAMED = """
named as materialized (
  select m.entity_id, m.kind, m.value, m.part, m.note from entities_mention m
   where m.record_id = %(record)s and m.ended_at is null order by m.added_at, m.id limit %(most_named)s),
entities as (select distinct on (entity_id) entity_id, value from named),
shared as (
  select n.value, o.record_kind, o.record_id, o.added_at from entities n
   cross join lateral (
      select m.record_kind, m.record_id, m.added_at from entities_mention m
       where m.entity_id = n.entity_id and m.record_id <> %(record)s and m.ended_at is null
         and m.record_kind = any(%(kinds)s)
       order by m.added_at limit %(most_shared)s) o)
"""
Row = Mapping[str, Any]


def named_parameters(record_id: UUID, *, by: Actor) -> dict[str, Any]:
    """What NAMED asks for."""
    limits = {"most_named": MOST_NAMED, "most_shared": MOST_SHARED}
    return {"record": record_id, "kinds": readable_kinds(by), **limits}


def named(rows: Iterable[Row]) -> list[Named]:
    """The entities with a part in the record, in the order they were named."""
    return [
        Named(
            entity_id=UUID(row["entity_id"]), kind=row["kind"], kind_word=str(EntityKind(row["kind"]).label),
            value=row["value"], part=row["part"], part_word=str(Part(row["part"]).label), note=row["note"],
            url=reverse("entities:entity", args=[row["entity_id"]]),
        )
        for row in rows
    ]  # fmt: skip


def shared(rows: Iterable[Row]) -> list[Shared]:
    """Other readable records that name one of them, earliest first."""
    by_record: dict[str, list[Row]] = {}
    for row in rows:
        by_record.setdefault(row["record_id"], []).append(row)
    return sorted((_one(lines) for lines in by_record.values()), key=lambda found: found.since)


def _one(lines: Sequence[Row]) -> Shared:
    first = min(lines, key=lambda line: datetime.fromisoformat(line["added_at"]))
    values = tuple(dict.fromkeys(str(line["value"]) for line in lines))
    since = datetime.fromisoformat(first["added_at"])
    return Shared(record_kind=first["record_kind"], record_id=UUID(first["record_id"]), since=since, values=values)
