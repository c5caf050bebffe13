# SPDX-License-Identifier: Apache-2.0
"""Look-ups in what was loaded and what is ours, for many signals in one statement each; by indexes, so that memory
stays flat however much was loaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from longwatch.enrichment.asking import Question, Thing, inventory_keys, keys_of

Connection = psycopg.Connection[Any]
# How many of the newest signals of a compartment are walked, and of how many older ones is known what became of them.
NEWEST = 4_500
OLDER = 2_000
COMMON = 5
MOST_MAIN = 5


@dataclass(slots=True)
class Hit:
    """Something found: which question, which thing, who says so, and what."""

    number: int
    thing: Thing
    what: str
    source: str
    facts: dict[str, Any] = field(default_factory=dict)
    edition: str = ""
    dated: date | None = None
    told_by: UUID | None = None


_LISTED = """
with asked as (
  select * from unnest(%(n)s::int[], %(org)s::uuid[], %(kind)s::text[], %(style)s::text[], %(key)s::text[])
         as a (n, org, kind, style, key)),
found as (
  select a.n, v.dataset_id, v.key, v.about, a.kind from asked a
    join enrichment_value v on v.org_id = a.org and v.key = a.key and v.style = a.style
                           and v.style in ('exact', 'host') and (v.until is null or v.until > now())
   where a.style <> 'network'
  union all
  select a.n, v.dataset_id, v.key, v.about, a.kind from asked a
    join enrichment_value v on v.network >>= a.key::inet and v.org_id = a.org and (v.until is null or v.until > now())
   where a.style = 'network'
  union all
  select a.n, v.dataset_id, v.key, v.about, a.kind from asked a
    join enrichment_value v on v.org_id = a.org and v.style in ('substring', 'regex')
                           and case v.style when 'regex' then a.key ~* v.key else position(v.key in a.key) > 0 end
   where a.style = 'exact')
select distinct on (f.n, d.id) f.n, d.kind, d.name, d.edition, d.dated, f.key, f.about
  from found f join enrichment_dataset d on d.id = f.dataset_id and d.removed_at is null and f.kind = any (d.kinds)
 where %(only)s::uuid is null or d.id = %(only)s
 order by f.n, d.id, length(f.key) desc
"""
_OURS = """
with asked as (select * from unnest(%(n)s::int[], %(org)s::uuid[], %(key)s::text[]) as a (n, org, key))
select a.n, i.what, i.name, i.compartment_id, i.id, i.owner, i.manager, i.site, i.criticality, i.changed_at::date,
       null::smallint, null::timestamptz
  from asked a join enrichment_item i
    on i.identifiers @> array[a.key] and i.org_id = a.org and i.removed_at is null
union all
select a.n, 'watched', w.name, w.compartment_id, w.id, w.owner, '', w.reason, '', e.added_at::date, w.severity,
       w.expires_at
  from asked a join enrichment_watch_entry e on e.org_id = a.org and e.key = a.key and e.removed_at is null
  join enrichment_watchlist w on w.id = e.watchlist_id and w.expires_at > now()
"""
# Those that are common are found among the newest; of the others all are known, by one look at the index of entities.
_SEEN = """
with wanted as materialized (select unnest(%(entities)s::uuid[]) as entity),
newest as materialized (
  select s.id, s.entity_ids, s.status, s.dismiss_reason, s.first_seen from intake_signal s
   where s.compartment_id = %(compartment)s order by s.first_seen desc, s.id desc limit %(newest)s),
lately as materialized (
  select u.entity, n.id, n.status, n.dismiss_reason, n.first_seen
    from newest n cross join unnest(n.entity_ids) as u (entity) join wanted w on w.entity = u.entity),
common as materialized (select entity from lately group by entity having count(*) >= %(common)s),
rare as (select array(select entity from wanted except select entity from common) as entities),
older as materialized (
  select f.entity, f.signal from rare r
   cross join intake_naming_some(r.entities, array[%(compartment)s::uuid], %(org)s, '{}', %(older)s) f
   where r.entities <> '{}'),
named as (
  select * from lately
  union select o.entity, s.id, s.status, s.dismiss_reason, s.first_seen
    from older o join intake_signal s on s.id = o.signal)
select entity, status, case status when 'dismissed' then dismiss_reason else '' end as reason, count(*),
       min(first_seen), (select count(*) from newest) >= %(newest)s and entity in (select entity from common)
  from named where dismiss_reason <> 'duplicate' and id <> all (%(inside)s::uuid[]) group by entity, status, reason
