# SPDX-License-Identifier: Apache-2.0
"""What is said about entities, as far as the reader sees it; row security and the kinds of records do the filtering."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from longwatch.entities.models import Identity, Marking

# Merging refuses more than this; more could only come of what several people who see different things said.
MOST_JOINED = 50
MOST_SAID = 200
Said = TypeVar("Said", Identity, Marking)

# Both ways, over any number of steps.
_ONE = """
with recursive known (id) as (
  select unnest(%(ids)s::uuid[])
  union
  select next.id from known k cross join lateral (
    select s.into_id as id from entities_identity s
     where s.entity_id = k.id and s.same and s.ended_at is null and s.record_kind = any(%(allowed)s)
    union all
    select s.entity_id from entities_identity s
     where s.into_id = k.id and s.same and s.ended_at is null and s.record_kind = any(%(allowed)s)) next),
joined as (select array(select id from known limit %(most)s) as ids)
"""
_JOINED = _ONE + " select ids from joined"  # noqa: S608 - constants
_KNOWN = (
    _ONE  # noqa: S608 - constants
    + """
select j.ids,
  (select coalesce(jsonb_agg(to_jsonb(x) order by x.said_at desc, x.id desc), '[]') from (
     select s.* from entities_identity s
      where (s.entity_id = any(j.ids) or s.into_id = any(j.ids)) and s.record_kind = any(%(allowed)s)
      order by s.said_at desc, s.id desc limit %(said)s) x),
  (select coalesce(jsonb_agg(to_jsonb(x) order by x.said_at desc, x.id desc), '[]') from (
     select m.* from entities_marking m
      where m.entity_id = any(j.ids) and m.ended_at is null and m.record_kind = any(%(allowed)s)
      order by m.said_at desc, m.id desc limit %(said)s) x)
  from joined j
"""
)


@dataclass(frozen=True, slots=True)
class Known:
    """An entity with all that it is said to be the same as, what was ever said of that, and the markings that hold."""

    ids: Sequence[UUID]
    said: Sequence[Identity]
    markings: Sequence[Marking]

    @property
    def holding(self) -> list[Identity]:
        """What holds them together."""
        return [row for row in self.said if row.same and row.ended_at is None]

    @property
    def apart(self) -> set[UUID]:
        """What they are said not to be."""
        rows = [row for row in self.said if not row.same and row.ended_at is None]
        return {each for row in rows for each in (row.entity_id, row.into_id)} - set(self.ids)

    @property
    def main(self) -> UUID:
        """Which of them the others were merged into first; the one asked for when that is not plain."""
        merged = {row.entity_id for row in self.holding}
        targets = sorted((row.said_at, row.into_id) for row in self.holding if row.into_id not in merged)
        return targets[0][1] if targets else self.ids[0]


def joined(ids: Sequence[UUID], allowed: Sequence[str]) -> list[UUID]:
    """These and all that they are said to be the same as, in one statement; these first."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINED, _parameters(ids, allowed))
        return _first(ids, cursor.fetchone()[0])


def called(ids: Sequence[UUID], allowed: Sequence[str]) -> QuerySet[Identity]:
    """By what statements that hold these are other names of something."""
    rows = Identity.objects.filter(entity_id__in=ids, same=True, ended_at=None, record_kind__in=list(allowed))
    return rows.order_by("said_at", "id")[:MOST_JOINED]


def known(entity_id: UUID, allowed: Sequence[str]) -> Known:
    """All that is said about one entity, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, _parameters([entity_id], allowed))
        ids, said, markings = cursor.fetchone()
    return Known(_first([entity_id], ids), _rows(Identity, said), _rows(Marking, markings))


def _parameters(ids: Sequence[UUID], allowed: Sequence[str]) -> dict[str, Any]:
    return {"ids": list(ids), "allowed": list(allowed), "most": len(ids) + MOST_JOINED, "said": MOST_SAID}


def _first(ids: Sequence[UUID], found: Sequence[UUID]) -> list[UUID]:
    return [*dict.fromkeys([*ids, *sorted(found)])]


def _rows(model: type[Said], said: str | Sequence[Mapping[str, Any]]) -> list[Said]:
    values = json.loads(said) if isinstance(said, str) else said
    fields = model._meta.concrete_fields
    return [model(**{field.attname: field.to_python(each[str(field.column)]) for field in fields}) for each in values]
