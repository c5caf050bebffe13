# SPDX-License-Identifier: Apache-2.0
"""Counsel keeps; the database does too."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.cases.selectors import case
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.evidence.models import CustodyEvent, EvidenceKey, Exhibit
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import DisposalProgressed
from longwatch.lifecycle.models import Hold
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.lifecycle.services.holds import hold_entity, hold_organisation, hold_record, release_hold
from longwatch.records.reference import RecordRef
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about, an_incident
from tests.personas import Cast

pytestmark = pytest.mark.django_db
WORDS = {"matter": "3 O 12/26", "reason": "The other side has sued."}


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    """A closed case with counsel inside."""
    return a_closed_case(cast)


class TestHoldRecord:
    def test_keeps_the_record_and_tells_the_chain_of_custody(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            row = hold_record(record, **WORDS, by=cast.counsel)
            assert selectors.is_held(record.id)
            exhibit = Exhibit.objects.get(record_id=record.id)
            assert CustodyEvent.objects.filter(exhibit=exhibit, kind="held").exists()
            assert actions_about(row.id) == ["hold.placed"]

    def test_twice_for_one_matter_is_refused(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
            with pytest.raises(Conflict):
                hold_record(record, **WORDS, by=cast.counsel)

    def test_needs_a_reason(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel), pytest.raises(Invalid):
            hold_record(record, matter="M", reason=" ", by=cast.counsel)

    def test_is_counsels(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.lead), pytest.raises(NotAllowed):
            hold_record(record, **WORDS, by=cast.lead)

    def test_is_not_seen_from_outside_the_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            row = hold_record(record, **WORDS, by=cast.counsel)
        for other in (cast.hr, cast.privacy, cast.outsider):
            with acting_as(other), pytest.raises(NotFound):
                selectors.hold(row.id)


class TestHoldEntity:
    def test_keeps_every_record_that_names_them(self, cast: Cast, record: RecordRef) -> None:
        other = an_incident(cast)
        with acting_as(cast.counsel):
            hold_entity("person", PERSON, **WORDS, by=cast.counsel)
            assert selectors.is_held(record.id)
            assert not selectors.is_held(other.id)

    def test_needs_somebody(self, cast: Cast) -> None:
        with acting_as(cast.counsel), pytest.raises(Invalid):
            hold_entity("person", " ", **WORDS, by=cast.counsel)


class TestHoldOrganisation:
    def test_keeps_everything(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_organisation(**WORDS, by=cast.counsel)
            assert selectors.is_held(record.id)

    def test_of_another_organisation_keeps_nothing_here(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_organisation(**WORDS, by=cast.counsel)
        with acting_as(cast.outsider):
            assert not Hold.objects.exists()


class TestReleaseHold:
    def test_ends_it_with_a_reason(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            row = release_hold(hold_record(record, **WORDS, by=cast.counsel).id, reason="Settled", by=cast.counsel)
            assert not selectors.is_held(record.id)
            assert actions_about(row.id) == ["hold.placed", "hold.released"]
            with pytest.raises(Conflict):
                release_hold(row.id, reason="Again", by=cast.counsel)

    def test_is_counsels(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            row = hold_record(record, **WORDS, by=cast.counsel)
        with acting_as(cast.lead), pytest.raises(NotAllowed):
            release_hold(row.id, reason="No", by=cast.lead)


class TestUnderHold:
    """What the database itself refuses."""

    def test_no_disposal_is_proposed(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
        with acting_as(cast.privacy), pytest.raises(Conflict, match="legal hold"):
            propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)

    def test_a_disposal_that_was_approved_before_stops(self, cast: Cast, record: RecordRef) -> None:
        row = _approved(cast, record)
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
        assert carry_out(row) == "stopped"
        with acting_as(cast.lead):
            assert case(record.id).title != "(erased)"
            assert actions_about(row)[-1] == "disposal.stopped"

    def test_the_erasing_function_refuses_whoever_calls_it(self, cast: Cast, record: RecordRef) -> None:
        row = _approved(cast, record)
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
        with acting_as(cast.privacy):
            _running(row, cast)
            with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select lifecycle_erase(%s)", [row])

    def test_no_key_is_destroyed_by_raw_sql(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
            assert EvidenceKey.objects.filter(record_id=record.id).exists()
            with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "update evidence_key set wrapped = '', master = '', destroyed_at = now() where record_id = %s",
                    [record.id],
                )

    def test_no_text_is_blanked_by_raw_sql_hold_or_not(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.lead):
            for statement in (
                "update records_timeline_entry set text = '' where record_id = %s",
                "update ledger_detail set fields = '{}' where entry_id in"
                " (select id from ledger_entry where record_id = %s)",
                "update evidence_exhibit set name = '(erased)', note = '' where record_id = %s",
            ):
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement, [record.id])


def _approved(cast: Cast, record: RecordRef) -> UUID:
    with acting_as(cast.privacy):
        row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
    with acting_as(cast.lead):
        approve(row.id, by=cast.lead)
    return row.id


def _running(row_id: UUID, cast: Cast) -> None:
    """The very state in which the job calls the function."""
    row = selectors.disposal(row_id)
    row.status, row.step = "running", 1
    event = DisposalProgressed(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, step=1, place="x"
    )
    ledger.record(event, by=cast.privacy, row=row, fields=["status", "step"])


class TestWhetherHeld:
    """Yes or no is told to who may know of the record, and to nobody else."""

    def test_others_are_told_that_nothing_is(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.counsel):
            hold_record(record, **WORDS, by=cast.counsel)
        for who, held in (
            (cast.lead, True), (cast.counsel, True), (cast.privacy, True), (cast.hr, False), (cast.outsider, False)
        ):  # fmt: skip
            with acting_as(who):
                assert selectors.is_held(record.id) is held