"""


def listed(connection: Connection, questions: Sequence[Question], *, only: UUID | None = None) -> list[Hit]:
    """What loaded lists, or one of them, hold of what the signals name."""
    asked = [
        (number, thing, key)
        for number, question in enumerate(questions)
        for thing in question.things
        for key in dict.fromkeys(keys_of(thing))
    ]
    places: dict[int, tuple[int, Thing]] = {}
    index: dict[tuple[int, Thing], int] = {}
    for number, thing, _key in asked:
        place = index.setdefault((number, thing), len(index))
        places[place] = (number, thing)
    values = {
        "n": [index[number, thing] for number, thing, _key in asked],
        "org": [questions[number].org_id for number, _thing, _key in asked],
        "kind": [key.kind for *_rest, key in asked],
        "style": [key.style for *_rest, key in asked],
        "key": [key.text for *_rest, key in asked],
        "only": only,
    }
    rows = connection.execute(_LISTED, values).fetchall() if asked else []
    return [
        Hit(*places[n], what=kind, source=name, facts={"matched": key, **(about or {})}, edition=edition, dated=dated)
        for n, kind, name, edition, dated, key, about in rows
    ]


def ours(connection: Connection, questions: Sequence[Question]) -> list[Hit]:
    """What the inventory and watch-lists hold of it; told by the compartment that they are in."""
    asked = [
        (number, thing, key)
        for number, question in enumerate(questions)
        for thing in question.things
        for key in inventory_keys(thing)
    ]
    if not asked:
        return []
    values = {
        "n": list(range(len(asked))),
        "org": [questions[number].org_id for number, *_rest in asked],
        "key": [key for *_rest, key in asked],
    }
    hits: dict[tuple[int, UUID], Hit] = {}
    for n, what, name, told_by, identity, *facts in connection.execute(_OURS, values).fetchall():
        number, thing, _key = asked[n]
        hits.setdefault((number, identity), _ours(number, thing, what, name, told_by, identity, facts))
    return list(hits.values())


def _ours(number: int, thing: Thing, what: str, name: str, told_by: UUID, identity: UUID, row: list[Any]) -> Hit:
    owner, manager, site, criticality, dated, severity, until = row
    facts = {"id": str(identity), "name": name, "owner": owner}
    if what == "watched":
        facts |= {"reason": site, "severity": severity, "until": until.isoformat()}
    else:
        facts |= {"manager": manager, "site": site, "criticality": criticality}
    return Hit(number, thing, what, source=name, facts=facts, dated=dated, told_by=told_by)


def seen(connection: Connection, questions: Sequence[Question]) -> list[Hit]:
    """How often what the signals name was seen before in the same compartment, and what became of it.

    Never across compartments: a number, too, would tell of what only others may know.
    """
    places: dict[tuple[UUID, UUID], list[int]] = {}
    for number, question in enumerate(questions):
        places.setdefault((question.org_id, question.compartment_id), []).append(number)
    hits: list[Hit] = []
    for (org, compartment), numbers in places.items():
        hits += _seen(connection, org, compartment, [(number, questions[number]) for number in numbers])
    return hits


def _seen(
    connection: Connection, org: UUID, compartment: UUID, questions: Sequence[tuple[int, Question]]
) -> Iterable[Hit]:
    wanted = {
        (number, question.entity(thing)): thing
        for number, question in questions
        for thing in [each for each in question.things if not each.from_text][:MOST_MAIN]
    }
    values = {
        "entities": sorted({entity for _number, entity in wanted}), "org": org, "compartment": compartment,
        "newest": NEWEST, "older": OLDER, "common": COMMON, "inside": [each.signal_id for _number, each in questions],
    }  # fmt: skip
    by_entity: dict[UUID, list[tuple[Any, ...]]] = {}
    for entity, *row in connection.execute(_SEEN, values).fetchall() if wanted else ():
        by_entity.setdefault(entity, []).append(tuple(row))
    known = {entity: outcomes(rows) for entity, rows in by_entity.items()}
    for (number, entity), thing in wanted.items():
        if entity in known:
            yield Hit(number, thing, "sighting", source="", facts=dict(known[entity]))


def outcomes(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """How many signals, and how many of each outcome, of (status, reason, how many, since when, whether more)."""
    counted = {f"dismissed:{reason}" if status == "dismissed" else status: count for status, reason, count, *_ in rows}
    return {
        "signals": sum(counted.values()),
        "outcomes": counted,
        "since": min(since for *_, since, _more in rows).isoformat(),
        "more": any(more for *_, more in rows),
    }
