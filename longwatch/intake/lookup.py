# SPDX-License-Identifier: Apache-2.0
"""Looking signals up by words, places and entities, through the safe function that row security leaves alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

# Severity, first seen, identifier: what a list is sorted by, from the end.
Key = tuple[int, datetime, UUID]
MOST_PLACE_WORDS = 8
FOUND = """
select intake_inbox_found(%(words)s, %(place_words)s::text[], %(entity)s::uuid, %(state)s, %(statuses)s::text[],
  %(source)s::uuid, %(severities)s::smallint[], %(kinds)s::text[], %(person)s::uuid, %(nobody)s, %(since)s, %(until)s,
  %(at)s, %(one)s::uuid, %(severest)s, %(before_severity)s::smallint, %(before_seen)s, %(before_id)s::uuid, %(lim)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What only an index over words or entities finds; what is empty narrows nothing."""

    words: str = ""
    place: str = ""
    entity: UUID | None = None

    @property
    def by_index(self) -> bool:
        """Whether it asks for any of that."""
        return bool(self.words.strip() or self.place.strip() or self.entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought(Lookup):
    """What is looked up, and what else narrows it."""

    # As the inbox shows them: open, snoozed or judged; any for all of them.
    state: str = "any"
    at: datetime | None = None
    statuses: Sequence[str] = ()
    source: UUID | None = None
    severities: Sequence[int] = ()
    kinds: Sequence[str] = ()
    person: UUID | None = None
    nobody: bool = False
    since: datetime | None = None
    until: datetime | None = None
    severest: bool = False


def look_up(sought: Sought, before: Key | None, limit: int, one: UUID | None = None) -> tuple[UUID, ...]:
    """The identifiers of a page of what fits, newest or severest first, after a key.

    All that narrows the list is looked at there, so that a page is whole: a word may be common and yet rare among
    what is left to judge.
    """
    severity, seen, last = before or (None, None, None)
    values = {
        "words": _text(sought.words) or None, "place_words": _text(sought.place).split()[:MOST_PLACE_WORDS] or None,
        "entity": sought.entity, "state": sought.state, "statuses": list(sought.statuses) or None,
        "source": sought.source, "severities": list(sought.severities) or None, "kinds": list(sought.kinds) or None,
        "person": sought.person, "nobody": sought.nobody, "since": sought.since, "until": sought.until,
        "at": sought.at, "one": one, "severest": sought.severest,
        "before_severity": severity, "before_seen": seen, "before_id": last, "lim": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOUND, values)
        return tuple(row[0] for row in cursor.fetchall())


def _text(text: str) -> str:
    return text.replace("\0", " ").strip()
