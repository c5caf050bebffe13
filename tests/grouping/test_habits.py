# SPDX-License-Identifier: Apache-2.0
"""What is usual: hours, fading, bursts."""

from longwatch.grouping.habits import HOUR, Habit

DAY = 24 * HOUR
NOW = 1_700_000_000.0


def seen(*moments: float, count: int = 1) -> Habit:
    habit = Habit()
    for moment in moments:
        habit.note(moment, count)
    return habit


def test_what_was_never_seen_is_as_new_as_can_be() -> None:
    assert Habit().novelty(NOW) == 1.0


def test_what_came_within_this_hour_only_is_still_new() -> None:
    assert seen(NOW, NOW + 1).novelty(NOW + 2) == 1.0


def test_what_comes_every_hour_is_not_new() -> None:
    habit = seen(*(NOW + n * HOUR for n in range(10)))
    assert habit.novelty(NOW + 10 * HOUR) < 0.15


def test_what_was_usual_long_ago_is_nearly_new_again() -> None:
    habit = seen(*(NOW + n * HOUR for n in range(10)))
    assert habit.novelty(NOW + 60 * DAY) > 0.9


def test_ten_times_as_many_as_ever_in_an_hour_is_a_burst() -> None:
    habit = seen(*(NOW + n * HOUR for n in range(10)), count=10)
    assert habit.bursts(NOW + 10 * HOUR, 100)
    assert not habit.bursts(NOW + 10 * HOUR, 12)


def test_a_few_more_of_what_is_rare_are_no_burst() -> None:
    assert not seen(NOW).bursts(NOW + HOUR, 5)


def test_what_comes_late_does_not_turn_time_back() -> None:
    habit = seen(NOW, NOW + 5 * HOUR)
    habit.note(NOW, 1)
    assert habit.hours == seen(NOW, NOW + 5 * HOUR).hours
    assert habit.count == 2


def test_what_was_seen_years_ago_is_forgotten_and_leaves_numbers_that_can_be_stored() -> None:
    habit = Habit(named_by=3.0)
    for years in (0, 1, 11, 12):
        habit.note(years * 365 * 24 * HOUR, 1)
        assert all(each == 0.0 or each >= 1e-30 for each in (habit.hours, habit.peak, habit.named_by))
    assert habit.named_by == 0.0
    assert habit.hours_before(40 * 365 * 24 * HOUR) == 0.0
