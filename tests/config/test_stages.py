# SPDX-License-Identifier: Apache-2.0
"""What the engine does with all that arrives."""

from longwatch.config.stages import STAGES
from longwatch.grouping.storing import group_arrivals


def test_grouping_comes_last() -> None:
    assert STAGES[-1] is group_arrivals
