# SPDX-License-Identifier: Apache-2.0
"""The access model, cell by cell, against what the product does."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.model import BUILT, LEGEND, NOT_BUILT, ROWS, THING_NAMES, Thing, cell
from longwatch.access.models import Compartment, CompartmentKind
from longwatch.access.roles import Permission, Role
from longwatch.access.sections import admits
from longwatch.access.selectors import section_inside, sections_of
from longwatch.access.services import compartments
from longwatch.access.services.accounts import create_account
from longwatch.cases import selectors
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.publishing import Origin, publish
from longwatch.cases.services.sections import let_in
from longwatch.cases.services.sections import open_section as open_inner
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError, NotFound
from longwatch.evidence.models import Exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Notice
from longwatch.incidents.services.notices import Wording
from longwatch.incidents.services.opening import open_incident
from longwatch.records.models import EntryKind, RecordKind
from longwatch.records.reference import RecordRef, placed
from longwatch.records.services.timeline import add_entry
from tests.personas import NAMES, Cast

PERSONS = {role: name for name, (_person, role) in reversed(NAMES.items())} | {Role.ADMINISTRATOR: "administrator"}
SECTIONS = {Thing.HR: "hr", Thing.MEDICAL: "medical", Thing.PRIVILEGED: "privileged", Thing.WITNESS: "witness",
            Thing.IDENTITY: "identity"}  # fmt: skip
KEEPERS = {"hr": "hr", "medical": "medical", "privileged": "counsel", "witness": "lead", "identity": "custodian"}


@dataclass
class World:
    """A case of the lead's with every section, and an incident of Operations that it handles."""

    cast: Cast
    case_id: UUID
    core_id: UUID
    incident_id: UUID
    sections: dict[str, Compartment]


@pytest.fixture
def world(cast: Cast) -> World:
    """Nobody but those who hold a section is inside it."""
    lead = cast.lead
    with acting_as(cast.analyst):
        incident = open_incident(title="Smoke", category="WV-03", restricted=False, by=cast.analyst)
    with acting_as(lead):
        case = open_case(title="A matter", type="other", lead_id=lead.id, by=lead)
        link_incident(case.id, incident.id, by=lead)
        for name in ("hr", "counsel"):
            add_member(case.id, cast.actors[name].id, reason="x", by=lead)
        made = {
            "hr": open_inner(case.id, section="hr", first_member_id=cast.hr.id, by=lead),
            "medical": open_inner(case.id, section="medical", first_member_id=cast.medical.id, by=lead),
            "witness": open_inner(case.id, section="witness", by=lead),
            "identity": compartments.open_compartment(
                name="Identity", kind=CompartmentKind.RECORD, record_id=case.id, section="identity",
                first_member_id=cast.custodian.id, by=lead,
            ),
        }  # fmt: skip
        for record in (incident_ref(incident.id), selectors.case_ref(selectors.case(case.id))):
            add_exhibit(record, SimpleUploadedFile("a.txt", b"a"), by=lead)
        wording = Wording(kind="safety", text="Keep away.")
        publish(Origin(case.id), incident.id, wording, by=lead)
    with acting_as(cast.counsel):
        made["privileged"] = open_inner(case.id, section="privileged", by=cast.counsel)
    with acting_as(cast.medical):
        need = Wording(kind="need", about="He", text="Carries an injector.")
        publish(Origin(case.id, made["medical"].id), incident.id, need, by=cast.medical)
    return World(cast, case.id, case.compartment_id, incident.id, made)


def incident_ref(incident_id: UUID) -> RecordRef:
    return incident_selectors.incident_ref(incident_selectors.incident(incident_id))


