# SPDX-License-Identifier: Apache-2.0
"""Sections inside a case: who opens them, who is inside, and who learns that they exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind, Membership
from longwatch.access.selectors import section_inside, sections_of
from longwatch.access.services import compartments
from longwatch.cases.models import Case
from longwatch.cases.services.people import add_member, remove_member
from longwatch.cases.services.sections import let_in, let_out, open_section, openable, possible_members
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.intake.services.enclosing import exclude_from
from longwatch.ledger.models import LedgerEntry
from tests.cases.material import requested
from tests.personas import Cast


@pytest.fixture
def full(case: Case, cast: Cast) -> Case:
    """The case with an HR partner and counsel among its members."""
    with acting_as(cast.lead):
        for person in (cast.hr, cast.counsel):
            add_member(case.id, person.id, reason="Advises", by=cast.lead)
    return case


def opened(case: Case, section: str, by: Actor, first: Actor | None = None, name: str = "") -> Compartment:
    with acting_as(by):
        return open_section(case.id, section=section, first_member_id=first.id if first else None, name=name, by=by)


def seen(case: Case, by: Actor) -> list[tuple[str, bool, tuple[str, ...]]]:
    with acting_as(by):
        return [(each.section, each.inside, each.people) for each in sections_of(case.id)]


@contextmanager
def refused_by_the_database() -> Iterator[None]:
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


class TestOpenSection:
    def test_hr_opens_its_own_and_is_inside(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        assert seen(full, cast.hr) == [("hr", True, ("Hanna HR",))]
        with acting_as(cast.hr):
            actions = LedgerEntry.objects.filter(compartment_id=made.id).order_by("id").values_list("action", flat=True)
            assert list(actions) == ["compartment.opened", "member.added"]

    def test_the_lead_opens_medical_by_naming_a_medical_person_and_stays_outside(self, full: Case, cast: Cast) -> None:
        made = opened(full, "medical", cast.lead, first=cast.medical)
        with acting_as(cast.medical):
            assert section_inside(full.id, made.id).section == "medical"
        with acting_as(cast.lead):
            with pytest.raises(NotFound):
                section_inside(full.id, made.id)
            assert not LedgerEntry.objects.filter(compartment_id=made.id).exists()

    def test_medical_and_identity_do_not_show_to_anybody_outside(self, full: Case, cast: Cast) -> None:
        opened(full, "medical", cast.lead, first=cast.medical)
        for person in (cast.lead, cast.supervisor, cast.hr, cast.counsel, cast.analyst):
            assert seen(full, person) == []

    def test_hr_shows_to_the_lead_as_existing_with_whom_to_ask(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        assert seen(full, cast.lead) == [("hr", False, ("Hanna HR",))]
        with acting_as(cast.lead):
            assert [(each.id, each.name) for each in sections_of(full.id)] == [(None, "")]

    def test_privileged_shows_to_investigators_and_not_to_hr(self, full: Case, cast: Cast) -> None:
        opened(full, "privileged", cast.counsel)
        assert seen(full, cast.supervisor) == [("privileged", False, ("Carl Counsel",))]
        assert seen(full, cast.hr) == []

    def test_nobody_outside_the_case_learns_of_any(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        for person in (cast.intelligence, cast.threat_team, cast.medical, cast.outsider, cast.administrator):
            assert seen(full, person) == []

    @pytest.mark.parametrize(
        ("who", "section"),
        [("lead", "hr"), ("analyst", "hr"), ("lead", "privileged"), ("hr", "privileged"), ("counsel", "medical"),
         ("lead", "medical"), ("lead", "identity"), ("analyst", "witness")],
    )  # fmt: skip
    def test_is_refused_to_a_role_that_does_not_open_it_for_itself(
        self, full: Case, cast: Cast, who: str, section: str
    ) -> None:
        with pytest.raises(NotAllowed):
            opened(full, section, cast.actors[who])

    def test_refuses_a_first_member_whose_role_does_not_fit(self, full: Case, cast: Cast) -> None:
        with pytest.raises(Invalid):
            opened(full, "medical", cast.lead, first=cast.supervisor)

    def test_counsel_alone_opens_what_is_privileged(self, full: Case, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            opened(full, "privileged", cast.lead, first=cast.counsel)

    def test_each_is_opened_once_but_one_a_witness(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        with pytest.raises(Conflict):
            opened(full, "hr", cast.hr)
        opened(full, "witness", cast.lead, name="Witness W1")
        opened(full, "witness", cast.lead, name="Witness W2")
        with acting_as(cast.lead):
            assert [each.label for each in sections_of(full.id) if each.inside] == ["Witness W1", "Witness W2"]

    def test_tells_no_second_lead_that_there_is_a_medical_one(self, full: Case, cast: Cast) -> None:
        opened(full, "medical", cast.lead, first=cast.medical)
        with acting_as(cast.lead):
            add_member(full.id, cast.supervisor.id, reason="Leads too", by=cast.lead)
        assert opened(full, "medical", cast.supervisor, first=cast.medical).section == "medical"
        assert seen(full, cast.supervisor) == []
        assert [each[:2] for each in seen(full, cast.medical)] == [("medical", True)] * 2

    def test_tells_hr_of_no_intelligence_that_it_cannot_know_of(self, full: Case, cast: Cast) -> None:
        opened(full, "intelligence", cast.lead)
        assert opened(full, "intelligence", cast.hr, first=cast.analyst).section == "intelligence"

    def test_is_opened_once_by_whoever_knows_of_it(self, full: Case, cast: Cast) -> None:
        opened(full, "intelligence", cast.lead)
        with pytest.raises(Conflict):
            opened(full, "intelligence", cast.lead)

    def test_refuses_the_core_and_what_nobody_knows(self, full: Case, cast: Cast) -> None:
        for section in ("core", "kitchen", ""):
            with pytest.raises(Invalid):
                opened(full, section, cast.lead)

    def test_is_not_there_for_somebody_outside_the_case(self, full: Case, cast: Cast) -> None:
        with pytest.raises(NotFound):
            opened(full, "medical", cast.medical)

    def test_says_what_could_still_be_opened(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        with acting_as(cast.lead):
            assert openable(full, cast.lead) == ["medical", "witness", "intelligence"]
        with acting_as(cast.counsel):
            assert "privileged" in openable(full, cast.counsel)


class TestLetIn:
    def test_counsel_lets_the_lead_into_what_is_privileged(self, full: Case, cast: Cast) -> None:
        made = opened(full, "privileged", cast.counsel)
        with acting_as(cast.counsel):
            let_in(full.id, made.id, cast.lead.id, reason="Runs the interviews", by=cast.counsel)
        assert seen(full, cast.lead)[0][:2] == ("privileged", True)

    def test_whom_counsel_let_in_lets_nobody_else_in(self, full: Case, cast: Cast) -> None:
        made = opened(full, "privileged", cast.counsel)
        with acting_as(cast.counsel):
            let_in(full.id, made.id, cast.lead.id, reason="Runs the interviews", by=cast.counsel)
        with acting_as(cast.lead), pytest.raises(NotAllowed):
            let_in(full.id, made.id, cast.supervisor.id, reason="Wants to know", by=cast.lead)

    def test_refuses_a_role_that_does_not_fit(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr), pytest.raises(Invalid):
            let_in(full.id, made.id, cast.lead.id, reason="Leads", by=cast.hr)

    def test_needs_a_reason(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr), pytest.raises(Invalid):
            let_in(full.id, made.id, cast.counsel.id, reason=" ", by=cast.hr)

    def test_is_not_there_for_somebody_outside_the_section(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.counsel), pytest.raises(NotFound):
            let_in(full.id, made.id, cast.counsel.id, reason="I want in", by=cast.counsel)

    def test_is_not_there_through_another_record(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr), pytest.raises(NotFound):
            let_in(uuid4(), made.id, cast.counsel.id, reason="Advises", by=cast.hr)

    def test_offers_those_whose_role_fits(self, full: Case, cast: Cast) -> None:
        with acting_as(cast.medical):
            assert [account.name for account in possible_members("medical", cast.medical)] == ["Mo Medical"]


class TestLetOut:
    def test_ends_the_access_from_then_on(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr):
            let_in(full.id, made.id, cast.counsel.id, reason="Advises", by=cast.hr)
            let_out(full.id, made.id, cast.counsel.id, reason="Done", by=cast.hr)
        assert seen(full, cast.counsel) == [("hr", False, ("Hanna HR",))]

    def test_anybody_leaves_by_themself(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr):
            let_in(full.id, made.id, cast.counsel.id, reason="Advises", by=cast.hr)
        with acting_as(cast.counsel):
            let_out(full.id, made.id, cast.counsel.id, reason="Conflict of interest", by=cast.counsel)
        assert seen(full, cast.counsel)[0][1] is False

    def test_the_last_one_stays(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr), pytest.raises(Conflict):
            let_out(full.id, made.id, cast.hr.id, reason="Leaving", by=cast.hr)


class TestLeavingTheCase:
    """people.remove_member, and the sections inside"""

    def left(self, case: Case, cast: Cast, who: Actor) -> None:
        with acting_as(cast.lead):
            remove_member(case.id, who.id, reason="Moved away", by=cast.lead)

    def test_ends_the_sections_inside_which_whoever_ends_it_may_not_know(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr):
            let_in(full.id, made.id, cast.counsel.id, reason="Advises", by=cast.hr)
        self.left(full, cast, cast.counsel)
        with acting_as(cast.hr):
            assert [m.account_id for m in Membership.objects.filter(compartment=made, ended_at=None)] == [cast.hr.id]
            told = LedgerEntry.objects.filter(compartment_id=made.id, action="member.removed")
            assert [entry.actor_id for entry in told] == [cast.lead.id]
        assert seen(full, cast.counsel) == []

    def test_leaves_a_section_its_last_one(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        self.left(full, cast, cast.hr)
        with acting_as(cast.hr):
            assert section_inside(full.id, made.id).section == "hr"

    def test_cannot_be_had_without_the_act(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        with acting_as(cast.lead), refused_by_the_database(), connection.cursor() as cursor:
            cursor.execute("select cases_leave_sections(%s, %s)", [full.id, cast.hr.id])


class TestKeptOut:
    """Somebody whom a reporter named, and who was a member before"""

    def test_is_inside_no_part_of_the_case(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        witness = opened(full, "witness", cast.lead, name="Witness W1")
        with acting_as(cast.lead):
            let_in(full.id, witness.id, cast.counsel.id, reason="Advises", by=cast.lead)
            exclude_from(full.compartment_id, cast.accounts["counsel"], reason="Named", by=cast.lead)
        assert seen(full, cast.counsel) == []
        with acting_as(cast.counsel), connection.cursor() as cursor:
            cursor.execute(
                "select is_core_member(%s), cases_is_inside(%s), (select count(*) from cases_outlines())", [full.id] * 2
            )
            assert cursor.fetchone() == (False, False, 0)
        assert [each[0] for each in seen(full, cast.lead)] == ["hr", "witness"]

    def test_founds_no_section_for_another(self, full: Case, cast: Cast) -> None:
        with acting_as(cast.lead):
            exclude_from(full.compartment_id, cast.accounts["counsel"], reason="Named", by=cast.lead)
        with acting_as(cast.counsel), refused_by_the_database():
            compartments.open_compartment(
                name="x", kind=CompartmentKind.RECORD, record_id=full.id, section="hr",
                first_member_id=cast.hr.id, by=cast.counsel,
            )  # fmt: skip


class TestTheDatabaseHoldsItToo:
    """Services could forget; these ask the wall itself."""

    def test_a_role_that_does_not_fit_is_refused(self, full: Case, cast: Cast) -> None:
        made = opened(full, "hr", cast.hr)
        with acting_as(cast.hr), refused_by_the_database():
            compartments.add_member(made.id, cast.lead.id, reason="x", record_id=full.id, by=cast.hr)

    def test_a_section_with_members_gets_no_other_from_outside(self, full: Case, cast: Cast) -> None:
        made = opened(full, "medical", cast.lead, first=cast.medical)
        stray = Membership(compartment_id=made.id, account_id=cast.medical.id, granted_by_id=cast.lead.id)
        with acting_as(cast.lead), refused_by_the_database():
            stray.save(force_insert=True)

    def test_somebody_outside_the_case_founds_none_for_another(self, full: Case, cast: Cast) -> None:
        with acting_as(cast.outsider), refused_by_the_database():
            compartments.open_compartment(
                name="x", kind=CompartmentKind.RECORD, record_id=full.id, section="hr",
                first_member_id=cast.hr.id, by=cast.hr,
            )  # fmt: skip

    def test_a_privileged_section_cannot_be_founded_for_an_investigator_by_one(self, full: Case, cast: Cast) -> None:
        with acting_as(cast.lead), refused_by_the_database():
            compartments.open_compartment(
                name="x", kind=CompartmentKind.RECORD, record_id=full.id, section="privileged", by=cast.lead
            )


class TestTheCore:
    @pytest.mark.parametrize("who", ["medical", "custodian", "leadership", "privacy"])
    def test_is_not_for_those_who_may_learn_one_line_of_it(self, full: Case, cast: Cast, who: str) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            add_member(full.id, cast.actors[who].id, reason="Curious", by=cast.lead)

    def test_closing_does_not_open_sections(self, full: Case, cast: Cast) -> None:
        opened(full, "hr", cast.hr)
        requested(full, cast)
        assert seen(full, cast.lead) == [("hr", False, ("Hanna HR",))]
