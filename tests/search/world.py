# SPDX-License-Identifier: Apache-2.0
"""A small organisation's records with memberships drawn by chance, all about one word and one address."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.compartments import add_member, open_compartment
from longwatch.cases.models import Case, Decision, Finding
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.decisions import record_decision
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.opening import open_case
from longwatch.core.actor import Actor
from longwatch.core.ids import entity_id
from longwatch.entities.models import Mention
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.models import Signal
from longwatch.records.models import EntryKind, RecordKind, Task, TimelineEntry
from longwatch.records.reference import RecordRef
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from longwatch.search import selectors
from longwatch.search.kinds import ResultKind
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

WORD = "Zebrafink"
ADDRESS = "10.20.30.40"
EVERY_RECORD = [str(kind) for kind in RecordKind]
EVERY_KIND = [str(kind) for kind in ResultKind]
MEMBERS = ("analyst", "investigator", "lead", "supervisor", "hr", "counsel", "responder")


@dataclass
class World:
    """What was made, and whose it is."""

    cast: Cast
    entity: UUID
    refs: list[RecordRef] = field(default_factory=list)


def make_world(cast: Cast, seed: int) -> World:
    """Signals in two compartments, open and restricted incidents, cases; each names the word and the address."""
    chance = random.Random(seed)
    world = World(cast, entity_id(cast.organisation.id, f"ip:{ADDRESS}"))
    _send_signals(cast, chance)
    for restricted in (False, True, True):
        by = chance.choice([cast.analyst, cast.investigator, cast.supervisor])
        _fill(world, _incident(by, restricted=restricted), by, chance)
    for _ in range(3):
        by = chance.choice([cast.investigator, cast.supervisor, cast.hr, cast.counsel])
        _fill(world, _case(by), by, chance)
    return world


def _send_signals(cast: Cast, chance: random.Random) -> None:
    readers = chance.sample(["hr", "counsel", "analyst", "responder"], chance.randint(1, 2))
    with acting_as(cast.administrator):
        letters = open_compartment(
            name="Letters", kind=CompartmentKind.INTAKE, reader_roles=readers, by=cast.administrator
        )
    for compartment_id in (cast.signals.id, letters.id):
        source = make_source(cast, compartment_id=compartment_id)
        entities = [{"kind": "ip", "value": ADDRESS, "part": "indicator"}]
        send(source, cast, title=f"{WORD} at the gate", entities=entities)


def _incident(by: Actor, *, restricted: bool) -> RecordRef:
    with acting_as(by):
        return incident_ref(open_incident(title=f"{WORD} on the roof", category="FA-01", restricted=restricted, by=by))


def _case(by: Actor) -> RecordRef:
    with acting_as(by):
        case = open_case(title=f"{WORD} and its letters", type="other", by=by)
        add_allegation(case.id, text=f"The {WORD} wrote them", by=by)
        record_decision(case.id, what=f"Watch the {WORD}", why="It may return", by=by)
        return case_ref(case)


def _fill(world: World, record: RecordRef, by: Actor, chance: random.Random) -> None:
    with acting_as(by):
        if record.compartment_id != world.cast.operations.id:
            _let_in(world.cast, record.compartment_id, by, chance)
        add_entry(record, kind=EntryKind.NOTE, text=f"The {WORD} was seen again", by=by)
        add_task(record, title=f"Find the {WORD}", by=by)
        add_mention(record, kind="ip", value=ADDRESS, part="indicator", note=WORD, by=by)
        add_mention(record, kind="person", value=f"{WORD} of {record.reference}", by=by)
        add_exhibit(record, SimpleUploadedFile(f"{WORD}.txt", b"text"), by=by)
    world.refs.append(record)


def _let_in(cast: Cast, compartment_id: UUID, by: Actor, chance: random.Random) -> None:
    for name in chance.sample(MEMBERS, chance.randint(0, 3)):
        add_member(compartment_id, cast.actors[name].id, reason="By chance", by=by)


def visible_by_row_security() -> dict[str, set[UUID]]:
    """What the present context shows of each kind, straight from the tables: the oracle for the functions."""
    open_mentions = Mention.objects.filter(ended_at=None)
    return {
        "signal": ids(Signal.objects),
        "incident": ids(Incident.objects),
        "case": ids(Case.objects),
        "note": ids(TimelineEntry.objects),
        "task": ids(Task.objects),
        "entity": set(open_mentions.values_list("entity_id", flat=True)),
        "exhibit": ids(Exhibit.objects),
        "finding": ids(Finding.objects),
        "decision": ids(Decision.objects),
    }


def ids(rows: Any) -> set[UUID]:
    """The identifiers of all rows that the present context shows."""
    return set(rows.values_list("id", flat=True))


def check_functions(world: World) -> None:
    """Every function shows everybody exactly what row security shows them; raises AssertionError otherwise."""
    for name, actor in world.cast.actors.items():
        with acting_as(actor):
            visible = visible_by_row_security()
            assert found_by_search() == visible, f"search shows {name} something else"
            assert seen_by_sightings(world.entity) == sighted(world.entity), f"sightings show {name} something else"
            moments = selectors.seen_over_time([], [world.entity, world.entity], allowed=EVERY_RECORD)[1]
            counted = {kind: len(ids) for kind, ids in sighted(world.entity).items()}
            assert {kind: [each for each, _at in moments].count(kind) for kind in EVERY_RECORD} == counted, (
                f"sightings over time show {name} something else"
            )
            naming = {row[0] for row in selectors.signals_naming(world.entity).rows}
            assert naming == visible["signal"], f"an entity's signals show {name} something else"
            listed = {row.id: row.records for row in selectors.entities("", kinds=[], allowed=EVERY_RECORD).rows}
            assert listed == records_naming(), f"the list of entities shows {name} something else"


def found_by_search() -> dict[str, set[UUID]]:
    """What search finds of each kind."""
    found: dict[str, set[UUID]] = {kind: set() for kind in EVERY_KIND}
    page = selectors.everything(WORD, wanted=EVERY_KIND, allowed=EVERY_RECORD, limit=200)
    by_address = selectors.everything(ADDRESS, wanted=["entity"], allowed=EVERY_RECORD, limit=200)
    for hit in [*page.rows, *by_address.rows]:
        found[hit.kind].add(hit.id)
    return found


def seen_by_sightings(entity: UUID) -> dict[str, set[UUID]]:
    """Where the functions say an entity was seen."""
    found: dict[str, set[UUID]] = {kind: set() for kind in EVERY_RECORD}
    for sighting in selectors.sightings([entity], allowed=EVERY_RECORD):
        assert sighting.count == len(sighting.newest)
        found[sighting.kind].update(sighting.newest)
    return found


def sighted(entity: UUID) -> dict[str, set[UUID]]:
    """Where row security says an entity was seen."""
    mentions = Mention.objects.filter(entity_id=entity, ended_at=None)
    return {
        "signal": set(Signal.objects.filter(entity_ids__contains=[entity]).values_list("id", flat=True)),
        **{kind: set(mentions.filter(record_kind=kind).values_list("record_id", flat=True))
           for kind in ("incident", "case")},
    }  # fmt: skip


def records_naming() -> dict[UUID, int]:
    """In how many records row security shows each entity."""
    counted: dict[UUID, set[UUID]] = {}
    for entity, record in Mention.objects.filter(ended_at=None).values_list("entity_id", "record_id"):
        counted.setdefault(entity, set()).add(record)
    return {entity: len(records) for entity, records in counted.items()}
