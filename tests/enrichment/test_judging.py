# SPDX-License-Identifier: Apache-2.0
"""What results propose."""

from typing import Any

import pytest

from longwatch.enrichment.judging import hours, proposed, result_kind


class TestProposed:
    @pytest.mark.parametrize(
        ("kind", "facts", "expected"),
        [
            ("kev", {"ransomware": True}, 4),
            ("kev", {"ransomware": False}, 3),
            ("indicator", {"level": "high"}, 3),
            ("indicator", {"level": "low"}, None),
            ("watched", {"severity": 4}, 4),
            ("watched", {"severity": None}, None),
            ("asset", {"criticality": "critical"}, 3),
            ("asset", {"criticality": "low"}, None),
            ("warninglist", {}, None),
            ("sighting", {"signals": 900}, None),
        ],
    )
    def test_speaks_for_more_where_there_is_reason(
        self, kind: str, facts: dict[str, Any], expected: int | None
    ) -> None:
        assert proposed(kind, facts, 2) == expected

    def test_never_speaks_for_less_or_the_same(self) -> None:
        assert proposed("kev", {"ransomware": False}, 3) is None


class TestResultKind:
    def test_has_our_word_for_each_list(self) -> None:
        assert [result_kind(each) for each in ("indicators", "attack", "galaxy", "kev")] == [
            "indicator", "technique", "actor", "kev",
        ]  # fmt: skip


class TestHours:
    def test_believes_what_changes_daily_for_a_day(self) -> None:
        assert hours("sighting") == 24 < hours("technique")
