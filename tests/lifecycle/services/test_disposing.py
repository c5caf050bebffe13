# SPDX-License-Identifier: Apache-2.0
"""One proposes, another decides."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, keep_longer, propose, propose_person
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.reference import RecordRef
from tests.lifecycle.closed import PERSON, a_closed_case, actions_about, an_incident
from tests.personas import Cast

TODAY = timedelta(0)


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    """A closed case that its lead and counsel see, and the privacy officer does not."""
    return a_closed_case(cast)


def proposed(cast: Cast, record: RecordRef) -> Disposal:
    """Because somebody asked for it."""
    with acting_as(cast.privacy):
        return propose(record.id, outcome="anonymise", basis="request", note="Asked on Monday", by=cast.privacy)


class TestPropose:
    def test_is_recorded_and_waits(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.lead):
            assert selectors.disposal(row.id).status == "proposed"
            assert actions_about(row.id) == ["disposal.proposed"]

    def test_refuses_what_is_not_due(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy), pytest.raises(Conflict, match="not over"):
            propose(record.id, outcome="anonymise", by=cast.privacy)

    def test_refuses_what_is_open(self, cast: Cast) -> None:
        found = an_incident(cast)
        with acting_as(cast.privacy), pytest.raises(Conflict, match="not closed"):
            propose(found.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)

    def test_twice_is_refused(self, cast: Cast, record: RecordRef) -> None:
        proposed(cast, record)
        with pytest.raises(Conflict):
            proposed(cast, record)

    def test_waits_until_the_erasure_of_one_person_is_over(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            propose_person(record.id, words=[PERSON], note="Asked", by=cast.privacy)
        with pytest.raises(Conflict, match="under way"):
            proposed(cast, record)

    def test_is_the_privacy_officers(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.lead), pytest.raises(NotAllowed):
            propose(record.id, outcome="anonymise", basis="request", note="x", by=cast.lead)

    def test_of_another_organisation_does_not_exist(self, cast: Cast) -> None:
        with acting_as(cast.privacy), pytest.raises(NotFound):
            propose(cast.organisation.id, outcome="anonymise", by=cast.privacy)


class TestApprove:
    def test_by_the_lead_lets_the_content_go(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
        assert carry_out(row.id) == "done"
        with acting_as(cast.lead):
            done = selectors.disposal(row.id)
            assert done.destroyed
            assert done.counts["entities_mention"] == 1
            assert actions_about(row.id)[-2:] == ["erasure.performed", "disposal.certified"]

    def test_needs_a_second_person_in_the_database_too(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.privacy):
            with pytest.raises(NotFound):
                approve(row.id, by=cast.privacy)
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "update lifecycle_disposal set status = 'approved', decided_by_id = proposed_by_id where id = %s",
                    [row.id],
                )

    def test_is_not_every_members(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            approve(row.id, by=cast.analyst)

    def test_does_not_exist_outside_the_record(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.hr), pytest.raises(NotFound):
            approve(row.id, by=cast.hr)

    def test_twice_is_refused(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.lead):
            approve(row.id, by=cast.lead)
            with pytest.raises(Conflict):
                approve(row.id, by=cast.lead)


class TestKeepLonger:
    def test_with_a_reason_and_a_day(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        until = clock.now().date() + timedelta(days=400)
        with acting_as(cast.counsel):
            kept = keep_longer(row.id, until=until, reason="A claim is expected", by=cast.counsel)
            assert (kept.status, actions_about(row.id)[-1]) == ("kept", "disposal.refused")

    def test_needs_a_day_ahead(self, cast: Cast, record: RecordRef) -> None:
        row = proposed(cast, record)
        with acting_as(cast.lead), pytest.raises(Invalid):
            keep_longer(row.id, until=date(2020, 1, 1), reason="x", by=cast.lead)
