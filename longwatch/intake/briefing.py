# SPDX-License-Identifier: Apache-2.0
"""The signals around a record: those it came from, and others that name the same people and things."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.urls import reverse

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.entities.briefing import named_facts
from longwatch.evidence.briefing import exhibit_facts
from longwatch.intake.models import SignalKind, SignalStatus
from longwatch.records.briefing_facts import Arrival, KnownRecord, Shared, Surroundings

MOST_ARRIVALS = 4
MOST_SHARED = 12

SIGNALS = """
with own as materialized (
  select from_id as id from records_link
   where to_id = %(record)s and from_kind = 'signal' and kind = 'belongs' and ended_at is null limit 1001),
named as (
  select distinct on (m.entity_id) m.entity_id, m.value from entities_mention m
   where m.record_id = %(record)s and m.ended_at is null limit 30),
others as (
  select f.id, array_agg(distinct n.value) as names from named n
   cross join lateral intake_signals_with_entity(n.entity_id, %(most)s) as f(id)
   where f.id not in (select id from own) group by f.id limit 200)
(select 'own', s.id, s.title, s.kind, o.name, s.occurred_at, s.first_seen, s.count, s.status, null::text[],
       null::uuid
   from own join intake_signal s on s.id = own.id join intake_source o on o.id = s.source_id
  order by s.occurred_at, s.id limit %(arrivals)s)
union all
(select 'other', s.id, s.title, s.kind, o.name, s.occurred_at, s.first_seen, s.count, s.status, others.names,
       (select l.to_id from records_link l where l.from_id = s.id and l.kind = 'belongs' and l.ended_at is null limit 1)
   from others join intake_signal s on s.id = others.id join intake_source o on o.id = s.source_id
  order by s.first_seen, s.id limit %(most)s)
"""


@dataclass(frozen=True, slots=True)
class _Row:
    which: str
    id: UUID
    title: str
    kind: str
    source: str
    occurred_at: datetime
    first_seen: datetime
    count: int
    status: str
    names: Sequence[str] | None
    record_id: UUID | None

    @property
    def url(self) -> str:
        return reverse("intake:signal", args=[self.id])


def surroundings(record_id: UUID, *, by: Actor) -> Surroundings:
    """Signals, exhibits and named entities of a record as the viewer may see them: three statements."""
    named, shared = named_facts(record_id, by=by)
    exhibits, total = exhibit_facts(record_id, by=by)
    rows = _signals(record_id) if by.may(Permission.SIGNAL_READ) else []
    # A signal of a record that is told of anyway would say the same twice.
    told = {each.record_id for each in shared}
    others = [row for row in rows if row.which == "other" and row.record_id not in told]
    found = Surroundings(
        exhibits=exhibits, exhibits_total=total, exhibits_readable=by.may(Permission.EVIDENCE_READ), named=named,
        shared=[*shared, *map(_shared, others)],
    )  # fmt: skip
    return replace(
        found,
        arrivals=[_arrival(row) for row in rows if row.which == "own"],
        known={row.id: _known(row) for row in others},
    )


def _signals(record_id: UUID) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(SIGNALS, {"record": record_id, "most": MOST_SHARED, "arrivals": MOST_ARRIVALS})
        return [_Row(*row) for row in cursor.fetchall()]


def _arrival(row: _Row) -> Arrival:
    return Arrival(
        id=row.id, title=row.title, kind=str(SignalKind(row.kind).label), source=row.source,
        occurred_at=row.occurred_at, first_seen=row.first_seen, count=row.count, url=row.url,
    )  # fmt: skip


def _shared(row: _Row) -> Shared:
    return Shared(record_kind="signal", record_id=row.id, since=row.first_seen, values=tuple(row.names or ()))


def _known(row: _Row) -> KnownRecord:
    return KnownRecord(
        kind_word=str(SignalKind(row.kind).label).lower(), name="", title=row.title, since=row.first_seen, url=row.url,
        status_word=str(SignalStatus(row.status).label),
    )  # fmt: skip
