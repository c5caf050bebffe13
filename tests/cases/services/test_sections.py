# SPDX-License-Identifier: Apache-2.0
"""Sections inside a case: who opens them, who is inside, and who learns that they exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind, Membership
from longwatch.access.selectors import section_inside, sections_of
from longwatch.access.services import compartments
from longwatch.cases.models import Case
from longwatch.cases.services.people import add_member
from longwatch.cases.services.sections import let_in, let_out, open_section, openable, possible_members
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
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
