# SPDX-License-Identifier: Apache-2.0
"""The clock, and letting it be another time."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from longwatch.core import clock

THEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
EARLIER = THEN - timedelta(days=1)


class TestZoneNames:
    """zone_names"""

    def test_know_the_usual_ones(self) -> None:
        assert {"UTC", "Europe/Berlin", "America/New_York"} <= clock.zone_names()


class TestNow:
    """now"""

    def test_is_the_present_moment_in_utc(self) -> None:
        before = datetime.now(UTC)
        assert before <= clock.now() <= datetime.now(UTC)
        assert clock.now().utcoffset() == timedelta(0)


class TestLatestDay:
    """latest_day"""

    @pytest.mark.parametrize(("hour", "day"), [(9, 1), (10, 2)])
    def test_is_the_day_of_whoever_is_furthest_east(self, hour: int, day: int) -> None:
        with clock.unsafe_pretend(datetime(2026, 3, 1, hour, tzinfo=UTC)):
            assert clock.latest_day() == date(2026, 3, day)


class TestUnsafePretend:
    """unsafe_pretend"""

    def test_holds_the_clock_inside_only(self) -> None:
        with clock.unsafe_pretend(THEN):
            assert clock.now() == THEN
        assert clock.now() > THEN

    def test_brings_back_the_moment_around_it(self) -> None:
        with clock.unsafe_pretend(THEN):
            with clock.unsafe_pretend(EARLIER):
                assert clock.now() == EARLIER
            assert clock.now() == THEN

    def test_ends_with_an_exception_too(self) -> None:
        with pytest.raises(KeyError), clock.unsafe_pretend(THEN):
            raise KeyError
        assert clock.now() > THEN

    def test_deceives_nobody_else(self) -> None:
        """A request in another thread keeps the true time."""
        seen: list[datetime] = []
        with clock.unsafe_pretend(THEN):
            other = threading.Thread(target=lambda: seen.append(clock.now()))
            other.start()
            other.join()
        assert seen[0] > THEN
