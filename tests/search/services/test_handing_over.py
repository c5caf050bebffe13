# SPDX-License-Identifier: Apache-2.0
"""Somebody leaves, and what they had in hand gets a successor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import DatabaseError, connection, transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.leaving import HandOver, HandOverState
from longwatch.access.models import Account, ApiToken, Membership
from longwatch.access.oversight import Notice
from longwatch.access.services.accounts import change_roles, create_account, disable_account
from longwatch.access.services.tokens import create_token
from longwatch.access.sign_in_models import Session
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member, name_lead
from longwatch.cases.services.sections import open_section
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.incidents.models import Incident, Responder
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.incidents.services.responding import take_command
from longwatch.intake.models import Signal
from longwatch.intake.services.enclosing import exclude_from
from longwatch.intake.services.triage import assign
from longwatch.ledger.leaf import Header, commitment, leaf_bytes, leaf_hash
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.ledger.writing import row_content
from longwatch.records.models import Task
from longwatch.records.services.tasks import add_task
from longwatch.search.services.handing_over import approve, close_account, in_hand
from tests.access.entries import actions
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def close(cast: Cast, whom: str = "lead", *, by: Actor | None = None, **successors: Actor) -> Account:
    by = by or cast.administrator
    with acting_as(by):
        return close_account(
            cast.actors[whom].id, successors={kind: each.id for kind, each in successors.items()}, reason="Left", by=by
        )


def a_case(cast: Cast, *members: Actor) -> Case:
    with acting_as(cast.lead):
        case = open_case(title="Zebra leak", type="physical_security", by=cast.lead)
        name_lead(case.id, cast.lead.id, by=cast.lead)
        for each in members:
            add_member(case.id, each.id, reason="Works on it", by=cast.lead)
        add_task(case_ref(case), title="Ask the bank", owner_id=cast.lead.id, by=cast.lead)
    return case


def an_incident(cast: Cast) -> Incident:
    with acting_as(cast.lead):
        incident = open_incident(title="Doors", category="FA-01", restricted=False, by=cast.lead)
        take_command(incident.id, by=cast.lead)
        add_task(incident_ref(incident), title="Call the guard", owner_id=cast.lead.id, by=cast.lead)
    return incident


def only_hand_over(cast: Cast) -> HandOver:
    with acting_as(cast.privacy):
        return HandOver.objects.get(state=HandOverState.WAITING)


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(DatabaseError), transaction.atomic():
        yield


def told(actor: Actor) -> list[str]:
    with acting_as(actor):
        return sorted(Notice.objects.filter(account_id=actor.id).values_list("kind", flat=True))


class TestInHand:
    """in_hand"""

    def test_tells_numbers_and_nothing_else(self, cast: Cast) -> None:
        a_case(cast)
        an_incident(cast)
        with acting_as(cast.administrator):
            found = {each.kind: dict(each.numbers) for each in in_hand(cast.lead.id, by=cast.administrator)}
        assert found == {
            "cases": {"alone": 1, "case": 1, "task": 1}, "incidents": {"incident": 1, "role": 1, "task": 1},
        }  # fmt: skip

    def test_names_those_who_can_take_it_over(self, cast: Cast) -> None:
        a_case(cast)
        with acting_as(cast.administrator):
            (found,) = in_hand(cast.lead.id, by=cast.administrator)
        assert {each.name for each in found.candidates} == {
            "Ines Investigator", "Sam Supervisor", "Hanna HR", "Carl Counsel",
        }  # fmt: skip

    def test_is_for_administrators(self, cast: Cast) -> None:
        with acting_as(cast.supervisor), pytest.raises(NotAllowed):
            in_hand(cast.lead.id, by=cast.supervisor)

    def test_counts_nothing_for_others_in_the_database_either(self, cast: Cast) -> None:
        a_case(cast)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute("select * from hand_over_counts(%s)", [cast.lead.id])
            assert cursor.fetchall() == []


class TestCloseAccount:
    """close_account"""

    def test_gives_what_the_successor_sees_already_at_once(self, cast: Cast) -> None:
        incident = an_incident(cast)
        close(cast, incidents=cast.investigator)
        with acting_as(cast.investigator):
            assert Incident.objects.get(id=incident.id).commander_id == cast.investigator.id
            assert Task.objects.get(record_id=incident.id).owner_id == cast.investigator.id
            held = Responder.objects.filter(incident=incident, renounced_at=None)
            assert [(each.account_id, each.role) for each in held] == [(cast.investigator.id, "commander")]
        assert told(cast.investigator) == ["handed_over"]

    def test_gives_signals_to_judge(self, cast: Cast) -> None:
        signal_id = send(make_source(cast), cast, title="Door", dedup_key="d").signal_id
        with acting_as(cast.lead):
            assign(signal_id, cast.lead.id, cast.lead)
        close(cast, signals=cast.analyst)
        with acting_as(cast.analyst):
            assert Signal.objects.get(id=signal_id).assignee_id == cast.analyst.id

    def test_gives_cases_to_a_successor_who_is_inside(self, cast: Cast) -> None:
        case = a_case(cast, cast.investigator)
        close(cast, cases=cast.investigator)
        with acting_as(cast.investigator):
            assert Case.objects.get(id=case.id).lead_id == cast.investigator.id
            assert Task.objects.get(record_id=case.id).owner_id == cast.investigator.id
            inside = Membership.objects.filter(compartment_id=case.compartment_id, ended_at=None)
            assert [each.account_id for each in inside] == [cast.investigator.id]

    def test_lets_nobody_in_by_an_administrators_word_alone(self, cast: Cast) -> None:
        case = a_case(cast)
        close(cast, cases=cast.investigator)
        with acting_as(cast.investigator):
            assert not Case.objects.filter(id=case.id).exists()
        assert only_hand_over(cast).state == HandOverState.WAITING
        assert told(cast.privacy) == ["hand_over_waits"]

    def test_tells_remaining_members_that_it_waits_for_them(self, cast: Cast) -> None:
        a_case(cast, cast.analyst)
        close(cast, cases=cast.investigator)
        assert told(cast.analyst) == ["hand_over_waits"]

    def test_ends_memberships_where_others_read_the_same(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = open_case(title="Zebra leak", type="physical_security", by=cast.investigator)
            add_member(case.id, cast.analyst.id, reason="Works on it", by=cast.investigator)
        close(cast, "analyst")
        with acting_as(cast.investigator):
            inside = Membership.objects.filter(compartment_id=case.compartment_id, ended_at=None)
            assert [each.account_id for each in inside] == [cast.investigator.id]

    def test_asks_for_a_successor_of_each_section(self, cast: Cast) -> None:
        case = a_case(cast)
        with acting_as(cast.lead):
            open_section(case.id, section="medical", first_member_id=cast.medical.id, by=cast.lead)
        with pytest.raises(Invalid) as refusal:
            close(cast, "medical", medical=cast.investigator)
        assert list(refusal.value.fields) == ["medical"]
        with acting_as(cast.administrator):
            assert Account.objects.get(id=cast.medical.id).is_active

    def test_hands_a_section_to_somebody_of_the_role(self, cast: Cast) -> None:
        case = a_case(cast)
        with acting_as(cast.administrator):
            other = create_account(email="mona@halden.test", name="Mona", roles=["medical"], by=cast.administrator)
        with acting_as(cast.lead):
            open_section(case.id, section="medical", first_member_id=cast.medical.id, by=cast.lead)
        with acting_as(cast.administrator):
            close_account(cast.medical.id, successors={"medical": other.id}, reason="Left", by=cast.administrator)
        assert only_hand_over(cast).kind == "medical"

    def test_leaves_no_way_to_sign_in(self, cast: Cast) -> None:
        account = cast.accounts["lead"]
        with acting_as(cast.lead):
            create_token(account_id=account.id, label="x", permissions=["case:read"], by=cast.lead)
        Authenticator.objects.create(user=account, type="totp", data={})
        SocialAccount.objects.create(user=account, provider="corp", uid="leo")
        close(cast)
        assert not ApiToken.objects.filter(account=account, revoked_at=None).exists()
        assert not Authenticator.objects.filter(user=account).exists()
        assert not SocialAccount.objects.filter(user=account).exists()
        assert not Session.objects.filter(account=account).exists()
        with acting_as(cast.administrator):
            assert "account.handed_over" in actions(account.id)

    @pytest.mark.parametrize("role", ["outsider", "integration", "administrator", "lead"])
    def test_refuses_successors_who_cannot_take_it(self, cast: Cast, role: str) -> None:
        an_incident(cast)
        with pytest.raises(Invalid):
            close(cast, incidents=cast.actors[role])

    def test_refuses_a_successor_who_left_before(self, cast: Cast) -> None:
        an_incident(cast)
        close(cast, "investigator")
        with pytest.raises(Invalid):
            close(cast, incidents=cast.investigator)

    def test_refuses_ones_own_account(self, cast: Cast) -> None:
        with pytest.raises(Conflict):
            close(cast, "administrator")

    def test_refuses_the_last_administrator(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(cast.supervisor.id, roles=["administrator"], by=cast.administrator)
            second = Account.objects.get(id=cast.supervisor.id)
        close(cast, "supervisor")
        with pytest.raises(Conflict):
            close(cast, "administrator", by=actor_of(second))

    def test_refuses_accounts_of_other_organisations(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            close(cast, "outsider")

    def test_is_for_administrators(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            close(cast, by=cast.supervisor)

    def test_is_refused_by_the_database_without_the_act(self, cast: Cast) -> None:
        an_incident(cast)
        statement = "select hand_over_work(%s, '{}')"
        with acting_as(cast.administrator), connection.cursor() as cursor, refused():
            cursor.execute(statement, [cast.lead.id])

    def test_shows_the_administrator_nothing_of_it(self, cast: Cast) -> None:
        a_case(cast)
        close(cast, cases=cast.investigator)
        with acting_as(cast.administrator):
            assert not HandOver.objects.exists()
            assert not Case.objects.exists()
            assert not LedgerDetail.objects.exclude(compartment_id=None).exists()

    def test_entries_are_those_that_python_makes(self, cast: Cast) -> None:
        a_case(cast, cast.investigator)
        an_incident(cast)
        signal_id = send(make_source(cast), cast, title="Door", dedup_key="d").signal_id
        with acting_as(cast.lead):
            assign(signal_id, cast.lead.id, cast.lead)
        close(cast, cases=cast.investigator, incidents=cast.investigator, signals=cast.investigator)
        with acting_as(cast.investigator):
            rows: list[Any] = [
                *Case.objects.all(), *Incident.objects.all(), *Task.objects.all(), *Responder.objects.all(),
                *Membership.objects.filter(account_id=cast.lead.id), *Signal.objects.all(), *HandOver.objects.all(),
            ]  # fmt: skip
            for row in rows:
                check_entry(row.version, row)
        assert len(rows) == 11


def check_entry(entry_id: int, row: Any) -> None:
    """Rebuild the leaf from what is stored, as Python makes it, and compare it and its hash; then the row's content."""
    entry = LedgerEntry.objects.get(id=entry_id)
    detail = LedgerDetail.objects.get(entry_id=entry_id)
    openings = {name: opening.get("value") for name, opening in detail.fields.items()} | {"row": row_content(row)}
    salts = {name: bytes.fromhex(opening["salt"]) for name, opening in detail.fields.items()}
    commitments = {name: commitment(salts[name], value) for name, value in openings.items()}
    header = Header(
        entry.at, entry.org_id, entry.actor_kind, entry.actor_id, entry.operation_id, entry.action, entry.subject_id,
        entry.record_id, entry.compartment_id, entry.via,
    )  # fmt: skip
    leaf = leaf_bytes(header, commitments)
    assert bytes(entry.leaf) == leaf, entry.action
    assert bytes(entry.leaf_hash) == leaf_hash(leaf)
    assert entry.subject_id == row.id


