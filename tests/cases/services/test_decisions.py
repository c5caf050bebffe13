# SPDX-License-Identifier: Apache-2.0
"""Decisions and their approval."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.models import Case, Decision
from longwatch.cases.services.closure import approve_closure
from longwatch.cases.services.decisions import approve_decision, record_decision
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cases.material import last_actions, requested
from tests.personas import Cast


def a_decision(case: Case, by: Actor, **fields: object) -> Decision:
    """A ban, decided by the actor."""
    return record_decision(case.id, what="Ban him from the site", why="Threats", by=by, **fields)  # type: ignore[arg-type]


class TestRecordDecision:
    """record_decision"""

    def test_is_open_until_approved(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = a_decision(case, cast.lead, alternatives="A warning letter")
            assert (decision.approved_at, decision.decided_by_id) == (None, cast.lead.id)
            assert last_actions(case.id) == ["case.decision_recorded"]

    def test_refuses_without_what_and_why_or_from_the_future(self, cast: Cast, case: Case) -> None:
        later = clock.now() + timedelta(hours=1)
        with acting_as(cast.lead), pytest.raises(Invalid) as refusal:
            record_decision(case.id, what="", why="", decided_at=later, by=cast.lead)
        assert set(refusal.value.fields) == {"what", "why", "decided_at"}

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            a_decision(case, cast.hr)


class TestApproveDecision:
    """approve_decision"""

    def test_takes_another_member(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = a_decision(case, cast.lead)
        with acting_as(cast.supervisor):
            approved = approve_decision(case.id, decision.id, by=cast.supervisor)
            assert approved.approved_by_id == cast.supervisor.id
            assert last_actions(case.id) == ["case.decision_approved"]

    def test_refuses_who_decided(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            decision = a_decision(case, cast.supervisor)
            with pytest.raises(Conflict):
                approve_decision(case.id, decision.id, by=cast.supervisor)

    def test_refuses_who_wrote_it_down_for_another(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            decision = a_decision(case, cast.supervisor, decided_by_id=cast.lead.id)
            with pytest.raises(Conflict):
                approve_decision(case.id, decision.id, by=cast.supervisor)

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = a_decision(case, cast.lead)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            approve_decision(case.id, decision.id, by=cast.analyst)

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = a_decision(case, cast.lead)
        with acting_as(cast.supervisor):
            approve_decision(case.id, decision.id, by=cast.supervisor)
            with pytest.raises(Conflict):
                approve_decision(case.id, decision.id, by=cast.supervisor)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            decision = a_decision(case, cast.lead)
        with acting_as(cast.hr), pytest.raises(NotFound):
            approve_decision(case.id, decision.id, by=cast.hr)

    def test_can_still_happen_while_the_closure_waits_but_not_after(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            early, late = a_decision(case, cast.lead), a_decision(case, cast.lead)
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_decision(case.id, early.id, by=cast.supervisor)
            approve_closure(case.id, by=cast.supervisor)
            with pytest.raises(Conflict):
                approve_decision(case.id, late.id, by=cast.supervisor)
