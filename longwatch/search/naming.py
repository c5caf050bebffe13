# SPDX-License-Identifier: Apache-2.0
"""Where an entity is named, as far as the reader sees: what a statement about it has to stand behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import prefetch_related_objects

from longwatch.access.models import Compartment, CompartmentKind
from longwatch.core.actor import Actor
from longwatch.entities.kinds import EntityKind
from longwatch.entities.models import Mention
from longwatch.intake.models import Signal
from longwatch.records.models import RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.identify import Candidate

MOST_LOOKED_AT = 100
# Widest first: what all responders may know hides nobody.
_WIDE = {CompartmentKind.OPERATIONS: 0, CompartmentKind.INTAKE: 1, CompartmentKind.RECORD: 2}


@dataclass(frozen=True, slots=True)
class Named:
    """A record that names an entity, and the compartment in which it does."""

    record_kind: str
    record_id: UUID
    compartment: Compartment
    identity: Candidate


def named_in(ids: Sequence[UUID], actor: Actor) -> list[Named]:
    """The records that name one of these, widest compartment first; nothing when the actor may see none."""
    allowed = readable_kinds(actor)
    rows = Mention.objects.filter(entity_id__in=ids, ended_at=None, record_kind__in=allowed)
    mentions = rows.select_related("compartment").order_by("-added_at", "-id")[:MOST_LOOKED_AT]
    found = [
        Named(
            row.record_kind, row.record_id, row.compartment, Candidate(row.entity_id, EntityKind(row.kind), row.value)
        )
        for row in mentions
    ]
    if RecordKind.SIGNAL in allowed:
        found += _signals_naming(ids)
    return sorted(found, key=lambda each: _WIDE[CompartmentKind(each.compartment.kind)])


def _signals_naming(ids: Sequence[UUID]) -> list[Named]:
    rows = selectors.signals_of_any(ids, limit=MOST_LOOKED_AT).rows
    prefetch_related_objects(rows, "compartment")
    pairs = [(row, identity_in(row, each)) for row in rows for each in ids]
    return [Named("signal", row.id, row.compartment, identity) for row, identity in pairs if identity is not None]


def identity_in(signal: Signal, entity_id: UUID) -> Candidate | None:
    """How a signal names an entity."""
    for each in signal.entities:
        if each.get("id") == str(entity_id) and each.get("kind") in EntityKind.values:
            return Candidate(entity_id, EntityKind(each["kind"]), each["value"])
    return None


def compartment_kind(compartment_id: UUID) -> str:
    """What sort of compartment one is that the reader is inside of."""
    return Compartment.objects.values_list("kind", flat=True).get(id=compartment_id)


def may_rest(places: Sequence[Named], compartment_id: UUID, kind: str) -> bool:
    """Whether it may be spoken of in a compartment: it is named there, or in one that is open to more by its sort."""
    rank = _WIDE[CompartmentKind(kind)]
    return any(
        each.compartment.id == compartment_id or _WIDE[CompartmentKind(each.compartment.kind)] < rank for each in places
    )
