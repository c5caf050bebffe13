# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from longwatch.core.errors import Conflict, Invalid
from longwatch.incidents import rules
from longwatch.incidents.models import IncidentStatus as S

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
NOTHING = {"triage_at": None, "active_at": None, "stabilized_at": None, "closed_at": None}


class TestTransition:
    """transition"""

    def test_knows_each_way_once(self) -> None:
        assert len(rules.TABLE) == len(rules.TRANSITIONS)

    @pytest.mark.parametrize("before", rules.OPEN_STATUSES)
    def test_lets_everything_open_close_or_merge(self, before: S) -> None:
        assert rules.transition(before, S.CLOSED).needs == rules.CLOSING
        assert rules.transition(before, S.MERGED).needs == ("target",)

    def test_refuses_every_way_that_is_not_in_the_table(self) -> None:
        for before, after in product(S, S):
            if (before, after) not in rules.TABLE:
                with pytest.raises(Conflict):
                    rules.transition(before, after)

    def test_ends_at_merged(self) -> None:
        assert not [t for t in rules.TRANSITIONS if t.before == S.MERGED]

    def test_leads_out_of_closed_only_by_reopening_with_a_reason(self) -> None:
        (way,) = [t for t in rules.TRANSITIONS if t.before == S.CLOSED]
        assert (way.after, way.needs) == (S.TRIAGE, ("reason",))


class TestStamps:
    """stamps"""

    def test_stamps_skipped_stages_with_the_same_time(self) -> None:
        assert rules.stamps(S.STABILIZED, NOTHING, NOW) == {
            "triage_at": NOW, "active_at": NOW, "stabilized_at": NOW, "closed_at": None,
        }  # fmt: skip

    def test_keeps_the_times_of_stages_that_were_passed(self) -> None:
        times = rules.stamps(S.CLOSED, NOTHING | {"triage_at": EARLIER}, NOW)
        assert "triage_at" not in times
        assert times["closed_at"] == times["active_at"] == NOW

    def test_forgets_later_stages_on_the_way_back(self) -> None:
        times = rules.stamps(S.TRIAGE, dict.fromkeys(NOTHING, EARLIER), NOW)
        assert times == {"triage_at": NOW, "active_at": None, "stabilized_at": None, "closed_at": None}

    def test_stamps_only_the_end_of_a_merge(self) -> None:
        assert rules.stamps(S.MERGED, NOTHING, NOW) == {"closed_at": NOW}


class TestNextStatuses:
    """next_statuses"""

    def test_offers_the_next_stage_first(self) -> None:
        assert [t.after for t in rules.next_statuses(S.REPORTED)] == [S.TRIAGE, S.ACTIVE, S.STABILIZED]

    def test_offers_nothing_after_the_end(self) -> None:
        assert not rules.next_statuses(S.CLOSED) + rules.next_statuses(S.MERGED)


class TestClosingProblems:
    """closing_problems"""

    def test_finds_nothing_when_all_is_said(self) -> None:
        assert not rules.closing_problems("benign", "Wind.", "no")

    def test_names_each_missing_field(self) -> None:
        assert set(rules.closing_problems("", " ", "maybe")) == {"disposition", "summary", "case_answer"}


class TestNeededReason:
    """needed_reason"""

    def test_trims(self) -> None:
        assert rules.needed_reason("  because ", "Why?") == "because"

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
    def test_refuses_none_and_too_much(self, reason: str) -> None:
        with pytest.raises(Invalid):
            rules.needed_reason(reason, "Why?")


class TestRefuseMerge:
    """refuse_merge"""

    def test_lets_two_open_ones_merge(self) -> None:
        rules.refuse_merge(S.ACTIVE, S.REPORTED, same=False)

    @pytest.mark.parametrize(
        ("source", "target", "same"),
        [(S.ACTIVE, S.ACTIVE, True), (S.CLOSED, S.ACTIVE, False), (S.ACTIVE, S.CLOSED, False)],
    )
    def test_refuses_the_rest(self, source: S, target: S, same: bool) -> None:
        with pytest.raises(Conflict):
            rules.refuse_merge(source, target, same=same)
