# SPDX-License-Identifier: Apache-2.0
"""What insiders do in secret: a restricted record drawn by chance, with whatever can hang on one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment
from longwatch.cases import selectors as case_selectors
from longwatch.cases.services.decisions import record_decision
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.core.actor import Actor
from longwatch.entities.services.mentions import add_mention
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.services.opening import open_incident
from longwatch.incidents.services.responding import add_responder
from longwatch.lifecycle.selectors import is_held
from longwatch.lifecycle.services.answering import Opening, open_request
from longwatch.lifecycle.services.disposing import propose_person
from longwatch.lifecycle.services.holds import hold_record
from longwatch.records.models import EntryKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from longwatch.search.services.identifying import mark, merge, tell_apart
from tests.access.matrix_world import World
from tests.lifecycle.asking import CAME

# A word that stands nowhere else, so that finding it anywhere is a leak.
MARK = "Quetzalfeder"
SHARED = "198.51.100.77"
CASE_PEOPLE = ("lead", "hr", "counsel", "supervisor", "analyst", "threat_team")
INCIDENT_PEOPLE = ("analyst", "investigator", "supervisor", "responder", "dispatcher")


@dataclass(frozen=True)
class Plot:
    """One restricted record: whose it is, who is let in, and what is done there."""

    kind: str
    owner: str
    members: frozenset[str]
    acts: tuple[str, ...]

    @property
    def inside(self) -> frozenset[str]:
        """Everybody who may know: by membership, or because they did something about it by office."""
        offices = {"privacy"} if OFFICE_ACTS.keys() & set(self.acts) else set()
        return self.members | {self.owner} | offices


def _merge(record: RecordRef, world: World, by: Actor) -> None:
    """What everybody at work sees is the same as what they do not."""
    known = UUID(world.names["known_entity"])
    merge(known, kind="account", value=MARK, record=record, reason=f"{MARK} said so", by=by)
    tell_apart(known, kind="person", value=f"No {MARK}", record=record, reason="Another", by=by)


def _mark(record: RecordRef, world: World, by: Actor) -> None:
    mark(UUID(world.names["known_entity"]), tlp="red", pap="red", record=record, reason=MARK, by=by)


Act = Callable[[RecordRef, World, Actor], object]
ACTS: dict[str, Act] = {
    "note": lambda record, _world, by: add_entry(record, kind=EntryKind.NOTE, text=f"{MARK} was here", by=by),
    "update": lambda record, _world, by: add_entry(record, kind=EntryKind.UPDATE, text=f"All know {MARK}", by=by),
    "task": lambda record, _world, by: add_task(record, title=f"Find {MARK}", by=by),
    "own task": lambda record, _world, by: add_task(record, title=f"Ask {MARK}", owner_id=by.id, by=by),
    "person": lambda record, _world, by: add_mention(record, kind="person", value=MARK, part="subject", by=by),
    "shared address": lambda record, _world, by: add_mention(record, kind="ip", value=SHARED, note=MARK, by=by),
    "file": lambda record, _world, by: add_exhibit(record, SimpleUploadedFile(f"{MARK}.txt", b"text"), by=by),
    "merge": _merge,
    "marking": _mark,
}
CASE_ACTS: dict[str, Act] = {
    "allegation": lambda record, _world, by: add_allegation(record.id, text=f"It was {MARK}", by=by),
    "decision": lambda record, _world, by: record_decision(record.id, what=f"Watch {MARK}", why="It may return", by=by),
    "visible incident": lambda record, world, by: link_incident(
        record.id, UUID(world.names["other_incident_id"]), by=by
    ),
}


def _hold(record: RecordRef, world: World) -> None:
    # Only counsel inside places one on a record.
    counsel = actor(world, "counsel")
    with acting_as(counsel):
        if Compartment.objects.filter(id=record.compartment_id).exists():
            hold_record(record, matter=MARK, reason=f"{MARK} sued", by=counsel)


def _request(_record: RecordRef, world: World) -> None:
    officer = actor(world, "privacy")
    opening = Opening(kind="access", person=MARK, asker=MARK, identity_check="Passport", received_on=CAME)
    with acting_as(officer):
        open_request(opening, by=officer)


def _erasure(record: RecordRef, world: World) -> None:
    officer = actor(world, "privacy")
    with acting_as(officer):
        if not is_held(record.id):
            propose_person(record.id, words=[MARK], note=f"{MARK} asked", by=officer)


# What others do about the record by office, after those inside did their part.
LATER_ACTS: dict[str, Callable[[RecordRef, World], object]] = {
    "hold": _hold, "request of a data subject": _request, "erasure of one person": _erasure,
}  # fmt: skip
OFFICE_ACTS = {name: act for name, act in LATER_ACTS.items() if name != "hold"}


@st.composite
def plots(draw: Any) -> Plot:
    """Cases and restricted incidents with some members and some acts."""
    kind = draw(st.sampled_from(["case", "incident"]))
    owners = ("lead", "supervisor") if kind == "case" else ("analyst", "supervisor")
    people = CASE_PEOPLE if kind == "case" else INCIDENT_PEOPLE
    acts = {**ACTS, **CASE_ACTS, **LATER_ACTS} if kind == "case" else {**ACTS, **LATER_ACTS}
    return Plot(
        kind, draw(st.sampled_from(owners)), frozenset(draw(st.sets(st.sampled_from(people), max_size=3))),
        tuple(draw(st.lists(st.sampled_from(sorted(acts)), min_size=1, max_size=8))),
    )  # fmt: skip


def carry_out(plot: Plot, world: World) -> RecordRef:
    """Do what the plot says, by the services, as its owner."""
    by = actor(world, plot.owner)
    with acting_as(by):
        record = _case(plot, world, by) if plot.kind == "case" else _incident(plot, world, by)
        for act in dict.fromkeys(plot.acts):
            if act not in LATER_ACTS:
                {**ACTS, **CASE_ACTS}[act](record, world, by)
    for name, later in LATER_ACTS.items():
        if name in plot.acts:
            later(record, world)
    return record


def actor(world: World, persona: str) -> Actor:
    """A persona of the world as an actor."""
    return actor_of(Account.objects.get(id=world.names[persona]))


def _case(plot: Plot, world: World, by: Actor) -> RecordRef:
    case = open_case(title=f"{MARK} and others", type="other", lead_id=_lead(plot, world), by=by)
    for member in sorted(plot.members - {plot.owner}):
        add_member(case.id, UUID(world.names[member]), reason="Needed", by=by)
    return case_selectors.case_ref(case_selectors.case(case.id))


def _lead(plot: Plot, world: World) -> UUID | None:
    return UUID(world.names[plot.owner])


def _incident(plot: Plot, world: World, by: Actor) -> RecordRef:
    incident = open_incident(title=f"{MARK} threatens", category="WV-03", restricted=True, by=by)
    for member in sorted(plot.members - {plot.owner}):
        add_responder(incident.id, UUID(world.names[member]), role="responder", by=by)
    return incident_selectors.incident_ref(incident_selectors.incident(incident.id))
