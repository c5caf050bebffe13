# SPDX-License-Identifier: Apache-2.0
"""All that a reader may see of one entity, together with what it is said to be the same as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.entities import identities
from longwatch.entities import selectors as entity_selectors
from longwatch.entities.identities import Known
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.markings import Pap, Tlp, strictest_pap, strictest_tlp
from longwatch.entities.models import Mention
from longwatch.intake.models import Signal
from longwatch.records.models import RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.search import selectors
from longwatch.search.chart import Chart, chart
from longwatch.search.identify import Candidate
from longwatch.search.naming import identity_in
from longwatch.search.records_directory import Described, described
from longwatch.search.seen import Seen, named_by, seen

MOST_SIGNALS = 20


@dataclass(frozen=True, slots=True)
class Appearance:
    """A record that names the entity: its part there, since when, what was noted; `called` by another identifier."""

    record: Described
    part: str
    note: str
    since: datetime
    ended_at: datetime | None
    called: str = ""


@dataclass(frozen=True, slots=True)
class EntityPage:
    """One entity as its page shows it."""

    seen: Seen
    # All that it is one with, itself first.
    identifiers: Sequence[Seen]
    known: Known
    incidents: Sequence[Appearance]
    cases: Sequence[Appearance]
    signals: Sequence[Appearance]
    more_signals: str | None
    spellings: Sequence[str]
    first_page: bool
    chart: Chart | None
    records: Mapping[UUID, Described]

    @property
    def tlp(self) -> Tlp | None:
        """The strictest marking of all that it is one with."""
        return strictest_tlp(row.tlp for row in self.known.markings)

    @property
    def pap(self) -> Pap | None:
        """The strictest marking of all that it is one with."""
        return strictest_pap(row.pap for row in self.known.markings)


def entity_page(entity_id: UUID, actor: Actor, *, cursor: str | None = None) -> EntityPage:
    """Everything of an entity that the actor may see; refuses (404) when that is nothing."""
    allowed = readable_kinds(actor)
    known = identities.known(entity_id, allowed)
    mentions = [row for row in entity_selectors.mentions_of_any(known.ids) if row.record_kind in allowed]
    page = selectors.signals_of_any(known.ids, cursor=cursor, limit=MOST_SIGNALS)
    signals = page.rows if RecordKind.SIGNAL in allowed else []
    named = _identities(known, mentions, signals)
    if not named:
        raise NotFound
    sightings, over_time = selectors.seen_over_time(list(named), known.ids, allowed=allowed)
    told = [(row.record_kind, row.record_id) for row in mentions]
    told += [(row.record_kind, row.record_id) for row in (*known.said, *known.markings)]
    records = described([*told, *(("signal", each.id) for each in signals), *named_by(sightings)])
    appearances = [_of_mention(row, records[row.record_id], named) for row in mentions if row.record_id in records]
    # What the others were merged into leads; else the one that was asked for, else any.
    lead = known.main if known.main in named else entity_id if entity_id in named else next(iter(named))
    groups = sorted(seen(list(named.values()), sightings, records), key=lambda group: group.id != lead)
    return EntityPage(
        groups[0], groups, known,
        [each for each in appearances if each.record.kind == RecordKind.INCIDENT],
        [each for each in appearances if each.record.kind == RecordKind.CASE],
        [_of_signal(each, named, records[each.id]) for each in signals],
        page.next_cursor if signals else None,
        sorted({row.value for row in mentions} - {each.value for each in named.values()}),
        cursor is None,
        chart(over_time, now=clock.now(), zone=timezone.get_current_timezone(), most=selectors.MOST_IN_CHART),
        records,
    )  # fmt: skip


def known_entity(entity_id: UUID, actor: Actor) -> Known:
    """What is said about an entity; refuses (404) one that the actor may see nothing of."""
    known = identities.known(entity_id, readable_kinds(actor))
    if not known.holding and not is_seen(known.ids, actor):
        raise NotFound
    return known


def is_seen(ids: Sequence[UUID], actor: Actor) -> bool:
    """Whether any record that the actor may see names one of these, now or before."""
    allowed = readable_kinds(actor)
    if any(row.record_kind in allowed for row in entity_selectors.mentions_of_any(ids)):
        return True
    return RecordKind.SIGNAL in allowed and bool(selectors.signals_of_any(ids, limit=1).rows)


def _identities(known: Known, mentions: Sequence[Mention], signals: Sequence[Signal]) -> dict[UUID, Candidate]:
    """What each of them is called: by records first, else by those who merged them."""
    found: dict[UUID, Candidate] = {}
    for row in mentions:
        found.setdefault(row.entity_id, Candidate(row.entity_id, EntityKind(row.kind), row.value))
    for entity in known.ids:
        for signal in () if entity in found else signals:
            if identity := identity_in(signal, entity):
                found[entity] = identity
                break
    for said in known.holding:
        found.setdefault(said.entity_id, Candidate(said.entity_id, EntityKind(said.kind), said.value))
        found.setdefault(said.into_id, Candidate(said.into_id, EntityKind(said.into_kind), said.into_value))
    return {entity: found[entity] for entity in known.ids if entity in found}


def _of_mention(row: Mention, record: Described, named: Mapping[UUID, Candidate]) -> Appearance:
    called = named[row.entity_id].value if len(named) > 1 else ""
    return Appearance(record, row.get_part_display(), row.note, row.added_at, row.ended_at, called)


def _of_signal(row: Signal, named: Mapping[UUID, Candidate], record: Described) -> Appearance:
    ids = {str(each) for each in named}
    says = next((each for each in row.entities if each.get("id") in ids), {})
    part = says.get("part", "")
    word = str(Part(part).label) if part in Part.values else ""
    called = says.get("value", "") if len(named) > 1 else ""
    return Appearance(record, word, row.place, row.happened_at or row.first_seen, None, called)
