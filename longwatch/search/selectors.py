# SPDX-License-Identifier: Apache-2.0
"""Reads through the functions of sql/search.sql, which apply row security's test themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.discretion import is_only_day
from longwatch.core.errors import Invalid
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.records.models import RecordKind

LONGEST_QUERY = 500
# Beyond this many a count reads "100 or more"; nobody decides differently at 101.
MOST_COUNTED = 100


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
