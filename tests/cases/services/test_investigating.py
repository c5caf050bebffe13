# SPDX-License-Identifier: Apache-2.0
"""Starting, holding and resuming."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.services.investigating import hold_case, resume_case, start_investigation
from longwatch.cases.services.people import name_lead
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from tests.cases.material import a_bare_case, last_actions, status_of
from tests.personas import Cast

LATER = clock.now().date() + timedelta(days=14)


class TestStartInvestigation:
    """start_investigation"""

    def test_starts_once_there_is_a_lead(self, cast: Cast) -> None:
        with acting_as(cast.investigator):
            case = a_bare_case(cast)
            with pytest.raises(Conflict):
                start_investigation(case.id, by=cast.investigator)
            name_lead(case.id, cast.lead.id, by=cast.investigator)
            started = start_investigation(case.id, by=cast.investigator)
            assert started.investigating_at is not None
            assert (status_of(case), last_actions(case.id)) == ("investigating", ["case.investigation_started"])

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Conflict):
            start_investigation(case.id, by=cast.lead)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            start_investigation(case.id, by=cast.hr)


class TestHoldCase:
    """hold_case"""

    def test_keeps_reason_and_day(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            held = hold_case(case.id, reason="Police asked us to wait", review_on=LATER, by=cast.lead)
            assert (held.hold_reason, held.review_on) == ("Police asked us to wait", LATER)
            assert (status_of(case), last_actions(case.id)) == ("on_hold", ["case.held"])

    def test_needs_a_reason_and_a_day(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Invalid) as refusal:
            hold_case(case.id, reason="", review_on=None, by=cast.lead)
        assert set(refusal.value.fields) == {"reason", "review_on"}

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            hold_case(case.id, reason="Wait", review_on=LATER, by=cast.analyst)

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            hold_case(case.id, reason="Wait", review_on=LATER, by=cast.lead)
            with pytest.raises(Conflict):
                hold_case(case.id, reason="Wait", review_on=LATER, by=cast.lead)

    def test_refuses_a_stale_version(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Stale):
            hold_case(case.id, reason="Wait", review_on=LATER, by=cast.lead, expected_version=1)


class TestResumeCase:
    """resume_case"""

    def test_goes_on(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            hold_case(case.id, reason="Wait", review_on=LATER, by=cast.lead)
            resumed = resume_case(case.id, by=cast.lead)
            assert (resumed.hold_reason, resumed.review_on) == ("", None)
            assert (status_of(case), last_actions(case.id)) == ("investigating", ["case.resumed"])

    def test_refuses_a_case_that_is_not_held(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Conflict):
            resume_case(case.id, by=cast.lead)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.counsel), pytest.raises(NotFound):
            resume_case(case.id, by=cast.counsel)
