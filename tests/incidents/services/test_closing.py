# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.closing import close_incident, reopen_incident
from longwatch.intake.models import Signal
from longwatch.records.models import EntryKind
from longwatch.records.services.timeline import add_entry
from tests.incidents.cast_incidents import as_seen, opened, signals, told
from tests.personas import Cast

ANSWERS: dict[str, Any] = {"disposition": "contained", "summary": "The door was repaired.", "case_answer": "no"}


class TestCloseIncident:
    """close_incident"""

    def test_closes_with_its_signals_and_appends_its_event(self, cast: Cast) -> None:
        ids = signals(cast)
        incident = opened(cast, signal_ids=ids)
        with acting_as(cast.analyst):
            closed = close_incident(incident.id, **ANSWERS, by=cast.analyst)
            assert (closed.status, closed.disposition, closed.case_answer) == ("closed", "contained", "no")
            assert closed.closed_at == closed.stabilized_at
            assert told(incident.id)[-1] == "incident.closed"
            assert Signal.objects.get(id=ids[0]).closed_at is not None

    def test_takes_no_more_notes(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            closed = close_incident(incident.id, **ANSWERS, by=cast.analyst)
            with pytest.raises(Conflict):
                add_entry(incident_ref(closed), kind=EntryKind.NOTE, text="Late", by=cast.analyst)

    def test_takes_no_note_of_whoever_read_it_before(self, cast: Cast) -> None:
        """Read while it was open, written after somebody closed it: what is asked under lock counts."""
        incident = opened(cast)
        with acting_as(cast.analyst):
            before = incident_ref(incident)
            close_incident(incident.id, **ANSWERS, by=cast.analyst)
            with pytest.raises(Conflict) as refusal:
                add_entry(before, kind=EntryKind.NOTE, text="Late", by=cast.analyst)
        assert refusal.value.code == "record_closed"

    @pytest.mark.parametrize("missing", ["disposition", "summary", "case_answer"])
    def test_refuses_while_something_is_missing(self, cast: Cast, missing: str) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Invalid) as refused:
            close_incident(incident.id, **ANSWERS | {missing: ""}, by=cast.analyst)
        assert set(refused.value.fields) == {missing}
        assert as_seen(incident, cast.analyst).status == "reported"

    def test_refuses_to_update_a_case_that_is_not_there(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict) as refused:
            close_incident(incident.id, **ANSWERS | {"case_answer": "updated"}, by=cast.analyst)
        assert refused.value.gaps

    def test_refuses_the_second_time(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            close_incident(incident.id, **ANSWERS, by=cast.analyst)
            with pytest.raises(Conflict):
                close_incident(incident.id, **ANSWERS, by=cast.analyst)

    def test_refuses_responders(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            close_incident(incident.id, **ANSWERS, by=cast.responder)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast, restricted=True)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            close_incident(incident.id, **ANSWERS, by=cast.supervisor)


class TestReopenIncident:
    """reopen_incident"""

    def test_returns_to_triage_and_lets_repeats_count_again(self, cast: Cast) -> None:
        ids = signals(cast)
        incident = opened(cast, signal_ids=ids)
        with acting_as(cast.analyst):
            close_incident(incident.id, **ANSWERS, by=cast.analyst)
            reopened = reopen_incident(incident.id, reason="It happened again", by=cast.analyst)
            assert (reopened.status, reopened.closed_at, reopened.disposition) == ("triage", None, "")
            assert told(incident.id)[-1] == "incident.reopened"
            assert Signal.objects.get(id=ids[0]).closed_at is None

    def test_needs_a_reason(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst):
            close_incident(incident.id, **ANSWERS, by=cast.analyst)
            with pytest.raises(Invalid):
                reopen_incident(incident.id, reason="", by=cast.analyst)

    def test_refuses_what_is_open(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            reopen_incident(incident.id, reason="x", by=cast.analyst)

    def test_refuses_responders(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            reopen_incident(incident.id, reason="x", by=cast.responder)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        incident = opened(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            reopen_incident(incident.id, reason="x", by=cast.outsider)
