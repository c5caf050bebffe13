# SPDX-License-Identifier: Apache-2.0
"""What is due and what would go, for whoever may know how much."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.incidents.services.closing import close_incident
from longwatch.intake.services.enclosing import exclude_from
from longwatch.lifecycle import selectors
from longwatch.lifecycle.services.classes import change_retention
from longwatch.lifecycle.services.disposing import propose
from longwatch.records.reference import RecordRef
from tests.lifecycle.closed import PERSON, a_closed_case, an_incident
from tests.personas import Cast


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    """A closed case that the privacy officer does not see."""
    return a_closed_case(cast)


class TestDue:
    def test_lists_without_what_privacy_officers_may_not_see(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            assert selectors.due(cast.privacy.org_id) == []
            (found,) = selectors.due(cast.privacy.org_id, ahead=timedelta(days=365 * 11))
            assert (found.kind, found.id, found.reference, found.held) == ("case", record.id, "", False)
            assert dict(selectors.preview(record.id))
        for other in (cast.analyst, cast.outsider):
            with acting_as(other):
                assert selectors.due(other.org_id, ahead=timedelta(days=365 * 11)) == []

    def test_what_stays_hides_nothing_that_is_due(self, cast: Cast) -> None:
        found = an_incident(cast)
        with acting_as(cast.analyst):
            close_incident(found.id, disposition="benign", summary="Nothing", case_answer="no", by=cast.analyst)
        with acting_as(cast.privacy):
            change_retention("incident-other", years=3, outcome="keep", reason="Agreed", by=cast.privacy)
        record = a_closed_case(cast)
        with acting_as(cast.privacy):
            (only,) = selectors.due(cast.privacy.org_id, ahead=timedelta(days=365 * 11), most=1)
        assert only.id == record.id

    def test_the_longest_overdue_comes_first_whenever_it_closed(self, cast: Cast, record: RecordRef) -> None:
        found = an_incident(cast)
        with acting_as(cast.analyst):
            close_incident(found.id, disposition="benign", summary="Nothing", case_answer="no", by=cast.analyst)
        with acting_as(cast.privacy):
            listed = selectors.due(cast.privacy.org_id, ahead=timedelta(days=365 * 11))
            (first,) = selectors.due(cast.privacy.org_id, ahead=timedelta(days=365 * 11), most=1)
        assert [each.id for each in listed] == [found.id, record.id]
        assert first == listed[0]

    def test_a_preview_counts_only_what_one_sees(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.lead):
            seen = selectors.preview(record.id)
        with acting_as(cast.outsider):
            assert selectors.preview(record.id) == []
        assert seen
        assert PERSON not in str(seen)


class TestNamedByAReporter:
    """A privacy officer whom a reporter named learns nothing of that record by office."""

    def test_neither_that_it_is_due_nor_what_would_go_nor_who_decides(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.privacy):
            row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            exclude_from(record.compartment_id, cast.accounts["privacy"], reason="Named", by=cast.lead)
        with acting_as(cast.privacy):
            assert selectors.due(cast.privacy.org_id, ahead=timedelta(days=365 * 11)) == []
            assert selectors.preview(record.id) == []
            assert not selectors.disposals().exists()
            assert selectors.openings(row.id) == []
            with pytest.raises(NotFound):
                selectors.subject(record.id)
