# SPDX-License-Identifier: Apache-2.0
"""Compartments and who is let in."""

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment, CompartmentKind, Membership
from longwatch.access.services.accounts import disable_account
from longwatch.access.services.compartments import add_member, open_compartment, remove_member
from longwatch.core.errors import Conflict, NotFound
from longwatch.core.ids import uuid7
from tests.access.entries import actions, newest_details
from tests.personas import Cast


def closed_to_the_lead(cast: Cast) -> Compartment:
    """A compartment with the lead as its only member."""
    with acting_as(cast.lead):
        return open_compartment(name="CASE-1", kind=CompartmentKind.RECORD, record_id=uuid7(), by=cast.lead)


class TestOpenCompartment:
    """open_compartment"""

    def test_makes_the_actor_its_first_member_and_says_both(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            [member] = Membership.objects.filter(compartment=closed)
            assert (member.account_id, member.granted_by_id) == (cast.lead.id, cast.lead.id)
            assert actions(closed.id) == ["compartment.opened"]
            assert actions(member.id) == ["member.added"]

    @pytest.mark.parametrize("name", ["supervisor", "analyst", "auditor"])
    def test_lets_only_an_administrator_open_one_to_a_role(self, cast: Cast, name: str) -> None:
        """The database itself refuses: nobody opens what they know to everybody of a role."""
        actor = cast.actors[name]
        with acting_as(actor), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            open_compartment(name="All", kind=CompartmentKind.OPERATIONS, reader_roles=["analyst"], by=actor)

    def test_cannot_be_made_in_another_organisation(self, cast: Cast) -> None:
        with acting_as(cast.outsider), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            open_compartment(name="X", kind=CompartmentKind.RECORD, by=cast.lead)


class TestAddMember:
    """add_member"""

    def test_lets_somebody_in_and_says_why(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            member = add_member(closed.id, cast.hr.id, reason="Staff matter", by=cast.lead)
            details = newest_details(member.id)
        assert (details["account"], details["reason"]) == ("Hanna HR", "Staff matter")
        with acting_as(cast.hr):
            assert Compartment.objects.filter(id=closed.id).exists()

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            first, second = (add_member(closed.id, cast.hr.id, reason="Needed", by=cast.lead) for _ in range(2))
            assert first.id == second.id
            assert actions(first.id) == ["member.added"]

    def test_refuses_somebody_who_has_left(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.administrator):
            disable_account(cast.hr.id, reason="Left", by=cast.administrator)
        with acting_as(cast.lead), pytest.raises(Conflict) as refusal:
            add_member(closed.id, cast.hr.id, reason="Needed", by=cast.lead)
        assert refusal.value.code == "account_disabled"

    @pytest.mark.parametrize("name", ["supervisor", "administrator", "outsider"])
    def test_is_hidden_from_everybody_outside(self, cast: Cast, name: str) -> None:
        """Nobody lets themself in, whatever their role."""
        closed, actor = closed_to_the_lead(cast), cast.actors[name]
        with acting_as(actor), pytest.raises(NotFound):
            add_member(closed.id, actor.id, reason="Curious", by=actor)

    def test_hides_accounts_of_other_organisations(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead), pytest.raises(NotFound):
            add_member(closed.id, cast.outsider.id, reason="Friend", by=cast.lead)


class TestRemoveMember:
    """remove_member"""

    def test_ends_the_membership_from_now_on(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            add_member(closed.id, cast.hr.id, reason="Needed", by=cast.lead)
            member = remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)
            assert actions(member.id) == ["member.added", "member.removed"]
            assert newest_details(member.id)["reason"] == "Done"
            assert member.ended_at is not None

    def test_keeps_the_last_member(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead), pytest.raises(Conflict) as refusal:
            remove_member(closed.id, cast.lead.id, reason="Bored", by=cast.lead)
        assert refusal.value.code == "last_member"

    def test_is_refused_the_second_time(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            add_member(closed.id, cast.hr.id, reason="Needed", by=cast.lead)
            remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)
            with pytest.raises(NotFound):
                remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)

    def test_lets_somebody_come_back(self, cast: Cast) -> None:
        closed = closed_to_the_lead(cast)
        with acting_as(cast.lead):
            first = add_member(closed.id, cast.hr.id, reason="Needed", by=cast.lead)
            remove_member(closed.id, cast.hr.id, reason="Done", by=cast.lead)
            again = add_member(closed.id, cast.hr.id, reason="Needed again", by=cast.lead)
        assert again.id != first.id

    @pytest.mark.parametrize("name", ["supervisor", "administrator", "outsider"])
    def test_is_hidden_from_everybody_outside(self, cast: Cast, name: str) -> None:
        closed, actor = closed_to_the_lead(cast), cast.actors[name]
        with acting_as(actor), pytest.raises(NotFound):
            remove_member(closed.id, cast.lead.id, reason="Rival", by=actor)
