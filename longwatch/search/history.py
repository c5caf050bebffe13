# SPDX-License-Identifier: Apache-2.0
"""The history of a record: what else is known of those it names, as far as the reader may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any
from uuid import UUID

from django.db import connection

from longwatch.core.actor import Actor
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.kinds import EntityKind
from longwatch.intake import selectors as intake_selectors
from longwatch.records.models import RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.records.reference import RecordRef
from longwatch.search import selectors
from longwatch.search.identify import Candidate
from longwatch.search.seen import Seen, seen

MOST_ENTITIES = 12
LONGEST_WANTED = 60


@dataclass(frozen=True, slots=True)
class History:
    """Where those a record names were seen elsewhere; `named` tells an empty history from a record naming nobody.

    `wanted` is what to look for then: the beginning of what a reporter said of who is involved.
    """

    groups: Sequence[Seen]
    named: bool
    wanted: str = ""


def history(record: RecordRef, actor: Actor) -> History:
    """Where the entities of a record were seen elsewhere; what belongs to the record itself does not count."""
    entities = named_in(record)[:MOST_ENTITIES]
    if not entities:
        return History([], named=False, wanted=_wanted(record))
    sightings = selectors.sightings(
        [entity.id for entity in entities], allowed=readable_kinds(actor), without=[record.id, *belonging(record)]
    )
    return History([group for group in seen(entities, sightings) if group.total], named=True)


def named_in(record: RecordRef) -> list[Candidate]:
    """The entities that a record names, each once."""
    if record.kind == RecordKind.SIGNAL:
        return _each_once(_of_signal(intake_selectors.signal(record.id).entities))
    return _each_once(
        Candidate(mention.entity_id, EntityKind(mention.kind), mention.value)
        for mention in entity_selectors.mentions(record.id)
    )


# What is tied to a record, and what is tied to that: they tell the same story.
BELONGING = """
with near as (
  select from_id, to_id from records_link where ended_at is null and %(record)s::uuid in (from_id, to_id)),
ends as (select from_id as id from near union select to_id from near)
select from_id, to_id from records_link
 where ended_at is null and (from_id in (select id from ends) or to_id in (select id from ends))
"""


def belonging(record: RecordRef) -> set[UUID]:
    """The records of the same story, as far as the reader may see the ties."""
    with connection.cursor() as cursor:
        cursor.execute(BELONGING, {"record": record.id})
        return {end for pair in cursor.fetchall() for end in pair}


def _wanted(record: RecordRef) -> str:
    if record.kind != RecordKind.SIGNAL:
        return ""
    told = str(intake_selectors.signal(record.id).report.get("who", ""))
    return shorten(told, LONGEST_WANTED, placeholder="") or told.strip()[:LONGEST_WANTED]


def _of_signal(entities: Iterable[Mapping[str, Any]]) -> Iterable[Candidate]:
    for entity in entities:
        if entity.get("id") and entity.get("kind") in EntityKind.values:
            yield Candidate(UUID(entity["id"]), EntityKind(entity["kind"]), str(entity.get("value", "")))


def _each_once(entities: Iterable[Candidate]) -> list[Candidate]:
    return list({entity.id: entity for entity in entities}.values())
