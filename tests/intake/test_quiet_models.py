# SPDX-License-Identifier: Apache-2.0
"""A rule that keeps alerts quiet: whether it does so now."""

from datetime import timedelta

import pytest

from longwatch.core import clock
from longwatch.intake.quiet_models import Suppression

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("begins", "ends", "ended", "over", "to_come"),
    [(-HOUR, HOUR, False, False, False), (-2 * HOUR, -HOUR, False, True, False), (HOUR, 2 * HOUR, False, False, True),
     (-HOUR, HOUR, True, True, False), (HOUR, 2 * HOUR, True, True, False)],
)  # fmt: skip
class TestSuppression:
    def test_knows_where_it_stands(
        self, begins: timedelta, ends: timedelta, ended: bool, over: bool, to_come: bool
    ) -> None:
        now = clock.now()
        row = Suppression(starts_at=now + begins, expires_at=now + ends, ended_at=now if ended else None)
        assert (row.is_over, row.is_to_come) == (over, to_come)
