# SPDX-License-Identifier: Apache-2.0
"""The signals around a record: those it came from, and others that name the same people and things."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.entities import briefing as entities
from longwatch.evidence.briefing import exhibit_facts
from longwatch.intake.models import SignalKind, SignalStatus
from longwatch.records.briefing_facts import Arrival, KnownRecord, Shared, Surroundings

MOST_ARRIVALS = 4
MOST_SHARED = 12
MOST_COUNTED = 100

# What names the same is looked for within bounds (sql/search.sql): `more` says that there may be more than was found.
SIGNALS = f"""
with own as materialized (
  select from_id as id from records_link
   where to_id = %(record)s and from_kind = 'signal' and kind = 'belongs' and ended_at is null and %(signals)s
   limit 1001),
{entities.NAMED},
seen as materialized (
  select * from intake_sightings(array(select entity_id from entities where %(signals)s),
                                 array(select id from own), %(counted)s)),
others as materialized (
  select u.id, array_agg(distinct n.value) as names from seen join entities n on n.entity_id = seen.entity
   cross join lateral unnest(seen.newest) as u (id) group by u.id),
signals as (
  select s.id, s.title, s.kind, o.name as source, s.occurred_at, s.first_seen, s.count, s.status
    from intake_signal s join intake_source o on o.id = s.source_id
   where s.id = any (array(select id from own union select id from others))),
arrived as (
  select s.* from own join signals s on s.id = own.id order by s.occurred_at, s.id limit %(arrivals)s),
naming as (
  select s.*, others.names,
         (select l.to_id from records_link l
           where l.from_id = s.id and l.kind = 'belongs' and l.ended_at is null limit 1) as record_id
    from others join signals s on s.id = others.id order by s.first_seen, s.id limit %(most)s)
select jsonb_build_object(
  'named', (select jsonb_agg(n) from named n),
  'shared', (select jsonb_agg(s) from shared s),
  'own', (select jsonb_agg(a order by a.occurred_at, a.id) from arrived a),
  'other', (select jsonb_agg(n order by n.first_seen, n.id) from naming n),
  'more', coalesce((select bool_or(more) from seen), false) or (select count(*) > %(most)s from others))
"""  # noqa: S608 - nothing but the constant of entities.briefing goes into the text


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    title: str
    kind: str
    source: str
    occurred_at: datetime
    first_seen: datetime
    count: int
    status: str
    names: Sequence[str] = ()
    record_id: UUID | None = None

    @property
    def url(self) -> str:
        return reverse("intake:signal", args=[self.id])


def surroundings(record_id: UUID, *, by: Actor) -> Surroundings:
    """Signals, exhibits and named entities of a record as the viewer may see them: two statements."""
    found = _found(record_id, by)
    exhibits, total = exhibit_facts(record_id, by=by)
    shared = entities.shared(found["shared"] or ())
    # A signal of a record that is told of anyway would say the same twice.
    told = {each.record_id for each in shared}
    others = [row for row in map(_row, found["other"] or ()) if row.record_id not in told]
    return Surroundings(
        arrivals=[_arrival(_row(row)) for row in found["own"] or ()],
        exhibits=exhibits, exhibits_total=total, exhibits_readable=by.may(Permission.EVIDENCE_READ),
        named=entities.named(found["named"] or ()), shared=[*shared, *map(_shared, others)],
        shared_more=found["more"], known={row.id: _known(row) for row in others},
    )  # fmt: skip


def _found(record_id: UUID, by: Actor) -> dict[str, Any]:
    limits = {"most": MOST_SHARED, "arrivals": MOST_ARRIVALS, "counted": MOST_COUNTED}
    parameters = {**entities.named_parameters(record_id, by=by), **limits, "signals": by.may(Permission.SIGNAL_READ)}
    with connection.cursor() as cursor:
        cursor.execute(SIGNALS, parameters)
        found = cursor.fetchone()[0]
    values: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return values


def _row(values: Mapping[str, Any]) -> _Row:
    moments = {name: datetime.fromisoformat(values[name]) for name in ("occurred_at", "first_seen")}
    record = UUID(values["record_id"]) if values.get("record_id") else None
    return _Row(**{**values, **moments, "id": UUID(values["id"]), "record_id": record})


def _arrival(row: _Row) -> Arrival:
    return Arrival(
        id=row.id, title=row.title, kind=str(SignalKind(row.kind).label), source=row.source,
        occurred_at=row.occurred_at, first_seen=row.first_seen, count=row.count, url=row.url,
    )  # fmt: skip


def _shared(row: _Row) -> Shared:
    return Shared(record_kind="signal", record_id=row.id, since=row.first_seen, values=tuple(row.names))


def _known(row: _Row) -> KnownRecord:
    return KnownRecord(
        kind_word=str(SignalKind(row.kind).label).lower(), name="", title=row.title, since=row.first_seen, url=row.url,
        status_word=str(SignalStatus(row.status).label),
    )  # fmt: skip
