# SPDX-License-Identifier: Apache-2.0
"""Cursors in order of time."""

from datetime import UTC, datetime

import pytest

from longwatch.core.errors import Invalid
from longwatch.core.ids import uuid7
from longwatch.core.paging import encode_cursor
from longwatch.intake.listing import moment_cursor


class TestMomentCursor:
    """moment_cursor"""

    def test_reads_what_was_written(self) -> None:
        at, identity = datetime(2026, 11, 1, 9, 30, tzinfo=UTC), uuid7()
        assert moment_cursor(encode_cursor([at.isoformat(), str(identity)])) == (at, identity)

    @pytest.mark.parametrize("parts", [["nine", str(uuid7())], ["2026-11-01T09:30:00+00:00", "x"]])
    def test_refuses_what_is_not_ours(self, parts: list[str]) -> None:
        with pytest.raises(Invalid):
            moment_cursor(encode_cursor(parts))
