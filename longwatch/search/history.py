# SPDX-License-Identifier: Apache-2.0
"""The history of a record: what else is known of those it names, as far as the reader may see."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from longwatch.core.actor import Actor
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.kinds import EntityKind
from longwatch.intake import selectors as intake_selectors
from longwatch.records.models import Link, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.search import selectors
from longwatch.search.identify import Candidate
from longwatch.search.kinds import readable_records
from longwatch.search.seen import Seen, seen

MOST_ENTITIES = 20


def history(record: RecordRef, actor: Actor) -> list[Seen]:
    """Where the entities of a record were seen elsewhere; what belongs to the record itself does not count."""
    entities = named_in(record)[:MOST_ENTITIES]
    sightings = selectors.sightings(
        [entity.id for entity in entities], allowed=readable_records(actor), without=[record.id, *belonging(record)]
    )
    return [group for group in seen(entities, sightings) if group.total]


def named_in(record: RecordRef) -> list[Candidate]:
    """The entities that a record names, each once."""
    if record.kind == RecordKind.SIGNAL:
        return _each_once(_of_signal(intake_selectors.signal(record.id).entities))
    return _each_once(
        Candidate(mention.entity_id, EntityKind(mention.kind), mention.value)
        for mention in entity_selectors.mentions(record.id)
    )


def belonging(record: RecordRef) -> set[UUID]:
    """What is tied to a record, and what is tied to that: they tell the same story."""
    near = _tied([record.id])
    return near | _tied(near) if near else near


def _tied(ids: Iterable[UUID]) -> set[UUID]:
    ends = Link.objects.filter(Q(from_id__in=list(ids)) | Q(to_id__in=list(ids)), ended_at=None)
    return {end for pair in ends.values_list("from_id", "to_id") for end in pair}


def _of_signal(entities: Iterable[Mapping[str, Any]]) -> Iterable[Candidate]:
    for entity in entities:
        if entity.get("id") and entity.get("kind") in EntityKind.values:
            yield Candidate(UUID(entity["id"]), EntityKind(entity["kind"]), str(entity.get("value", "")))


def _each_once(entities: Iterable[Candidate]) -> list[Candidate]:
    return list({entity.id: entity for entity in entities}.values())
