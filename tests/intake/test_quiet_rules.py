# SPDX-License-Identifier: Apache-2.0
"""Which alerts are kept quiet, and which rules may say so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from longwatch.core.errors import Invalid
from longwatch.intake.conditions import Said
from longwatch.intake.quiet_rules import QuietRule, is_flapping, is_short, kept_quiet_by, quiet_rules, refuse_times

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAID = Said({"title": "port scan"}, {}, 1)


def rule(*, up_to: int = 3, begins: timedelta = -HOUR, ends: timedelta = HOUR, holds: bool = True) -> QuietRule:
    return QuietRule(uuid4(), lambda said: holds and said is SAID, up_to, NOW + begins, NOW + ends)


def kept(*rules: QuietRule, severity: int = 1) -> UUID | None:
    return kept_quiet_by(rules, lambda: SAID, severity, NOW)


class TestKeptQuietBy:
    """kept_quiet_by"""

    def test_names_the_first_rule_that_holds(self) -> None:
        first, second = rule(holds=False), rule()
        assert kept(first, second, rule()) == second.id

    @pytest.mark.parametrize(
        "each", [rule(begins=HOUR), rule(ends=-HOUR), rule(ends=timedelta()), rule(holds=False), rule(up_to=0)]
    )
    def test_hears_what_no_rule_in_force_holds_for(self, each: QuietRule) -> None:
        assert kept(each) is None

    def test_hears_what_is_worse_than_the_rule_says(self) -> None:
        assert kept(rule(up_to=3), severity=4) is None

    def test_asks_what_it_says_only_when_a_rule_could_hold(self) -> None:
        def never() -> Said:
            raise AssertionError

        assert kept_quiet_by([rule(up_to=0)], never, 1, NOW) is None


class TestQuietRules:
    """quiet_rules"""

    def test_reads_them_as_the_database_gives_them(self) -> None:
        identity = str(uuid4())
        [found] = quiet_rules([{
            "id": identity, "conditions": [{"field": "title", "op": "contains", "values": ["Scan"]}], "up_to": 2,
            "starts": NOW.timestamp(), "expires": (NOW + HOUR).timestamp(),
        }])  # fmt: skip
        assert (str(found.id), found.up_to, found.expires_at) == (identity, 2, NOW + HOUR)
        assert found.holds(SAID)


class TestRefuseTimes:
    """refuse_times"""

    @pytest.mark.parametrize(
        ("kind", "begins", "ends"),
        [
            ("noise", timedelta(), timedelta()),
            ("noise", 2 * HOUR, HOUR),
            ("noise", timedelta(), timedelta(days=181)),
            ("maintenance", timedelta(), timedelta(days=32)),
        ],
    )
    def test_refuses_an_end_that_makes_no_sense(self, kind: str, begins: timedelta, ends: timedelta) -> None:
        with pytest.raises(Invalid) as refusal:
            refuse_times(kind, NOW + begins, NOW + ends, NOW)
        assert list(refusal.value.fields) == ["expires_at"]

    def test_lets_planned_work_lie_ahead(self) -> None:
        refuse_times("maintenance", NOW + timedelta(days=60), NOW + timedelta(days=61), NOW)


class TestIsShort:
    """is_short"""

    def test_is_a_week_from_now_however_late_it_begins(self) -> None:
        assert is_short(NOW, NOW + timedelta(days=7), NOW)
        assert not is_short(NOW + timedelta(days=5), NOW + timedelta(days=8), NOW)


class TestIsFlapping:
    """is_flapping"""

    @pytest.mark.parametrize(
        ("minutes_ago", "flapping"),
        [
            ([], False),
            ([50, 40, 30, 20], True),
            ([50, 40, 30], False),
            ([300, 200, 100, 10], False),
            ([120, 110, 100, 90], False),
        ],
    )
    def test_wants_four_changes_within_an_hour_and_the_last_one_fresh(
        self, minutes_ago: list[int], flapping: bool
    ) -> None:
        changes = [int((NOW - timedelta(minutes=each)).timestamp()) for each in minutes_ago]
        assert is_flapping(changes, NOW) is flapping
