# SPDX-License-Identifier: Apache-2.0
"""Leads and members."""

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Membership
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member, name_lead, remove_member
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from tests.cases.material import a_bare_case, last_actions
from tests.personas import Cast


class TestNameLead:
    """name_lead"""

    def test_makes_the_lead_a_member(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
            name_lead(case.id, cast.lead.id, by=cast.investigator)
            assert last_actions(case.id, 2) == ["case.lead_named", "member.added"]
        with acting_as(cast.lead):
            assert selectors.case(case.id).lead_id == cast.lead.id

    def test_lets_an_analyst_hand_a_new_case_over(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            case = open_case(title="A", type="other", by=cast.analyst)
            assert name_lead(case.id, cast.lead.id, by=cast.analyst).lead_id == cast.lead.id

    def test_lets_only_a_lead_replace_a_lead(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            name_lead(case.id, cast.investigator.id, by=cast.analyst)

    def test_refuses_who_may_not_lead(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            name_lead(case.id, cast.analyst.id, by=cast.lead)

    def test_refuses_somebody_of_another_organisation(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(NotFound):
            name_lead(case.id, cast.outsider.id, by=cast.lead)

    def test_twice_changes_nothing(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            assert name_lead(case.id, cast.lead.id, by=cast.lead).version == case.version

    def test_refuses_a_stale_version(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Stale):
            name_lead(case.id, cast.investigator.id, by=cast.lead, expected_version=1)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            name_lead(case.id, cast.hr.id, by=cast.hr)


class TestAddMember:
    """add_member"""

    def test_lets_somebody_in(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            add_member(case.id, cast.hr.id, reason="A matter of HR", by=cast.lead)
            assert last_actions(case.id) == ["member.added"]
        with acting_as(cast.hr):
            assert selectors.case(case.id).title == case.title

    def test_twice_is_once(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            for _ in range(2):
                add_member(case.id, cast.hr.id, reason="A matter of HR", by=cast.lead)
            assert Membership.objects.filter(compartment_id=case.compartment_id, account_id=cast.hr.id).count() == 1

    @pytest.mark.parametrize("name", ["auditor", "administrator", "responder", "reporter"])
    def test_refuses_roles_that_do_not_open_cases(self, cast: Cast, case: Case, name: str) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            add_member(case.id, cast.accounts[name].id, reason="Curious", by=cast.lead)

    def test_needs_a_reason(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            add_member(case.id, cast.hr.id, reason=" ", by=cast.lead)

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            add_member(case.id, cast.hr.id, reason="A matter of HR", by=cast.analyst)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            add_member(case.id, cast.hr.id, reason="Let me in", by=cast.hr)


class TestRemoveMember:
    """remove_member"""

    def test_makes_the_case_vanish_for_them(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            ended = remove_member(case.id, cast.analyst.id, reason="Moved on", by=cast.lead)
            assert last_actions(case.id) == ["member.removed"]
            # A membership that ended counts from the next transaction on; the tests have only one.
            assert ended.ended_at is not None

    def test_refuses_the_lead(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor), pytest.raises(Conflict):
            remove_member(case.id, cast.lead.id, reason="Away", by=cast.supervisor)

    def test_refuses_the_last_one(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
            with pytest.raises(Conflict):
                remove_member(case.id, cast.investigator.id, reason="Away", by=cast.investigator)

    def test_needs_a_reason(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            remove_member(case.id, cast.analyst.id, reason="", by=cast.lead)

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            remove_member(case.id, cast.supervisor.id, reason="No", by=cast.analyst)

    def test_twice_finds_nobody(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            remove_member(case.id, cast.analyst.id, reason="Moved on", by=cast.lead)
            with pytest.raises(NotFound):
                remove_member(case.id, cast.analyst.id, reason="Moved on", by=cast.lead)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            remove_member(case.id, cast.lead.id, reason="No", by=cast.hr)
