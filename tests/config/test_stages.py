# SPDX-License-Identifier: Apache-2.0
"""What the engine does with all that arrives."""

from longwatch.config.stages import STAGES
from longwatch.grouping.storing import group_arrivals
from longwatch.intake.canary_stage import mark_canaries


def test_canaries_are_marked_when_all_is_done_and_grouping_comes_before() -> None:
    assert STAGES[-2:] == (group_arrivals, mark_canaries)
