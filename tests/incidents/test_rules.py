# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from longwatch.core.errors import Conflict, Invalid
from longwatch.incidents import rules
from longwatch.incidents.models import Incident
from longwatch.incidents.models import IncidentStatus as S

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
NOTHING = {"triage_at": None, "active_at": None, "stabilized_at": None, "closed_at": None}


def walked(way: list[S]) -> Incident:
    """An incident that went this way, an hour each step."""
    incident = Incident(opened_at=EARLIER, status=S.REPORTED)
    for hours, status in enumerate(way):
        stamped = {column: getattr(incident, column) for column in rules.STAMPS.values()}
        for column, moment in rules.stamps(status, stamped, NOW + timedelta(hours=hours)).items():
            setattr(incident, column, moment)
        incident.status = status
    return incident


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

    def test_keeps_a_skipped_stage_known_as_such_on_the_way_back(self) -> None:
        times = rules.stamps(S.ACTIVE, dict.fromkeys(NOTHING, EARLIER) | {"closed_at": None}, NOW)
        assert (times["triage_at"], times["active_at"]) == (NOW, NOW)

    def test_stamps_only_the_end_of_a_merge(self) -> None:
        assert rules.stamps(S.MERGED, NOTHING, NOW) == {"closed_at": NOW}


class TestSkipped:
    """skipped"""

    @pytest.mark.parametrize(
        ("way", "passed_over"),
        [
            ([S.TRIAGE, S.ACTIVE, S.STABILIZED, S.CLOSED], []),
            ([S.TRIAGE, S.CLOSED], [S.ACTIVE, S.STABILIZED]),
            ([S.CLOSED], [S.TRIAGE, S.ACTIVE, S.STABILIZED]),
            ([S.TRIAGE, S.MERGED], [S.ACTIVE, S.STABILIZED]),
            ([S.MERGED], [S.TRIAGE, S.ACTIVE, S.STABILIZED]),
            ([S.STABILIZED, S.ACTIVE], [S.TRIAGE]),
            ([S.STABILIZED, S.ACTIVE, S.TRIAGE], []),
            ([S.ACTIVE, S.CLOSED, S.TRIAGE], []),
            ([], []),
        ],
    )
    def test_names_the_stages_that_it_never_was_in(self, way: list[S], passed_over: list[S]) -> None:
        assert list(rules.skipped(walked(way))) == passed_over

    def test_tells_when_a_stage_was_passed_over(self) -> None:
        incident = walked([S.TRIAGE, S.CLOSED])
        assert rules.skipped(incident)[S.ACTIVE] == incident.closed_at

    def test_takes_the_end_of_a_merge_for_the_time_of_what_it_skipped(self) -> None:
        incident = walked([S.MERGED])
        assert rules.skipped(incident)[S.ACTIVE] == incident.closed_at is not None


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
