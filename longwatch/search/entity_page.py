# SPDX-License-Identifier: Apache-2.0
"""All that a reader may see of one entity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.models import Mention
from longwatch.intake.models import Signal
from longwatch.records.models import RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.identify import Candidate
from longwatch.search.records_directory import Described, described
from longwatch.search.seen import Seen, named_by, seen

MOST_SIGNALS = 20


@dataclass(frozen=True, slots=True)
class Appearance:
    """A record that names the entity: its part there, since when, and what was noted."""

    record: Described
    part: str
    note: str
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntityPage:
    """One entity as its page shows it."""

    seen: Seen
    incidents: Sequence[Appearance]
    cases: Sequence[Appearance]
    signals: Sequence[Appearance]
    more_signals: str | None
    spellings: Sequence[str]
    first_page: bool


def entity_page(entity_id: UUID, actor: Actor, *, cursor: str | None = None) -> EntityPage:
    """Everything of an entity that the actor may see; refuses (404) when that is nothing."""
    allowed = readable_kinds(actor)
    mentions = [row for row in entity_selectors.mentions_of(entity_id) if row.record_kind in allowed]
    page = selectors.signals_naming(entity_id, cursor=cursor, limit=MOST_SIGNALS)
    ids = [row[0] for row in page.rows] if RecordKind.SIGNAL in allowed else []
    signals = {row.id: row for row in Signal.objects.filter(id__in=ids)}
    identity = _identity(entity_id, mentions, [signals[each] for each in ids if each in signals])
    if identity is None:
        raise NotFound
    sightings = selectors.sightings([entity_id], allowed=allowed)
    named = [(row.record_kind, row.record_id) for row in mentions]
    records = described([*named, *(("signal", each) for each in ids), *named_by(sightings)])
    appearances = [_of_mention(row, records[row.record_id]) for row in mentions if row.record_id in records]
    return EntityPage(
        seen([identity], sightings, records)[0],
        [each for each in appearances if each.record.kind == RecordKind.INCIDENT],
        [each for each in appearances if each.record.kind == RecordKind.CASE],
        [_of_signal(signals[each], entity_id, records[each]) for each in ids if each in signals],
        page.next_cursor if ids else None,
        sorted({row.value for row in mentions} - {identity.value}),
        cursor is None,
    )  # fmt: skip


def _identity(entity_id: UUID, mentions: Sequence[Mention], signals: Sequence[Signal]) -> Candidate | None:
    if mentions:
        return Candidate(entity_id, EntityKind(mentions[0].kind), mentions[0].value)
    for signal in signals:
        named = _named(signal, entity_id)
        if named and named.get("kind") in EntityKind.values:
            return Candidate(entity_id, EntityKind(named["kind"]), named["value"])
    return None


def _named(signal: Signal, entity_id: UUID) -> dict[str, str] | None:
    return next((each for each in signal.entities if each.get("id") == str(entity_id)), None)


def _of_mention(row: Mention, record: Described) -> Appearance:
    return Appearance(record, row.get_part_display(), row.note, row.added_at, row.ended_at)


def _of_signal(row: Signal, entity_id: UUID, record: Described) -> Appearance:
    part = (_named(row, entity_id) or {}).get("part", "")
    return Appearance(record, str(Part(part).label) if part in Part.values else "", row.place, row.first_seen, None)
