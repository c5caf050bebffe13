# SPDX-License-Identifier: Apache-2.0
"""How well the grouping without rules does on AIT-ADS, and how fast; the dataset lies beside the project, or not."""

import argparse
import time
from typing import Any

from bench.ait import DATA, NOT_FINDABLE, Scenario, Score, by_joining, by_key, by_quarter_hour, scenarios, score, told
from bench.figures import Figure

# What an analyst can open of three times five days, and what would be worth it.
MOST_GROUPS = 20
LEAST_FINDABLE = 0.8


def measure(_installation: Any, _town: Any, _options: argparse.Namespace) -> list[Figure]:
    """Group 247,105 alerts, and compare with two ways that need no thought."""
    if not DATA.is_dir():
        return [Figure("grouping of AIT-ADS", "", "the dataset is not beside the project")]
    return figures(scenarios())


def figures(of: list[Scenario]) -> list[Figure]:
    """The lines of the table."""
    began = time.process_time()
    ours = score(by_joining(), of)
    used = time.process_time() - began
    found = len(ours.found - NOT_FINDABLE) / (ours.phases - len(NOT_FINDABLE))
    met = sum(ours.groups.values()) <= MOST_GROUPS and found >= LEAST_FINDABLE
    budget = f"<= {MOST_GROUPS} groups, >= {LEAST_FINDABLE:.0%} of findable phases"
    return [
        Figure(f"grouping of AIT-ADS without rules, {ours.alerts:,} alerts", budget, told(ours), met, _details(ours)),
        Figure("the same: one group a host and quarter of an hour", "", told(score(by_quarter_hour, of))),
        Figure("the same: deduplication alone", "", told(score(by_key, of))),
        Figure("grouping of one alert, CPU", "", f"{used / ours.alerts * 1e6:.0f} us"),
    ]


def _details(result: Score) -> dict[str, Any]:
    return {f"{name} {phase}": seconds for (name, phase), seconds in sorted(result.seconds_to_first.items())}


if __name__ == "__main__":
    for figure in figures(scenarios()):
        print(f"{figure.job}: {figure.measured}")
        for key, value in figure.details.items():
            print(f"  {key}: {value:.0f} s")
