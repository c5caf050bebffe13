# SPDX-License-Identifier: Apache-2.0
"""What never leaves in a file is not there while one is made; pages show it still."""

import pytest

from longwatch.access.context import acting_as
from longwatch.access.leaving_out import NOT_EXPORTED, leaving_out_what_never_leaves
from longwatch.access.models import Compartment
from longwatch.cases import selectors
from longwatch.cases.briefing import case_briefing, case_briefing_to_hand_on
from longwatch.cases.models import Case
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.sections import open_section
from longwatch.ledger.models import LedgerDetail, LedgerEntry
from longwatch.records import selectors as record_selectors
from longwatch.records.models import EntryKind
from longwatch.records.reference import placed
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.personas import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of counsel's."""
    with acting_as(cast.counsel):
        return open_case(title="A claim", type="other", by=cast.counsel)


@pytest.fixture
def section(case: Case, cast: Cast) -> Compartment:
    """Its privileged section, with a memo and a task."""
    with acting_as(cast.counsel):
        made = open_section(case.id, section="privileged", by=cast.counsel)
        place = placed(selectors.case_ref(selectors.case(case.id)), made.id)
        add_entry(place, kind=EntryKind.UPDATE, text="zebra memo", by=cast.counsel)
        add_task(place, title="zebra task", by=cast.counsel)
        add_entry(selectors.case_ref(case), kind=EntryKind.UPDATE, text="plain words", by=cast.counsel)
        return made


class TestLeavingOut:
    def test_rows_and_ledger_of_the_section_are_not_there_meanwhile(
        self, case: Case, section: Compartment, cast: Cast
    ) -> None:
        with acting_as(cast.counsel):
            with leaving_out_what_never_leaves(case.id):
                lines = record_selectors.timeline(case.id, by=cast.counsel).rows
                assert "zebra" not in repr([(line.text, dict(line.fields)) for line in lines])
                assert "plain words" in [line.text for line in lines]
                assert not record_selectors.tasks(case.id).exists()
                assert not LedgerEntry.objects.filter(compartment_id=section.id).exists()
                assert not LedgerDetail.objects.filter(compartment_id=section.id).exists()
            assert record_selectors.tasks(case.id).exists()

    def test_ends_also_after_an_error(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.counsel):
            with pytest.raises(ZeroDivisionError), leaving_out_what_never_leaves(case.id):
                raise ZeroDivisionError
            assert record_selectors.tasks(case.id).exists()

    def test_opens_nothing(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.supervisor), leaving_out_what_never_leaves(case.id):
            assert not record_selectors.tasks(case.id).exists()

    def test_holds_for_the_sections_that_are_not_exported(self) -> None:
        assert NOT_EXPORTED == ["identity", "privileged"]


class TestSixQuestions:
    def test_to_hand_on_hold_nothing_privileged_also_for_counsel(
        self, case: Case, section: Compartment, cast: Cast
    ) -> None:
        with acting_as(cast.counsel):
            told = repr(case_briefing_to_hand_on(selectors.case(case.id), by=cast.counsel))
            assert "zebra" in repr(case_briefing(selectors.case(case.id), by=cast.counsel))
        assert "plain words" in told
        assert "zebra" not in told
