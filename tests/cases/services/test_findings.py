# SPDX-License-Identifier: Apache-2.0
"""Allegations and findings."""

from uuid import uuid4

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.findings import add_allegation, record_finding
from longwatch.core.errors import Conflict, Invalid, NotFound
from tests.cases.material import last_actions, requested
from tests.personas import Cast


class TestAddAllegation:
    """add_allegation"""

    def test_numbers_them(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            numbers = [add_allegation(case.id, text="He threatened B.", by=cast.analyst).number for _ in range(2)]
            assert (numbers, last_actions(case.id)) == ([1, 2], ["case.allegation_added"])

    def test_refuses_no_words_and_an_unknown_kind(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid) as refusal:
            add_allegation(case.id, text=" ", kind="rumour", by=cast.analyst)
        assert set(refusal.value.fields) == {"text", "kind"}

    def test_is_frozen_while_an_approver_reads(self, cast: Cast, case: Case) -> None:
        requested(case, cast)
        with acting_as(cast.analyst), pytest.raises(Conflict) as refusal:
            add_allegation(case.id, text="One more", by=cast.analyst)
        assert refusal.value.code == "pending_closure"

    def test_does_not_exist_for_others(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.hr), pytest.raises(NotFound):
            add_allegation(case.id, text="He threatened B.", by=cast.hr)


class TestRecordFinding:
    """record_finding"""

    def test_says_what_was_found_and_by_whom(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            one = add_allegation(case.id, text="He threatened B.", by=cast.analyst)
            found = record_finding(case.id, one.id, conclusion="partly", reasoning="Two of three", by=cast.analyst)
            assert (found.conclusion, found.concluded_by_id) == ("partly", cast.analyst.id)
            assert last_actions(case.id) == ["case.finding_recorded"]

    def test_a_second_finding_replaces_the_first_and_both_are_kept(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            one = add_allegation(case.id, text="He threatened B.", by=cast.analyst)
            record_finding(case.id, one.id, conclusion="inconclusive", reasoning="Too early", by=cast.analyst)
            record_finding(case.id, one.id, conclusion="substantiated", reasoning="Letters", by=cast.analyst)
            assert selectors.allegations(case.id).get().conclusion == "substantiated"
            assert last_actions(case.id, 2) == ["case.finding_recorded"] * 2

    def test_refuses_no_conclusion_and_no_reasons(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst):
            one = add_allegation(case.id, text="He threatened B.", by=cast.analyst)
            with pytest.raises(Invalid) as refusal:
                record_finding(case.id, one.id, conclusion="guilty", reasoning="", by=cast.analyst)
        assert set(refusal.value.fields) == {"conclusion", "reasoning"}

    def test_finds_only_what_belongs_to_the_case(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            record_finding(case.id, uuid4(), conclusion="partly", reasoning="x", by=cast.analyst)