def works(act: Callable[[], object]) -> bool:
    """Whether it is let through; what it did is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except (LongwatchError, DatabaseError):
        return False
    return True


def note(record: Callable[[], RecordRef], by: Actor) -> Callable[[], object]:
    return lambda: add_entry(record(), kind=EntryKind.NOTE, text="x", by=by)


def letters(**found: bool) -> frozenset[str]:
    return frozenset(letter for letter, yes in found.items() if yes)


def incident(world: World, by: Actor) -> frozenset[str]:
    reads = by.may(Permission.INCIDENT_READ) and works(lambda: incident_selectors.incident(world.incident_id))
    return letters(r=reads, a=works(note(lambda: incident_ref(world.incident_id), by)))


def case(world: World, by: Actor) -> frozenset[str]:
    record = lambda: selectors.case_ref(selectors.case(world.case_id))  # noqa: E731
    newcomer = world.cast.threat_team.id
    reads = by.may(Permission.CASE_READ) and works(record)
    knows = by.may(Permission.CASE_READ) and any(each.id == world.case_id for each in selectors.outlines())
    grants = works(lambda: add_member(world.case_id, newcomer, reason="x", by=by))
    return letters(r=reads, a=works(note(record, by)), g=grants, m=knows and not reads)


def evidence(world: World, by: Actor) -> frozenset[str]:
    reads = by.may(Permission.EVIDENCE_READ)
    seen = Exhibit.objects.filter(record_id__in=[world.case_id, world.incident_id]).exists()
    upload = SimpleUploadedFile("b.txt", b"b")
    adds = works(lambda: add_exhibit(incident_ref(world.incident_id), upload, by=by)) or works(
        lambda: add_exhibit(selectors.case_ref(selectors.case(world.case_id)), upload, by=by)
    )
    return letters(r=reads and seen, a=adds)


def notice(world: World, by: Actor) -> frozenset[str]:
    seen = by.may(Permission.INCIDENT_READ) and Notice.objects.filter(incident_id=world.incident_id, kind="safety")
    lookout = Wording(kind="bolo", about="x", text="y", expires_at=clock.now() + timedelta(days=1))
    decides = works(lambda: publish(Origin(world.case_id), world.incident_id, lookout, by=by))
    return letters(r=bool(seen), d=decides)


def inner(thing: Thing) -> Callable[[World, Actor], frozenset[str]]:
    def probe(world: World, by: Actor) -> frozenset[str]:
        made = world.sections[SECTIONS[thing]]
        reads = by.may(Permission.CASE_READ) and works(lambda: section_inside(world.case_id, made.id))
        adds = works(note(lambda: placed(_reference(world, by), made.id), by))
        keeper = world.cast.accounts["twin"].id if "twin" in world.cast.accounts else by.id
        grants = works(lambda: let_in(world.case_id, made.id, keeper, reason="x", by=by))
        masked = any(each.section == SECTIONS[thing] and not each.inside for each in sections_of(world.case_id))
        told = thing == Thing.MEDICAL and by.may(Permission.INCIDENT_READ)
        told = told and Notice.objects.filter(incident_id=world.incident_id, kind="need").exists()
        return letters(r=reads, a=adds, g=grants, m=(masked or told) and not reads)

    return probe


def _reference(world: World, by: Actor) -> RecordRef:
    """The case as far as the actor may refer to it: also from inside a section alone."""
    with suppress(NotFound):
        return selectors.case_ref(selectors.case(world.case_id))
    found = next((each for each in selectors.outlines() if each.id == world.case_id), None)
    if found is None:
        raise NotFound
    return RecordRef(RecordKind.CASE, found.id, found.org_id, found.section_id, found.reference, "", False)


def ledger(world: World, by: Actor) -> frozenset[str]:
    return letters(r=by.may(Permission.LEDGER_READ))


def configuration(world: World, by: Actor) -> frozenset[str]:
    return letters(w=by.may(Permission.ACCOUNT_ADMINISTER))


PROBES: dict[Thing, Callable[[World, Actor], frozenset[str]]] = {
    Thing.INCIDENT: incident, Thing.CASE: case, Thing.EVIDENCE: evidence, Thing.NOTICE: notice,
    Thing.LEDGER: ledger, Thing.CONFIGURATION: configuration, **{thing: inner(thing) for thing in SECTIONS},
}  # fmt: skip


def stranger(world: World, role: Role) -> Actor:
    """Somebody of the role who has nothing to do with the case: made anew, so that the fixture's people stay theirs."""
    admin = world.cast.administrator
    with acting_as(admin):
        made = [
            create_account(email=f"{name}@new.test", name=name.title(), roles=[role], password=None, by=admin)
            for name in ("stranger", "twin")
        ]
    world.cast.accounts["twin"] = made[1]
    return actor_of(made[0])


def enter_case(world: World, by: Actor) -> bool:
    if not admits("core", by.roles, let_in_by=frozenset()):
        return False
    with acting_as(world.cast.lead):
        add_member(world.case_id, by.id, reason="x", by=world.cast.lead)
    return True


def enter_section(world: World, section: str, by: Actor) -> bool:
    keeper = world.cast.actors[KEEPERS[section]]
    with acting_as(keeper):
        return bool(admits(section, by.roles, let_in_by=keeper.roles)) and bool(
            let_in(world.case_id, world.sections[section].id, by.id, reason="x", by=keeper)
        )


def observed(world: World, thing: Thing, by: Actor) -> frozenset[str]:
    with acting_as(by):
        return PROBES[thing](world, by)


@pytest.mark.parametrize("thing", BUILT)
@pytest.mark.parametrize("role", list(Role))
class TestCells:
    """What the letters say is what happens."""

    def test_outside(self, world: World, role: Role, thing: Thing) -> None:
        by = stranger(world, role)
        # Of a section one is outside as a member of the case; of the case, as somebody who knows of it at most.
        if thing in SECTIONS:
            enter_case(world, by)
        if thing == Thing.CASE and role in (Role.MEDICAL, Role.CUSTODIAN):
            enter_section(world, "medical" if role is Role.MEDICAL else "identity", by)
        if thing == Thing.NOTICE:
            enter_case(world, by)
        assert observed(world, thing, by) == cell(role, thing).outside

    def test_inside(self, world: World, role: Role, thing: Thing) -> None:
        by = stranger(world, role)
        entered = enter_case(world, by)
        if thing in SECTIONS:
            entered = enter_section(world, SECTIONS[thing], by)
        inside = cell(role, thing).inside
        if inside is None:
            assert not (entered and thing in (*SECTIONS, Thing.CASE))
        else:
            assert entered
            assert observed(world, thing, by) == inside


class TestTable:
    def test_has_every_role_and_only_known_letters(self) -> None:
        assert set(ROWS) == set(Role)
        for role in Role:
            for thing in BUILT:
                found = cell(role, thing)
                assert found.outside | (found.inside or frozenset()) <= set(LEGEND)

    def test_names_everything_also_what_is_not_built(self) -> None:
        assert set(THING_NAMES) == set(Thing)
        assert set(BUILT) | NOT_BUILT == set(Thing)

    def test_reads_as_letters_in_order(self) -> None:
        assert cell(Role.INVESTIGATOR, Thing.WITNESS).text == "m / r a g"
        assert cell(Role.REPORTER, Thing.CASE).text == "none"
