# SPDX-License-Identifier: Apache-2.0
"""Criteria as data: which hold, why in words, and which cannot be used."""

import pytest

from longwatch.cases.criteria import Condition, Criterion, Known, because, proposals, read_conditions, shipped
from longwatch.core.errors import Invalid

HIGH, CRITICAL = 3, 4


def criterion(*conditions: tuple[str, list[str]], proposes: str = "case") -> Criterion:
    return Criterion(
        "own", "Own", proposes, "We say so", [Condition(fact=fact, values=values) for fact, values in conditions]
    )


def names(known: Known) -> list[str]:
    return [each.criterion.key for each in proposals(shipped().values(), known)]


class TestShipped:
    def test_a_severe_signal_about_a_critical_asset_is_a_case_with_the_reason(self) -> None:
        found = proposals(shipped().values(), Known(severity=HIGH, assets={"pay-db": "critical", "web": "low"}))
        assert found[0].criterion.proposes == "case"
        assert list(found[0].because) == ["the severity is high", "the criticality of pay-db is critical"]

    def test_regulated_data_is_told_by_tags(self) -> None:
        assert "regulated-data" in names(Known(tags=frozenset({"pci"})))

    def test_a_category_that_expects_a_case_proposes_one(self) -> None:
        assert "category-expects" in names(Known(category="CY-03"))
        assert "category-expects" not in names(Known(category="CY-01"))

    def test_what_comes_back_is_a_case_from_the_third_time_on(self) -> None:
        assert "comes-back" in names(Known(handled=3))
        assert "comes-back" not in names(Known(handled=2, seen=400))

    def test_an_everyday_signal_is_neither(self) -> None:
        assert names(Known(severity=1, seen=14)) == []


class TestBecause:
    def test_all_conditions_must_hold(self) -> None:
        both = criterion(("severity", ["high"]), ("signals", ["5"]))
        assert because(both, Known(severity=HIGH, signals=4)) == []
        assert because(both, Known(severity=HIGH, signals=5)) == ["the severity is high", "5 signals belong to it"]

    def test_one_that_is_off_proposes_nothing(self) -> None:
        off = Criterion("own", "Own", "case", "", [Condition(fact="known_bad")], enabled=False)
        assert proposals([off], Known(bad=["evil.example (Feed)"])) == []

    def test_cases_come_before_incidents(self) -> None:
        some = [criterion(("severity", ["low"]), proposes="incident"), criterion(("severity", ["low"]))]
        assert [each.criterion.proposes for each in proposals(some, Known(severity=CRITICAL))] == ["case", "incident"]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"fact": "weather", "values": ["fine"]}],
        [{"fact": "severity", "values": ["huge"]}],
        [{"fact": "severity", "values": []}],
        [{"fact": "asset_criticality", "values": ["enormous"]}],
        [{"fact": "category", "values": ["XX-01"]}],
        [{"fact": "signals", "values": ["0"]}],
        [{"fact": "signals", "values": ["9" * 400]}],
        [{"fact": "known_bad", "values": ["yes"]}],
        "nonsense",
    ],
)
def test_what_cannot_be_used_is_refused_at_the_conditions(wrong: object) -> None:
    with pytest.raises(Invalid) as refusal:
        read_conditions(wrong)
    assert "conditions" in refusal.value.fields
