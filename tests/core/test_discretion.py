# SPDX-License-Identifier: Apache-2.0
"""Of a reporter's acts, the day is kept, and nothing finer."""

from datetime import UTC, datetime

from longwatch.core import actor as actors
from longwatch.core import clock
from longwatch.core.actor import public_reporter
from longwatch.core.discretion import day_of, fresh_id, is_only_day, moment_in, moment_of
from longwatch.core.ids import uuid7

MOMENT = datetime(2026, 7, 4, 15, 16, 17, 18, tzinfo=UTC)
REPORTER, SYSTEM = public_reporter(uuid7()), actors.system(uuid7())


class TestMoments:
    def test_of_a_reporter_are_days(self) -> None:
        with clock.unsafe_pretend(MOMENT):
            assert moment_of(REPORTER) == datetime(2026, 7, 4, tzinfo=UTC)

    def test_of_others_are_exact(self) -> None:
        with clock.unsafe_pretend(MOMENT):
            assert moment_of(SYSTEM) == MOMENT

    def test_are_told_from_days(self) -> None:
        assert (is_only_day(MOMENT), is_only_day(day_of(MOMENT))) == (False, True)

    def test_are_read_from_text_as_they_were_written(self) -> None:
        assert moment_in(MOMENT.isoformat()) == (MOMENT, False)
        assert moment_in("2026-07-04") == (datetime(2026, 7, 4, tzinfo=UTC), True)


class TestIdentifiers:
    def test_of_a_reporter_hold_no_time(self) -> None:
        assert {
            fresh_id(REPORTER).version,
            REPORTER.operation_id.version,
            REPORTER.through("x").operation_id.version,
        } == {4}

    def test_of_others_are_in_order(self) -> None:
        assert fresh_id(SYSTEM).version == 7
