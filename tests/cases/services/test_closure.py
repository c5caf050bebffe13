# SPDX-License-Identifier: Apache-2.0
"""Closing: written, requested, refused, approved, reopened."""

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.closure import (
    Closure,
    approve_closure,
    refuse_closure,
    reopen_case,
    request_closure,
    withdraw_closure,
    write_closure,
)
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.linking import add_signals
from longwatch.cases.services.people import add_member
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.intake.models import Signal
from longwatch.records.services.tasks import add_task, waive_task
from tests.cases.material import WHOLE, last_actions, requested, status_of
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


class TestWriteClosure:
    """write_closure"""

    def test_saves_what_is_said_and_leaves_the_rest(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            write_closure(case.id, Closure(findings="First"), by=cast.analyst)
            written = write_closure(case.id, Closure(root_cause="Why"), by=cast.analyst)
            assert (written.findings, written.root_cause) == ("First", "Why")
            assert last_actions(case.id, 2) == ["case.closure_written"] * 2

    def test_no_monitoring_clears_its_details(self, cast: Cast, case: Case) -> None:
        watched = Closure(
            monitoring_decision="monitor", monitoring_interval_days=30, monitoring_owner_id=cast.lead.id,
            monitoring_trigger="A letter",
        )  # fmt: skip
        with acting_as(cast.lead):
            assert write_closure(case.id, watched, by=cast.lead).monitoring_owner_id == cast.lead.id
            cleared = write_closure(case.id, Closure(monitoring_decision="none"), by=cast.lead)
            assert (cleared.monitoring_owner_id, cleared.monitoring_interval_days) == (None, None)

    def test_refuses_unknown_choices_and_strangers(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            with pytest.raises(Invalid):
                write_closure(case.id, Closure(residual_risk="huge"), by=cast.lead)
            with pytest.raises(NotFound):
                write_closure(case.id, Closure(monitoring_owner_id=cast.outsider.id), by=cast.lead)

    def test_refuses_a_stale_version(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Stale):
            write_closure(case.id, Closure(findings="x"), by=cast.lead, expected_version=1)

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            write_closure(case.id, Closure(findings="x"), by=cast.hr)


class TestRequestClosure:
    """request_closure"""

    def test_waits_for_a_second_person(self, cast: Cast, case: Case) -> None:
        asked = requested(case, cast)
        with acting_as(cast.lead):
            assert (asked.closure_requested_by_id, asked.closed_at) == (cast.lead.id, None)
            assert (status_of(case), last_actions(case.id)) == ("pending_closure", ["case.closure_requested"])

    def test_names_everything_that_is_missing(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            add_allegation(case.id, text="He threatened B.", by=cast.lead)
            add_task(selectors.case_ref(case), title="Ask B.", by=cast.lead)
            with pytest.raises(Conflict) as refusal:
                request_closure(case.id, by=cast.lead)
        assert len(refusal.value.gaps) == 11
        assert refusal.value.code == "closure_incomplete"

    def test_is_content_with_a_waived_task(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            record = selectors.case_ref(case)
            task = add_task(record, title="Ask B.", by=cast.lead)
            waive_task(record, task.id, reason="B. moved away", by=cast.lead)
        assert requested(case, cast).status == "pending_closure"

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            request_closure(case.id, Closure(**WHOLE), by=cast.analyst)

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.lead), pytest.raises(Conflict):
            request_closure(case.id, by=cast.lead)

    def test_can_be_taken_back(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.lead):
            taken = withdraw_closure(case.id, reason="A new letter came", by=cast.lead)
            assert (taken.status, taken.closure_requested_by_id) == ("investigating", None)
            assert last_actions(case.id) == ["case.closure_withdrawn"]


class TestApproveClosure:
    """approve_closure"""

    def test_closes_the_case_and_its_signals(self, cast: Cast, case: Case) -> None:
        received = send(make_source(cast), cast)
        with acting_as(cast.analyst):
            add_signals(case.id, [received.signal_id], by=cast.analyst)
        requested(case, cast)
        with acting_as(cast.supervisor):
            closed = approve_closure(case.id, by=cast.supervisor)
            assert (closed.closed_at, closed.closure_approved_by_id) == (closed.closure_approved_at, cast.supervisor.id)
            assert (status_of(case), last_actions(case.id)) == ("closed", ["case.closed"])
            assert Signal.objects.get(id=received.signal_id).closed_at is not None

    def test_refuses_who_asked(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.supervisor):
            request_closure(case.id, Closure(**WHOLE), by=cast.supervisor)
            for decide in (approve_closure, lambda id_, by: refuse_closure(id_, reasons="No", by=by)):
                with pytest.raises(Conflict) as refusal:
                    decide(case.id, by=cast.supervisor)
                assert refusal.value.code == "same_person"

    def test_refuses_what_came_up_since(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            add_task(selectors.case_ref(case), title="One more", by=cast.supervisor)
            with pytest.raises(Conflict) as refusal:
                approve_closure(case.id, by=cast.supervisor)
        assert len(refusal.value.gaps) == 1

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.investigator), pytest.raises(NotAllowed):
            approve_closure(case.id, by=cast.investigator)

    def test_does_not_exist_for_an_approver_who_is_no_member(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.counsel), pytest.raises(NotFound):
            approve_closure(case.id, by=cast.counsel)

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
            with pytest.raises(Conflict):
                approve_closure(case.id, by=cast.supervisor)

    def test_freezes_the_case(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
            with pytest.raises(Conflict):
                write_closure(case.id, Closure(findings="Other"), by=cast.supervisor)
            with pytest.raises(Conflict):
                add_task(selectors.case_ref(selectors.case(case.id)), title="Late", by=cast.supervisor)


class TestRefuseClosure:
    """refuse_closure"""

    def test_goes_back_with_reasons_that_stay(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            back = refuse_closure(case.id, reasons="Who told B.?", by=cast.supervisor)
            assert (back.status, back.closure_requested_by_id) == ("investigating", None)
            kept = selectors.refusals(case.id).get()
            assert (kept.reasons, kept.requested_by_id) == ("Who told B.?", cast.lead.id)
            assert last_actions(case.id) == ["case.closure_refused"]

    def test_needs_reasons(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor), pytest.raises(Invalid) as refusal:
            refuse_closure(case.id, reasons=" ", by=cast.supervisor)
        assert set(refusal.value.fields) == {"reasons"}

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            refuse_closure(case.id, reasons="No", by=cast.analyst)

    def test_twice_is_refused(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            refuse_closure(case.id, reasons="No", by=cast.supervisor)
            with pytest.raises(Conflict):
                refuse_closure(case.id, reasons="No", by=cast.supervisor)


class TestReopenCase:
    """reopen_case"""

    def test_needs_a_reason_and_asks_two_people_again(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
        with acting_as(cast.lead):
            with pytest.raises(Invalid):
                reopen_case(case.id, reason="", by=cast.lead)
            again = reopen_case(case.id, reason="A fourth letter", by=cast.lead)
            assert (again.status, again.closed_at, again.closure_approved_by_id) == ("investigating", None, None)
            assert again.findings == WHOLE["findings"]
            assert last_actions(case.id) == ["case.reopened"]

    def test_refuses_a_case_that_is_not_closed(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead), pytest.raises(Conflict):
            reopen_case(case.id, reason="Why not", by=cast.lead)

    def test_refuses_without_the_permission(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.supervisor):
            approve_closure(case.id, by=cast.supervisor)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            reopen_case(case.id, reason="Please", by=cast.analyst)

    def test_lets_an_hr_approver_close_what_they_are_a_member_of(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.lead):
            add_member(case.id, cast.hr.id, reason="HR approves", by=cast.lead)
        requested(case, cast)
        with acting_as(cast.hr):
            assert approve_closure(case.id, by=cast.hr).status == "closed"


class TestClosingTakesSignalsAlong:
    """Whoever approves need not be a reader of signals."""

    def test_closes_signals_that_the_approver_cannot_see(self, cast: Cast, case: Case) -> None:
        source = make_source(cast)
        first = send(source, cast, dedup_key="same")
        with acting_as(cast.analyst):
            add_signals(case.id, [first.signal_id], by=cast.analyst)
        with acting_as(cast.lead):
            add_member(case.id, cast.counsel.id, reason="Approves", by=cast.lead)
        requested(case, cast)
        with acting_as(cast.counsel):
            assert not Signal.objects.exists()
            approve_closure(case.id, by=cast.counsel)
        again = send(source, cast, dedup_key="same")
        assert again.created
        with acting_as(cast.analyst):
            closed = Signal.objects.get(id=first.signal_id)
            assert closed.closed_at is not None
            assert Signal.objects.get(id=again.signal_id).previous_id == closed.id
