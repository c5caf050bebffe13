# SPDX-License-Identifier: Apache-2.0
"""How far a connection is."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.intake.poll_selectors import Progress

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AGO = NOW - timedelta(minutes=5)


class TestProgress:
    @pytest.mark.parametrize(
        ("progress", "state", "lag"),
        [
            (Progress(), "waiting", None),
            (Progress(answered_at=NOW, caught_up_at=NOW, newest_at=AGO), "current", timedelta(0)),
            (Progress(answered_at=NOW, caught_up_at=AGO, newest_at=AGO), "behind", timedelta(minutes=5)),
            (Progress(answered_at=NOW, newest_at=NOW + timedelta(days=1)), "behind", timedelta(0)),
            (Progress(answered_at=NOW, caught_up_at=NOW, newest_at=AGO, failures=1), "failing", timedelta(0)),
            (Progress(failures=1), "failing", None),
        ],
    )
    def test_says_where_it_stands(self, progress: Progress, state: str, lag: timedelta | None) -> None:
        assert (progress.state, progress.lag) == (state, lag)
