# SPDX-License-Identifier: Apache-2.0
"""Signals as parts of incidents and cases."""

import json
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.services.accounts import disable_account
from longwatch.access.services.compartments import add_member, open_compartment
from longwatch.core.actor import Actor
from longwatch.core.canonical import canonical
from longwatch.core.errors import Conflict, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.intake.models import DismissReason, Signal, SignalStatus, Source
from longwatch.intake.services import triage
from longwatch.ledger import Event
from longwatch.ledger.leaf import Header, commitment, leaf_bytes, leaf_hash
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.ledger.writing import row_content
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import links_of, timeline
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast


def record(cast: Cast, kind: RecordKind = RecordKind.INCIDENT) -> RecordRef:
    """An incident or case as this package knows it; the packages above bring the real ones."""
    return RecordRef(kind, uuid7(), cast.organisation.id, cast.operations.id, "INC-2026-0001", "Gate", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    """As the packages above say that an incident closed."""

    name: ClassVar[str] = "incident.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(Event):
    """As the packages above say that a case closed."""

    name: ClassVar[str] = "case.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Event):
    """As the packages above say that an incident was reopened."""

    name: ClassVar[str] = "incident.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """As the packages above say that a case was reopened."""

    name: ClassVar[str] = "case.reopened"


# What two ways of writing canonical JSON may write differently.
AWKWARD = {
    "title": 'Gate \u00e9\U0001f600 "quoted" \\ and\ttab\x7f\u2028',
    "description": "line\nline \x01",
    "entities": [{"kind": "ip", "value": "10.0.0.1"}, {"kind": "account", "value": "Zoë O'Neill"}],
    "tags": ["b", "a b"],
    "latitude": 0.0000001,
    "longitude": -8.0,
    "occurred_at": "2026-11-01T10:00:00Z",
}


def ended(place: RecordRef, by: Actor) -> None:
    event = Ended if place.kind == RecordKind.INCIDENT else CaseEnded
    ledger.append(event(subject_id=place.id, record_id=place.id, compartment_id=place.compartment_id), by=by)


def reopened(place: RecordRef, by: Actor) -> None:
    event = Reopened if place.kind == RecordKind.INCIDENT else CaseReopened
    ledger.append(event(subject_id=place.id, record_id=place.id, compartment_id=place.compartment_id), by=by)


def case_of_hr(cast: Cast) -> RecordRef:
    """A case with HR and, for now, the analyst as its members."""
    with acting_as(cast.hr):
        room = open_compartment(name="Case", kind=CompartmentKind.RECORD, by=cast.hr)
        add_member(room.id, cast.analyst.id, reason="Brought the signals", by=cast.hr)
    return RecordRef(RecordKind.CASE, uuid7(), cast.organisation.id, room.id, "CASE-1", "Staff matter", False)


def case_closes(cast: Cast, case: RecordRef) -> None:
    with acting_as(cast.hr):
        ended(case, cast.hr)
        triage.close_with_record(case.id)


def placed_by_somebody_who_left(cast: Cast, ids: list[UUID], place: RecordRef) -> None:
    with acting_as(cast.analyst):
        triage.place_in_record(ids, place, cast.analyst)
    with acting_as(cast.administrator):
        disable_account(cast.analyst.id, reason="Left", by=cast.administrator)


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

    def test_opens_a_signal_of_a_closed_case_for_repeats(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        case = case_of_hr(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, case, cast.analyst)
        case_closes(cast, case)
        with acting_as(cast.analyst):
            [first, _] = triage.place_in_record(ids, record(cast), cast.analyst)
        assert (first.status, first.closed_at) == (SignalStatus.IN_INCIDENT, None)
        assert send(source, cast, dedup_key="one").signal_id == ids[0]

    def test_leaves_it_closed_where_a_newer_signal_counts_the_repeats(
        self, cast: Cast, source: Source, ids: list[UUID]
    ) -> None:
        case = case_of_hr(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, case, cast.analyst)
        case_closes(cast, case)
        newer = send(source, cast, dedup_key="one")
        with acting_as(cast.analyst):
            [first, _] = triage.place_in_record(ids, record(cast), cast.analyst)
        assert first.closed_at is not None
        assert send(source, cast, dedup_key="one").signal_id == newer.signal_id

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

    def test_stays_in_a_case_that_the_actor_may_not_know_of(self, cast: Cast, ids: list[UUID]) -> None:
        incident, case = record(cast), case_of_hr(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            triage.place_in_record(ids, case, cast.analyst)
        with acting_as(cast.supervisor):
            assert not links_of(ids[0]).filter(to_id=case.id).exists()
            signal = triage.release_from_record(ids[0], incident.id, cast.supervisor)
            assert signal.status == SignalStatus.IN_CASE
            lines = timeline(ids[0], by=cast.supervisor).rows
        released = next(line for line in lines if line.action == "signal.released")
        assert str(case.id) not in str(released.fields)

    def test_stays_closed_with_what_still_holds_it(self, cast: Cast, ids: list[UUID]) -> None:
        incident, case = record(cast), record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            for place in (incident, case):
                triage.place_in_record(ids, place, cast.analyst)
            ended(incident, cast.analyst)
            triage.close_with_record(incident.id)
            assert triage.release_from_record(ids[0], incident.id, cast.analyst).closed_at is not None

    def test_closes_with_the_closed_case_that_alone_still_holds_it(
        self, cast: Cast, source: Source, ids: list[UUID]
    ) -> None:
        incident, case = record(cast), case_of_hr(cast)
        with acting_as(cast.analyst):
            for place in (incident, case):
                triage.place_in_record(ids, place, cast.analyst)
        case_closes(cast, case)
        with acting_as(cast.supervisor):
            released = triage.release_from_record(ids[0], incident.id, cast.supervisor)
        assert (released.status, released.closed_at is None) == (SignalStatus.IN_CASE, False)
        assert send(source, cast, dedup_key="one").created

    def test_stays_open_in_a_case_that_is_open_again(self, cast: Cast, ids: list[UUID]) -> None:
        incident, case = record(cast), case_of_hr(cast)
        with acting_as(cast.analyst):
            for place in (incident, case):
                triage.place_in_record(ids, place, cast.analyst)
        case_closes(cast, case)
        with acting_as(cast.hr):
            reopened(case, cast.hr)
            triage.reopen_with_record(case.id)
        with acting_as(cast.supervisor):
            released = triage.release_from_record(ids[0], incident.id, cast.supervisor)
        assert (released.status, released.closed_at) == (SignalStatus.IN_CASE, None)

    def test_stays_open_while_one_of_two_cases_is_open(self, cast: Cast, ids: list[UUID]) -> None:
        incident, ended_case, open_case = record(cast), case_of_hr(cast), record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            for place in (incident, ended_case, open_case):
                triage.place_in_record(ids, place, cast.analyst)
        case_closes(cast, ended_case)
        with acting_as(cast.analyst):
            released = triage.release_from_record(ids[0], incident.id, cast.analyst)
        assert (released.status, released.closed_at) == (SignalStatus.IN_CASE, None)

    def test_stays_open_in_an_incident_when_it_leaves_a_case(self, cast: Cast, ids: list[UUID]) -> None:
        incident, case = record(cast), record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            for place in (incident, case):
                triage.place_in_record(ids, place, cast.analyst)
            released = triage.release_from_record(ids[0], case.id, cast.analyst)
        assert (released.status, released.closed_at) == (SignalStatus.IN_INCIDENT, None)

    def test_refuses_what_is_not_in_it(self, cast: Cast, ids: list[UUID]) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            triage.release_from_record(ids[0], uuid7(), cast.analyst)


class TestCloseWithRecord:
    def test_makes_the_next_arrival_a_new_signal_that_names_the_one_before(
        self, cast: Cast, source: Source, ids: list[UUID]
    ) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            ended(incident, cast.analyst)
            assert triage.close_with_record(incident.id) == sorted(ids)
            assert triage.close_with_record(incident.id) == []
        again = send(source, cast, dedup_key="one")
        assert again.created
        assert signal_of(again, cast).previous_id == ids[0]

    def test_needs_no_reader_of_signals_and_nobody_who_has_left(
        self, cast: Cast, source: Source, ids: list[UUID]
    ) -> None:
        """HR closes a case whose signals an analyst placed who has left since."""
        case = case_of_hr(cast)
        placed_by_somebody_who_left(cast, ids, case)
        with acting_as(cast.hr):
            assert not Signal.objects.filter(id__in=ids).exists()
            ended(case, cast.hr)
            assert triage.close_with_record(case.id) == sorted(ids)
        again = send(source, cast, dedup_key="one")
        with acting_as(cast.supervisor):
            assert Signal.objects.get(id=again.signal_id).previous_id == ids[0]
            assert Signal.objects.filter(id__in=ids, closed_at=None).count() == 0

    def test_reopens_likewise(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        case = case_of_hr(cast)
        placed_by_somebody_who_left(cast, ids, case)
        with acting_as(cast.hr):
            ended(case, cast.hr)
            triage.close_with_record(case.id)
            reopened(case, cast.hr)
            assert triage.reopen_with_record(case.id) == sorted(ids)
        assert not send(source, cast, dedup_key="one").created

    def test_is_told_with_an_entry_that_commits_to_the_row_as_every_entry_does(
        self, cast: Cast, source: Source
    ) -> None:
        signal_id = send(source, cast, **AWKWARD).signal_id
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record([signal_id], incident, cast.analyst)
            ended(incident, cast.analyst)
            triage.close_with_record(incident.id)
            signal = Signal.objects.get(id=signal_id)
            entry = LedgerEntry.objects.get(id=signal.version)
            openings = LedgerDetail.objects.get(entry_id=entry.id).fields
        leaf = json.loads(bytes(entry.leaf))
        assert canonical(leaf) == bytes(entry.leaf)
        assert bytes(entry.leaf_hash) == leaf_hash(bytes(entry.leaf))
        said = {"record_kind": "incident", "actor": "Ana Analyst", "row": row_content(signal)}
        assert {name: commitment(bytes.fromhex(o["salt"]), said[name]) for name, o in openings.items()} == leaf[
            "commit"
        ]
        assert {name: o["value"] for name, o in openings.items() if name != "row"} == {
            "record_kind": "incident", "actor": "Ana Analyst",
        }  # fmt: skip
        header = Header(
            entry.at, entry.org_id, entry.actor_kind, entry.actor_id, entry.operation_id, "signal.closed", signal_id,
            signal_id, signal.compartment_id, entry.via,
        )  # fmt: skip
        assert leaf_bytes(header, leaf["commit"]) == bytes(entry.leaf)

    def test_leaves_a_signal_to_its_incident_when_a_case_closes(self, cast: Cast, ids: list[UUID]) -> None:
        case = record(cast, RecordKind.CASE)
        with acting_as(cast.analyst):
            triage.place_in_record(ids[:1], record(cast), cast.analyst)
            triage.place_in_record(ids, case, cast.analyst)
            ended(case, cast.analyst)
            assert triage.close_with_record(case.id) == ids[1:]

    def test_is_refused_unless_the_record_closes_in_the_same_transaction(self, cast: Cast, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            with pytest.raises(DatabaseError, match="not closed here and now"), transaction.atomic():
                triage.close_with_record(incident.id)
            reopened(incident, cast.analyst)
            with pytest.raises(DatabaseError, match="not closed here and now"), transaction.atomic():
                triage.close_with_record(incident.id)

    def test_is_refused_to_an_account_that_did_not_close_the_record(self, cast: Cast, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            ended(incident, cast.analyst)
        with (
            acting_as(cast.supervisor),
            pytest.raises(DatabaseError, match="not closed here and now"),
            transaction.atomic(),
        ):
            triage.close_with_record(incident.id)

    def test_does_nothing_for_who_may_not_see_the_record(self, cast: Cast, ids: list[UUID]) -> None:
        case = case_of_hr(cast)
        placed_by_somebody_who_left(cast, ids, case)
        with acting_as(cast.counsel):
            ended(case, cast.counsel)
            assert triage.close_with_record(case.id) == []


class TestReopenWithRecord:
    def test_lets_repeats_count_unless_a_newer_one_is_open(self, cast: Cast, source: Source, ids: list[UUID]) -> None:
        incident = record(cast)
        with acting_as(cast.analyst):
            triage.place_in_record(ids, incident, cast.analyst)
            ended(incident, cast.analyst)
            triage.close_with_record(incident.id)
        send(source, cast, dedup_key="one")
        with acting_as(cast.analyst):
            reopened(incident, cast.analyst)
            assert triage.reopen_with_record(incident.id) == [ids[1]]
            assert Signal.objects.get(id=ids[0]).closed_at is not None
