# SPDX-License-Identifier: Apache-2.0
"""Sightings over time as bars."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from longwatch.search.chart import HEIGHT, Chart, chart

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def made(*seen: tuple[str, datetime], most: int = 500) -> Chart:
    """The chart of these."""
    found = chart(seen, now=NOW, zone=BERLIN, most=most)
    assert found is not None
    return found


class TestChart:
    def test_is_none_of_nothing(self) -> None:
        assert chart([], now=NOW, zone=UTC, most=5) is None

    @pytest.mark.parametrize(
        ("days", "unit"), [(1, "hour"), (10, "day"), (100, "week"), (1000, "month"), (4000, "year")]
    )
    def test_has_few_bars_however_long_ago_it_began(self, days: int, unit: str) -> None:
        found = made(("signal", NOW - timedelta(days=days)))
        assert found.unit == unit
        assert 20 <= len(found.bars) <= 60

    def test_counts_each_kind_in_its_stretch(self) -> None:
        found = made(("signal", NOW), ("signal", NOW), ("case", NOW), ("incident", NOW - timedelta(days=4)))
        assert [(bar.start.day, bar.total) for bar in found.seen] == [(19, 1), (23, 3)]
        assert dict(found.peak.counts) == {"signal": 2, "incident": 0, "case": 1}
        assert (found.total, found.highest) == (4, 3)

    def test_stacks_its_pieces_to_the_height_of_the_highest(self) -> None:
        found = made(("signal", NOW), ("signal", NOW), ("case", NOW), ("incident", NOW - timedelta(days=4)))
        assert sum(piece.height for piece in found.peak.pieces) == HEIGHT
        assert min(piece.y for piece in found.peak.pieces) == 0

    def test_begins_days_when_they_begin_for_the_reader(self) -> None:
        found = made(("signal", datetime(2026, 11, 10, 23, 30, tzinfo=UTC)))
        assert found.seen[0].start.isoformat() == "2026-11-11T00:00:00+01:00"

    def test_begins_where_all_is_known_and_says_that_older_ones_are_left_out(self) -> None:
        found = made(("signal", NOW), ("signal", NOW - timedelta(hours=3)), ("case", NOW - timedelta(days=900)), most=2)
        assert (found.unit, found.total, found.cut) == ("hour", 2, True)

    def test_goes_on_over_a_change_of_the_clocks(self) -> None:
        found = made(("signal", datetime(2026, 10, 20, 12, tzinfo=UTC)))
        assert {bar.start.hour for bar in found.bars} == {0}
        assert found.bars[-1].start.date() == NOW.date()
