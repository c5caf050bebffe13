# SPDX-License-Identifier: Apache-2.0
"""Signals as parts of incidents and cases."""

from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import disable_account
from longwatch.core.errors import Conflict, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.intake.models import DismissReason, Signal, SignalStatus, Source
from longwatch.intake.services import triage
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import links_of, timeline
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def record(cast: Cast, kind: RecordKind = RecordKind.INCIDENT) -> RecordRef:
    """An incident or case as this package knows it; the packages above bring the real ones."""
    return RecordRef(kind, uuid7(), cast.organisation.id, cast.operations.id, "INC-2026-0001", "Gate", False)


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def ids(cast: Cast, source: Source) -> list[UUID]:
    return [send(source, cast, dedup_key=key).signal_id for key in ("one", "two")]


class TestPlaceInRecord:
    def test_links_and_leaves_it_open_for_repeats(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            placed = triage.place_in_record(ids, incident, cast.analyst)
            assert {s.status for s in placed} == {SignalStatus.IN_INCIDENT}
            assert links_of(incident.id).count() == len(ids)
            assert "signal.placed" in [line.action for line in timeline(ids[0], by=cast.analyst).rows]
        repeat = send(source, cast, dedup_key="one")
        assert (repeat.signal_id, repeat.created) == (ids[0], False)

    def test_does_not_name_the_record_to_readers_of_signals(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.analyst):
            triage.place_in_record(ids, record(cast, RecordKind.CASE), cast.analyst)
            placed = next(line for line in timeline(ids[0], by=cast.analyst).rows if line.action == "signal.placed")
        assert "INC-2026-0001" not in str(placed.fields)

    def test_twice_changes_nothing(self, cast: Cast, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            first = [s.version for s in triage.place_in_record(ids, incident, cast.analyst)]
            assert [s.version for s in triage.place_in_record(ids, incident, cast.analyst)] == first

    def test_refuses_a_second_incident_but_not_a_case(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.analyst):
            triage.place_in_record(ids, record(cast), cast.analyst)
            with pytest.raises(Conflict):
                triage.place_in_record(ids, record(cast), cast.analyst)
            [first, _] = triage.place_in_record(ids, record(cast, RecordKind.CASE), cast.analyst)
        assert first.status == SignalStatus.IN_INCIDENT

    def test_refuses_a_dismissed_one(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(ids[0], DismissReason.BENIGN, by=cast.analyst)
            with pytest.raises(Conflict):
                triage.place_in_record(ids, record(cast), cast.analyst)

    def test_needs_the_permission(self, cast: Cast, ids: list[UUID]) -> None:
        without = cast.analyst.__class__(cast.analyst.kind, cast.analyst.id, "Reader", cast.analyst.org_id)
        with acting_as(without), pytest.raises(NotAllowed):
            triage.place_in_record(ids, record(cast), without)

    def test_is_hidden_elsewhere(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.outsider), pytest.raises(NotFound):
            triage.place_in_record(ids, record(cast), cast.outsider)


class TestReleaseFromRecord:
    def test_returns_to_the_inbox(self, cast: Cast, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            signal = triage.release_from_record(ids[0], incident.id, cast.analyst)
            assert signal.status == SignalStatus.NEW
            assert links_of(incident.id).count() == 1

    def test_stays_in_what_still_holds_it(self, cast: Cast, ids: list[UUID]) -> None:
        incident, case = record(cast), record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            triage.place_in_record(ids, case, cast.analyst)
            assert triage.release_from_record(ids[0], incident.id, cast.analyst).status == SignalStatus.IN_CASE

    def test_refuses_what_is_not_in_it(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            triage.release_from_record(ids[0], uuid7(), cast.analyst)


class TestCloseWithRecord:
    def test_makes_the_next_arrival_a_new_signal(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            assert len(triage.close_with_record(incident.id, cast.analyst)) == len(ids)
            assert triage.close_with_record(incident.id, cast.analyst) == []
        assert send(source, cast, dedup_key="one").created

    def test_needs_nobody_who_has_left(self, cast: Cast, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        with acting_as(cast.supervisor):
            assert len(triage.close_with_record(incident.id, cast.supervisor)) == len(ids)
            assert len(triage.reopen_with_record(incident.id, cast.supervisor)) == len(ids)

    def test_leaves_a_signal_to_its_incident_when_a_case_closes(self, cast: Cast, ids: list[UUID]) -> None:
        case = record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            triage.place_in_record(ids[:1], record(cast), cast.analyst)
            triage.place_in_record(ids, case, cast.analyst)
            assert [s.id for s in triage.close_with_record(case.id, cast.analyst)] == ids[1:]


class TestReopenWithRecord:
    def test_lets_repeats_count_unless_a_newer_one_is_open(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            triage.close_with_record(incident.id, cast.analyst)
        send(source, cast, dedup_key="one")
        with acting_as(cast.analyst):
            assert [s.id for s in triage.reopen_with_record(incident.id, cast.analyst)] == [ids[1]]
            assert Signal.objects.get(id=ids[0]).closed_at is not None
