# SPDX-License-Identifier: Apache-2.0
"""A legal hold and an erasure that meet, with real commits: whichever comes second knows of the first."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.cases.selectors import case
from longwatch.core.actor import Actor
from longwatch.core.postgres.address import Address
from longwatch.evidence.models import EvidenceKey
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import HoldPlaced
from longwatch.lifecycle.models import Disposal, Hold, HoldScope
from longwatch.lifecycle.services import erasing
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.holds import hold_record
from longwatch.records.reference import RecordRef
from tests.lifecycle.closed import a_closed_case
from tests.personas import Cast, make_cast
from tests.search.test_hand_over_races import until_waiting

WORDS = {"matter": "3 O 12/26", "reason": "The other side has sued."}


@pytest.fixture
def people(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """A committed organisation."""
    with django_db_blocker.unblock():
        yield make_cast()


def approved(cast: Cast) -> tuple[RecordRef, UUID]:
    """A closed case whose disposal waits for its job."""
    record = a_closed_case(cast)
    with acting_as(cast.privacy):
        row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
    with acting_as(cast.lead):
        approve(row.id, by=cast.lead)
    return record, row.id


def placed_by_sql_alone(cast: Cast) -> None:
    """A hold on everything, without the service that takes its turn."""
    row = Hold(org_id=cast.counsel.org_id, scope=HoldScope.ORGANISATION, placed_by_id=cast.counsel.id, **WORDS)
    event = HoldPlaced(subject_id=row.id, record_id=None, compartment_id=None, scope=row.scope, **WORDS)
    ledger.record_created(event, by=cast.counsel, row=row)


def test_a_hold_waits_for_a_step_that_is_under_way_and_stops_the_next(people: Cast) -> None:
    record, row_id = approved(people)

    def hold() -> None:
        try:
            with acting_as(people.counsel):
                hold_record(record, **WORDS, by=people.counsel)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding: list[Future[None]] = []

        def first_step(row: Disposal, by: Actor) -> str:
            ended = erasing._blank(row, by, step=1, place="records_timeline_entry")
            holding.append(pool.submit(hold))
            until_waiting(1)
            return ended

        assert erasing._as_carrier(row_id, first_step) == ""
        holding[0].result(30)
    assert erasing.carry_out(row_id) == "stopped"


@pytest.mark.parametrize("by_sql_alone", [False, True])
def test_a_step_waits_for_a_hold_that_is_being_placed_and_erases_nothing(people: Cast, by_sql_alone: bool) -> None:
    record, row_id = approved(people)

    def erase() -> str:
        try:
            return erasing.carry_out(row_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with acting_as(people.counsel):
            if by_sql_alone:
                placed_by_sql_alone(people)
            else:
                hold_record(record, **WORDS, by=people.counsel)
            erased = pool.submit(erase)
            until_waiting(1)
        assert erased.result(30) == "stopped"
    with acting_as(people.lead):
        assert case(record.id).title != "(erased)"
        assert selectors.disposal(row_id).counts == {}


def test_a_key_that_sql_alone_destroys_waits_for_the_hold_too(people: Cast) -> None:
    record = a_closed_case(people)

    def destroy() -> str:
        statement = "update evidence_key set wrapped = '', master = '', destroyed_at = now() where record_id = %s"
        try:
            with acting_as(people.lead), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [record.id])
            return "destroyed"
        except DatabaseError as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with acting_as(people.counsel):
            placed_by_sql_alone(people)
            destroyed = pool.submit(destroy)
            until_waiting(1)
        assert "under legal hold" in destroyed.result(30)
    with acting_as(people.lead):
        assert not EvidenceKey.objects.filter(record_id=record.id, destroyed_at__isnull=False).exists()
