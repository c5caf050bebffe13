# SPDX-License-Identifier: Apache-2.0
"""How the grouping without rules does on AIT-ADS, when that lies beside the project; figures: docs/performance.md."""

import pytest

from bench.ait import (
    DATA,
    NOT_FINDABLE,
    Row,
    Scenario,
    by_joining,
    by_key,
    by_quarter_hour,
    scenarios,
    score,
    told,
)  # fmt: skip
from bench.grouping import LEAST_FINDABLE, MOST_GROUPS

PHASES = [("scan", 100.0, 110.0, 2)]


def row(at: float, rule: str, phase: str = "false_positive", event: str = "-") -> Row:
    return Row(at, rule, "web-1", "10.0.0.1", phase, event)


def test_a_group_is_true_when_most_of_it_lies_in_a_phase() -> None:
    rows = [row(100, "a", "scan"), row(110, "a", "scan"), row(120, "a"), row(130, "b")]
    found = score(by_key, [Scenario("made", rows, PHASES)])
    assert (found.true_groups, found.precision, found.recall) == (1, 0.5, 1.0)
    assert (found.found_alerts, found.clean_alerts) == (2, 3)


def test_time_to_first_counts_from_the_first_alert_of_the_phase() -> None:
    rows = [row(100, "a"), row(104, "b", "scan"), row(110, "b", "scan")]
    found = score(by_key, [Scenario("made", rows, PHASES)])
    assert found.seconds_to_first == {("made", "scan"): 4.0}


def test_a_score_is_told_in_one_line() -> None:
    found = score(by_key, [Scenario("made", [row(100, "a", "scan")], PHASES)])
    assert "phases 1 of 1" in told(found)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the dataset is not beside the project")
def test_few_groups_tell_of_nearly_all_phases_that_can_be_found() -> None:
    of = scenarios()
    ours, naive = score(by_joining(), of), score(by_quarter_hour, of)
    assert ours.alerts == 247_105
    assert sum(ours.groups.values()) <= MOST_GROUPS
    assert len(ours.found - NOT_FINDABLE) >= LEAST_FINDABLE * (ours.phases - len(NOT_FINDABLE))
    assert ours.precision > 5 * naive.precision
