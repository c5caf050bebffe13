# SPDX-License-Identifier: Apache-2.0
"""Which class a record belongs to, and when it is due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from longwatch.lifecycle.retention import class_of, classes, of_signals, shipped


class TestShipped:
    @pytest.mark.parametrize(
        ("kind", "sort", "code"),
        [
            ("case", "threat_assessment", "case-violence"),
            ("case", "cyber", "case-other"),
            ("incident", "WV-02", "incident-injury"),
            ("incident", "FA-01", "incident-other"),
        ],
    )
    def test_each_record_has_a_class(self, kind: str, sort: str, code: str) -> None:
        found = class_of(shipped(), kind, sort)
        assert found
        assert found.code == code

    def test_signals_alone_have_one_in_days(self) -> None:
        fitting = of_signals(shipped())
        assert fitting.days
        assert fitting.due_on(datetime(2026, 1, 1, tzinfo=UTC)) == date(2026, 1, 1) + timedelta(days=fitting.days)


class TestDueOn:
    def test_counts_years_from_closing(self) -> None:
        assert shipped()[0].due_on(datetime(2020, 3, 1, tzinfo=UTC)) == date(2030, 3, 1)

    def test_the_29th_of_february_is_due_on_the_first_of_march(self) -> None:
        assert shipped()[2].due_on(datetime(2024, 2, 29, tzinfo=UTC)) == date(2029, 3, 1)


class TestLastDue:
    @pytest.mark.parametrize("number", range(len(shipped())))
    @pytest.mark.parametrize("today", [date(2026, 11, 23), date(2028, 2, 28), date(2028, 2, 29), date(2029, 3, 1)])
    def test_is_the_last_day_that_is_due(self, number: int, today: date) -> None:
        fitting = shipped()[number]
        last = datetime.combine(fitting.last_due(today), time(), UTC)
        assert fitting.due_on(last) <= today < fitting.due_on(last + timedelta(days=1))


class TestClasses:
    def test_take_what_was_changed(self) -> None:
        found = {each.code: each for each in classes({"case-other": (1, 0, "keep")})}["case-other"]
        assert (found.years, found.outcome, found.changed) == (1, "keep", True)
