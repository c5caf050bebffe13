# SPDX-License-Identifier: Apache-2.0
"""Reading cases: members see theirs, and nobody learns of any other."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case, CaseStatus
from longwatch.cases.selectors import CaseFilter
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.people import remove_member
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound, Stale
from longwatch.core.paging import encode_cursor
from tests.cases.material import a_bare_case, a_case, an_incident
from tests.personas import Cast

OUTSIDE = ["reporter", "responder", "hr", "counsel", "auditor", "administrator", "integration", "outsider"]


def seen_by(actor: Actor, wanted: CaseFilter | None = None) -> list[str]:
    with acting_as(actor):
        return [found.title for found in selectors.cases(wanted or CaseFilter()).rows]


class TestCase:
    """case, case_by_reference, case_for_update, cases_by_ids"""

    def test_is_there_for_members(self, cast: Cast, case: Case) -> None:
        for member in (cast.investigator, cast.lead, cast.supervisor, cast.analyst):
            with acting_as(member):
                assert selectors.case(case.id) == selectors.case_by_reference(case.reference.lower()) == case

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_is_not_there_for_anybody_else(self, cast: Cast, case: Case, name: str) -> None:
        reads: list[Callable[[], object]] = [
            lambda: selectors.case(case.id),
            lambda: selectors.case_by_reference(case.reference),
            lambda: selectors.case_for_update(case.id),
        ]
        with acting_as(cast.actors[name]):
            for read in reads:
                with pytest.raises(NotFound):
                    read()
            assert selectors.cases_by_ids([case.id]) == []

    def test_is_gone_for_who_is_no_longer_a_member(self, cast: Cast, case: Case) -> None:
        # The database takes the beginning of the transaction, which is all of this test, for now.
        with acting_as(cast.lead), clock.unsafe_pretend(clock.now() - timedelta(hours=1)):
            remove_member(case.id, cast.analyst.id, reason="Done", by=cast.lead)
            assert not selectors.is_member(case.compartment_id, cast.analyst.id)
        with acting_as(cast.analyst), pytest.raises(NotFound):
            selectors.case(case.id)

    def test_is_refused_to_change_when_it_is_not_what_was_seen(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            now = selectors.case(case.id).version
            assert selectors.case_for_update(case.id, now) == case
            with pytest.raises(Stale):
                selectors.case_for_update(case.id, now - 1)


class TestCases:
    """cases"""

    def test_lists_only_where_one_is_a_member(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            a_bare_case(cast)
        assert seen_by(cast.investigator) == ["A concern", case.title]
        assert seen_by(cast.lead) == [case.title]
        assert [seen_by(cast.actors[name]) for name in OUTSIDE] == [[]] * len(OUTSIDE)

    def test_finds_nothing_of_others_by_their_words(self, cast: Cast, case: Case) -> None:
        assert seen_by(cast.lead, CaseFilter(text="former driver")) == [case.title]
        assert seen_by(cast.hr, CaseFilter(text="former driver")) == []
        assert seen_by(cast.hr, CaseFilter(text=case.reference)) == []

    def test_narrows(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            a_bare_case(cast)
        by = cast.investigator
        assert seen_by(by, CaseFilter(statuses=(CaseStatus.INVESTIGATING,))) == [case.title]
        assert seen_by(by, CaseFilter(type="other")) == ["A concern"]
        assert seen_by(by, CaseFilter(lead_id=cast.lead.id)) == [case.title]

    def test_goes_on_where_a_page_ended(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            for number in range(3):
                a_bare_case(cast, title=str(number))
            first = selectors.cases(CaseFilter(), limit=2)
            rest = selectors.cases(CaseFilter(), cursor=first.next_cursor, limit=2)
        assert [each.title for each in (*first.rows, *rest.rows)] == ["2", "1", "0"]
        assert rest.next_cursor is None

    def test_refuses_a_foreign_cursor(self, cast: Cast) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid):
            selectors.cases(CaseFilter(), cursor=encode_cursor(["yesterday", "x"]))


class TestParts:
    """allegation_for_update, decision_for_update"""

    def test_belong_to_their_case_alone(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            other = a_case(cast, title="Another")
            told = add_allegation(other.id, kind="allegation", text="He shouted", by=cast.investigator)
            assert selectors.allegation_for_update(other.id, told.id) == told
            with pytest.raises(NotFound):
                selectors.allegation_for_update(case.id, told.id)
            with pytest.raises(NotFound):
                selectors.decision_for_update(case.id, told.id)

    def test_are_not_there_outside(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            told = add_allegation(case.id, kind="allegation", text="He shouted", by=cast.investigator)
        with acting_as(cast.hr):
            assert list(selectors.allegations(case.id)) == []
            assert list(selectors.decisions(case.id)) == []
            assert selectors.memberships(case.compartment_id) == []
            with pytest.raises(NotFound):
                selectors.allegation_for_update(case.id, told.id)


class TestFacts:
    """facts"""

    def test_count_what_is_unanswered(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            add_allegation(case.id, kind="allegation", text="He shouted", by=cast.investigator)
            facts = selectors.facts(selectors.case(case.id))
        assert (facts.has_lead, facts.unanswered, facts.open_tasks, facts.findings) == (True, (1,), 0, "")


class TestPossible:
    """possible_members, possible_leads"""

    def test_are_those_whose_roles_open_cases(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            members = names(cast, selectors.possible_members(cast.investigator).values_list("id", flat=True))
            leads = names(cast, selectors.possible_leads(cast.investigator).values_list("id", flat=True))
        workers = {"analyst", "investigator", "lead", "supervisor", "hr", "counsel"}
        assert members == workers | {"intelligence", "threat_team"}
        assert leads == workers - {"analyst"}


def names(cast: Cast, ids: object) -> set[str]:
    known: dict[UUID, str] = {account.id: name for name, account in cast.accounts.items()}
    return {known[each] for each in ids}  # type: ignore[attr-defined]


class TestCasesOfIncident:
    """cases_of_incident"""

    def test_tell_an_incidents_reader_nothing_of_a_case_that_is_not_theirs(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.lead):
            link_incident(case.id, incident.id, reason="", by=cast.lead)
            assert [found for _tie, found in selectors.cases_of_incident(incident.id)] == [case]
        with acting_as(cast.responder):
            assert selectors.cases_of_incident(incident.id) == []
