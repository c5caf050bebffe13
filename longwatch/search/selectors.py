# SPDX-License-Identifier: Apache-2.0
"""Reads through the functions of sql/search.sql, which apply row security's test themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.discretion import is_only_day
from longwatch.core.errors import Invalid
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.intake.models import Signal
from longwatch.records.models import RecordKind

LONGEST_QUERY = 500
# Beyond this many a count reads "100 or more"; nobody decides differently at 101.
MOST_COUNTED = 100
MOST_IN_CHART = 500
_OF_ANY = """
select s.* from (
  select distinct f.id, f.at
    from unnest(%s::uuid[]) as e (id) cross join lateral search_signals_naming(e.id, %s, %s, %s) f
   order by f.at desc, f.id desc limit %s) f
  join intake_signal s on s.id = f.id order by s.first_seen desc, s.id desc
"""
_SEEN = """
select 'seen', to_jsonb(s) from search_sightings(%s::uuid[], %s, '{}'::uuid[], %s) s
union all
select 'moment', to_jsonb(t) from search_sightings_over_time(%s::uuid[], %s, %s) t
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that holds the words; marks stand between private characters (highlight.py)."""

    kind: str
    id: UUID
    record_kind: str
    record_id: UUID
    at: datetime
    title: str
    snippet: str

    @property
    def only_day(self) -> bool:
        """Whether it came with a report of somebody without an account, so that no time of day is kept."""
        return self.record_kind == RecordKind.SIGNAL and is_only_day(self.at)


@dataclass(frozen=True, slots=True)
class Sighting:
    """In how many signals, incidents or cases of one outcome an entity was seen, and the newest of them.

    `more`: of this kind there may be more than were counted; then nobody knows the first.
    """

    entity_id: UUID
    kind: str
    outcome: str
    count: int
    more: bool
    first_at: datetime | None
    last_at: datetime
    newest: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity that incidents and cases name, as far as the reader may see."""

    id: UUID
    kind: str
    value: str
    at: datetime
    records: int


def everything(
    text: str, *, wanted: Sequence[str], allowed: Sequence[str], since: datetime | None = None,
    cursor: str | None = None, limit: int = 30,
) -> Page[Hit]:  # fmt: skip
    """A page of everything of the wanted kinds that holds the words, newest first."""
    at, last = position(cursor)
    parameters = [_clean(text), list(wanted), list(allowed), since, at, last, limit + 1]
    rows = _rows("select * from search_everything(%s, %s, %s, %s, %s, %s, %s)", parameters)
    hits = [Hit(*row) for row in rows]
    return page_of(hits, limit, lambda hit: (hit.at.isoformat(), str(hit.id)), first=cursor is None)


def sightings(entities: Sequence[UUID], *, allowed: Sequence[str], without: Sequence[UUID] = ()) -> list[Sighting]:
    """Where entities were seen, by kind and outcome; `without` names records that do not count."""
    if not entities:
        return []
    statement = "select * from search_sightings(%s::uuid[], %s, %s::uuid[], %s)"
    rows = _rows(statement, [list(entities), list(allowed), list(without), MOST_COUNTED])
    return [Sighting(*row) for row in rows]


def signals_naming(entity_id: UUID, *, cursor: str | None = None, limit: int = 30) -> Page[tuple[UUID, datetime]]:
    """A page of the signals that name an entity, newest first."""
    at, last = position(cursor)
    rows = _rows("select * from search_signals_naming(%s, %s, %s, %s)", [entity_id, at, last, limit + 1])
    return page_of(rows, limit, lambda row: (row[1].isoformat(), str(row[0])), first=cursor is None)


def signals_of_any(entities: Sequence[UUID], *, cursor: str | None = None, limit: int = 30) -> Page[Signal]:
    """A page of the signals that name one of several entities, newest first, each once, in one statement."""
    at, last = position(cursor)
    rows = list(Signal.objects.raw(_OF_ANY, [list(entities), at, last, limit + 1, limit + 1]))
    return page_of(rows, limit, lambda row: (row.first_seen.isoformat(), str(row.id)), first=cursor is None)


def seen_over_time(
    entities: Sequence[UUID], together: Sequence[UUID], *, allowed: Sequence[str], most: int = MOST_IN_CHART
) -> tuple[list[Sighting], list[tuple[str, datetime]]]:
    """Where each entity was seen, and when all `together` were, by kind of record: the newest of each, each once.

    In one statement.
    """
    mine, all_of_them, kinds = list(entities), list(together), list(allowed)
    rows = _rows(_SEEN, [mine, kinds, MOST_COUNTED, all_of_them, kinds, most])
    found = [(what, json.loads(row) if isinstance(row, str) else row) for what, row in rows]
    moments = [(row["kind"], datetime.fromisoformat(row["at"])) for what, row in found if what == "moment"]
    return [_sighting(row) for what, row in found if what == "seen"], moments


def _sighting(row: dict[str, Any]) -> Sighting:
    first = datetime.fromisoformat(row["first_at"]) if row["first_at"] else None
    last, newest = datetime.fromisoformat(row["last_at"]), [UUID(each) for each in row["newest"]]
    return Sighting(UUID(row["entity"]), row["kind"], row["outcome"], row["n"], row["more"], first, last, newest)


def entities(
    text: str, *, kinds: Sequence[str], allowed: Sequence[str], cursor: str | None = None, limit: int = 50
) -> Page[EntityRow]:
    """A page of the entities that records name, the newest first."""
    at, last = position(cursor)
    statement = "select * from search_entities(%s, %s, %s, %s, %s, %s)"
    rows = _rows(statement, [_clean(text), list(kinds), list(allowed), at, last, limit + 1])
    found = [EntityRow(*row) for row in rows]
    return page_of(found, limit, lambda row: (row.at.isoformat(), str(row.id)), first=cursor is None)


def position(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    """Where a page begins; refuses a cursor that is not one of ours."""
    if not cursor:
        return None, None
    try:
        at, last = decode_cursor(cursor, 2)
        return datetime.fromisoformat(str(at)), UUID(str(last))
    except ValueError as error:
        raise Invalid(
            "The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."}
        ) from error


def _clean(text: str) -> str:
    return text.replace("\x00", " ")[:LONGEST_QUERY]


def _rows(statement: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
