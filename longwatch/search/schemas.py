# SPDX-License-Identifier: Apache-2.0
"""What the API says about search, entities and histories."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from longwatch.entities.kinds import EntityKind
from longwatch.search.finding import Age
from longwatch.search.kinds import ResultKind


class SearchFilters(Schema):
    """What is looked for, and what the answer is narrowed to."""

    q: str
    kind: list[ResultKind] = []
    age: Age = Age.ANY
    cursor: str | None = None
    limit: int = Field(30, ge=1, le=100)


class EntityFilters(Schema):
    """What the list is narrowed to."""

    q: str = ""
    kind: list[EntityKind] = []
    cursor: str | None = None
    limit: int = Field(50, ge=1, le=100)


class RecordOut(Schema):
    """A signal, incident or case, as far as a list names it."""

    kind: str
    id: UUID
    reference: str
    title: str
    status: str
    severity: int | None
    at: datetime


class CountOut(Schema):
    """In how many records of a kind. `more`: there may be more; `total` and `outcomes` are of those looked at."""

    kind: str
    total: int
    more: bool
    outcomes: dict[str, int]


class SeenOut(Schema):
    """An entity and where it was seen, as far as the caller may see."""

    id: UUID
    kind: str
    value: str
    counts: list[CountOut]
    first_at: datetime | None = Field(description="Null when there may be more than were looked at")
    last_at: datetime | None
    newest: list[RecordOut]


class HitOut(Schema):
    """Something that holds the words, with the record it belongs to."""

    kind: str
    id: UUID
    title: str = Field(description="Plain text")
    snippet: str = Field(description="Plain text around the found words")
    at: datetime
    record: RecordOut


class SearchOut(Schema):
    """A page of results, newest first; on the first page also where an entity of exactly this name was seen."""

    items: list[HitOut]
    reported_before: list[SeenOut]
    next_cursor: str | None


class HistoryOut(Schema):
    """Where those a record names were seen elsewhere."""

    items: list[SeenOut]
    next_cursor: str | None = None


class KnownEntityOut(Schema):
    """An entity that incidents and cases name."""

    id: UUID
    kind: str
    value: str
    at: datetime = Field(description="When it was last named")
    records: int


class EntityList(Schema):
    """A page of entities, those named last first."""

    items: list[KnownEntityOut]
    next_cursor: str | None


class AppearanceOut(Schema):
    """A record that names an entity, and its part there."""

    record: RecordOut
    part: str
    note: str
    since: datetime
    ended_at: datetime | None
    called: str = Field(description="By which of its identifiers, when it has several")


class EntityPageOut(Schema):
    """All that the caller may see of an entity and of what it is one with; signals are paged."""

    seen: SeenOut
    identifiers: list[SeenOut] = Field(description="All that it is said to be the same as, the leading one first")
    tlp: str = Field(description="The strictest marking; empty when there is none")
    pap: str
    spellings: list[str]
    cases: list[AppearanceOut]
    incidents: list[AppearanceOut]
    signals: list[AppearanceOut]
    next_cursor: str | None


class WithdrawalIn(Schema):
    """Why an exhibit should no longer count."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class MatchIn(Schema):
    """Whom or what to ask about, and why."""

    model_config = ConfigDict(extra="forbid")

    kind: EntityKind
    value: str = Field(min_length=1, max_length=500)
    reason: str = Field(min_length=10, max_length=500)


class MatchOut(Schema):
    """Yes with whom to ask, or no."""

    known: bool
    ask: list[str]


class SightOut(Schema):
    """Somebody who came to know of the record, and how."""

    at: datetime
    account_id: UUID
    account_label: str
    how: str
    by_glass: bool
    compartment_id: UUID


class SightList(Schema):
    """A page of them, newest first."""

    items: list[SightOut]
    next_cursor: str | None
