# SPDX-License-Identifier: Apache-2.0
"""What the engine does with all that arrives, in this order."""

from collections.abc import Sequence

from longwatch.enrichment.stage import enrich
from longwatch.grouping.storing import group_arrivals
from longwatch.intake.canary_stage import mark_canaries
from longwatch.intake.quiet_tally import count_kept_quiet
from longwatch.intake.settling import Stage

STAGES: Sequence[Stage] = (count_kept_quiet, enrich, group_arrivals, mark_canaries)