class TestApprove:
    """approve"""

    def waiting(self, cast: Cast, *members: Actor) -> tuple[Case, UUID]:
        case = a_case(cast, *members)
        close(cast, cases=cast.investigator)
        return case, only_hand_over(cast).id

    @pytest.mark.parametrize("who", ["privacy", "analyst"])
    def test_lets_the_successor_in_and_gives_the_work(self, cast: Cast, who: str) -> None:
        case, hand_over = self.waiting(cast, cast.analyst)
        with acting_as(cast.actors[who]):
            approve(hand_over, successor_id=cast.investigator.id, by=cast.actors[who])
        with acting_as(cast.investigator):
            found = Case.objects.get(id=case.id)
            assert (found.lead_id, Task.objects.get(record_id=case.id).owner_id) == (cast.investigator.id,) * 2
            check_entry(found.version, found)
        assert told(cast.investigator) == ["handed_over"]

    def test_may_name_somebody_else(self, cast: Cast) -> None:
        case, hand_over = self.waiting(cast)
        with acting_as(cast.privacy):
            approve(hand_over, successor_id=cast.supervisor.id, by=cast.privacy)
        with acting_as(cast.investigator):
            assert not Case.objects.filter(id=case.id).exists()
        with acting_as(cast.supervisor):
            assert Case.objects.get(id=case.id).lead_id == cast.supervisor.id

    def test_is_decided_once(self, cast: Cast) -> None:
        _case, hand_over = self.waiting(cast)
        for refusal in (None, Conflict):
            with acting_as(cast.privacy):
                if refusal is None:
                    approve(hand_over, successor_id=cast.supervisor.id, by=cast.privacy)
                else:
                    with pytest.raises(refusal):
                        approve(hand_over, successor_id=cast.investigator.id, by=cast.privacy)

    @pytest.mark.parametrize("who", ["administrator", "investigator", "supervisor", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, who: str) -> None:
        _case, hand_over = self.waiting(cast)
        with acting_as(cast.actors[who]), pytest.raises(NotFound):
            approve(hand_over, successor_id=cast.investigator.id, by=cast.actors[who])

    def test_is_never_for_whoever_closed_the_account(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            change_roles(
                cast.administrator.id, roles=["administrator", "privacy", "investigator"], by=cast.administrator
            )
        both = actor_of(Account.objects.get(id=cast.administrator.id))
        a_case(cast)
        close(cast, by=both, cases=both)
        hand_over = only_hand_over(cast).id
        with acting_as(both), pytest.raises(NotFound):
            approve(hand_over, successor_id=both.id, by=both)

    def test_lets_no_privacy_officer_in_themself(self, cast: Cast) -> None:
        _case, hand_over = self.waiting(cast)
        with acting_as(cast.administrator):
            change_roles(cast.privacy.id, roles=["privacy", "investigator"], by=cast.administrator)
        with acting_as(cast.privacy), pytest.raises(Invalid):
            approve(hand_over, successor_id=cast.privacy.id, by=cast.privacy)

    def test_lets_nobody_in_whose_role_does_not_fit(self, cast: Cast) -> None:
        _case, hand_over = self.waiting(cast)
        with acting_as(cast.privacy), pytest.raises(Invalid):
            approve(hand_over, successor_id=cast.auditor.id, by=cast.privacy)

    def test_lets_nobody_in_who_lost_the_role_meanwhile(self, cast: Cast) -> None:
        _case, hand_over = self.waiting(cast)
        with acting_as(cast.administrator):
            change_roles(cast.investigator.id, roles=["responder"], by=cast.administrator)
        with acting_as(cast.privacy), pytest.raises(Invalid, match="cannot take this over"):
            approve(hand_over, successor_id=cast.investigator.id, by=cast.privacy)

    def test_lets_nobody_in_who_was_disabled_meanwhile(self, cast: Cast) -> None:
        _case, hand_over = self.waiting(cast)
        with acting_as(cast.administrator):
            disable_account(cast.investigator.id, reason="Left too", by=cast.administrator)
        with acting_as(cast.privacy), pytest.raises(Invalid, match="cannot take this over"):
            approve(hand_over, successor_id=cast.investigator.id, by=cast.privacy)
        assert only_hand_over(cast).state == HandOverState.WAITING

    def test_lets_nobody_in_whom_a_reporter_named_and_says_no_more_than_of_others(self, cast: Cast) -> None:
        case = a_case(cast)
        with acting_as(cast.lead):
            exclude_from(case.compartment_id, cast.accounts["investigator"], reason="Named", by=cast.lead)
        close(cast, cases=cast.investigator)
        hand_over = only_hand_over(cast).id
        refused_with = []
        for successor in (cast.investigator, cast.auditor):
            with acting_as(cast.privacy), pytest.raises(Invalid) as refusal:
                approve(hand_over, successor_id=successor.id, by=cast.privacy)
            refused_with.append(refusal.value.sentence.replace(successor.label, "X"))
        assert refused_with[0] == refused_with[1]
        with acting_as(cast.investigator):
            assert not Case.objects.filter(id=case.id).exists()

    def test_gives_nothing_at_once_to_a_reader_whom_a_reporter_named(self, cast: Cast) -> None:
        case = a_case(cast, cast.investigator)
        with acting_as(cast.lead):
            exclude_from(case.compartment_id, cast.accounts["investigator"], reason="Named", by=cast.lead)
        close(cast, cases=cast.investigator)
        assert only_hand_over(cast).state == HandOverState.WAITING
        assert told(cast.investigator) == []
