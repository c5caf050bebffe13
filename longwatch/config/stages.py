# SPDX-License-Identifier: Apache-2.0
"""What the engine does with all that arrives, in this order."""

from collections.abc import Sequence

from longwatch.grouping.storing import group_arrivals
from longwatch.intake.settling import Stage

STAGES: Sequence[Stage] = (group_arrivals,)
