# SPDX-License-Identifier: Apache-2.0
"""Was this reported before? Where entities were seen, put together for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.entities.kinds import EntityKind
from longwatch.records.models import RecordKind
from longwatch.search.identify import Candidate
from longwatch.search.records_directory import Described, described
from longwatch.search.selectors import Sighting

MOST_NEWEST = 5


class Outcome(models.TextChoices):
    """What became of a signal, an incident or a case, in the words of a count."""

    OPEN = "open", _("open")
    DISMISSED = "dismissed", _("dismissed")
    DUPLICATE = "duplicate", _("duplicates")
    IN_INCIDENT = "in_incident", _("in an incident")
    IN_CASE = "in_case", _("in a case")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one kind were looked at, and how many of each outcome; `more` when there may be more of them."""

    kind: RecordKind
    total: int
    more: bool
    outcomes: Sequence[tuple[Outcome, int]]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity and where it was seen, as far as the reader may see."""

    id: UUID
    kind: EntityKind
    value: str
    counts: Sequence[Count]
    first_at: datetime | None
    last_at: datetime | None
    newest: Sequence[Described]

    @property
    def total(self) -> int:
        """In how many records altogether."""
        return sum(count.total for count in self.counts)


def named_by(sightings: Sequence[Sighting]) -> list[tuple[str, UUID]]:
    """The newest records of all sightings, to be described together with others."""
    return [(sighting.kind, record) for sighting in sightings for record in sighting.newest]


def seen(
    entities: Sequence[Candidate], sightings: Sequence[Sighting], shown: Mapping[UUID, Described] | None = None
) -> list[Seen]:
    """Each entity with its sightings, those seen most often first; entities seen nowhere stay, without counts."""
    by_entity: dict[UUID, list[Sighting]] = {entity.id: [] for entity in entities}
    for sighting in sightings:
        by_entity[sighting.entity_id].append(sighting)
    records = described(named_by(sightings)) if shown is None else shown
    groups = [_seen(entity, by_entity[entity.id], records) for entity in entities]
    return sorted(groups, key=lambda group: group.total, reverse=True)


def _seen(entity: Candidate, sightings: Sequence[Sighting], shown: Mapping[UUID, Described]) -> Seen:
    newest = [shown[record] for sighting in sightings for record in sighting.newest if record in shown]
    return Seen(
        entity.id, entity.kind, entity.value, [_count(kind, sightings) for kind in _kinds(sightings)],
        _first(sightings),
        max((sighting.last_at for sighting in sightings), default=None),
        sorted(newest, key=lambda record: record.happened_at or record.at, reverse=True)[:MOST_NEWEST],
    )  # fmt: skip


def _first(sightings: Sequence[Sighting]) -> datetime | None:
    """When it was seen first; unknown when not everything was looked at."""
    moments = [sighting.first_at for sighting in sightings if sighting.first_at and not sighting.more]
    return min(moments, default=None) if len(moments) == len(sightings) else None


def _kinds(sightings: Sequence[Sighting]) -> list[RecordKind]:
    present = {sighting.kind for sighting in sightings}
    return [kind for kind in RecordKind if kind in present]


def _count(kind: RecordKind, sightings: Sequence[Sighting]) -> Count:
    of_kind = [each for each in sightings if each.kind == kind]
    outcomes = sorted(((Outcome(each.outcome), each.count) for each in of_kind), key=lambda pair: pair[1], reverse=True)
    return Count(kind, sum(each.count for each in of_kind), any(each.more for each in of_kind), outcomes)
