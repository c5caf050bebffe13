# SPDX-License-Identifier: Apache-2.0
"""Times and durations in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from longwatch.web.moments import absolute_words, dated_words, duration_words, relative_words, stretch_words

NOW = datetime(2026, 11, 22, 13, 2, 11, tzinfo=UTC)


class TestRelativeWords:
    """relative_words"""

    @pytest.mark.parametrize(
        ("ago", "words"),
        [
            (timedelta(seconds=5), "just now"), (timedelta(minutes=-30), "in 30 min"),
            (timedelta(seconds=-5), "in under a minute"),
            (timedelta(hours=5), "5 h ago"), (timedelta(days=1), "1 day ago"), (timedelta(days=7), "15 Nov 2026"),
        ],
    )  # fmt: skip
    def test_says_it_in_the_largest_unit(self, ago: timedelta, words: str) -> None:
        assert relative_words(NOW - ago, NOW) == words


class TestDurationWords:
    """duration_words"""

    @pytest.mark.parametrize(
        ("span", "words"),
        [
            (timedelta(seconds=-3), "0 s"), (timedelta(seconds=59), "59 s"), (timedelta(minutes=134), "2 h 14 min"),
            (timedelta(hours=2), "2 h"), (timedelta(hours=49), "2 d 1 h"), (timedelta(days=1), "1 day"),
        ],
    )  # fmt: skip
    def test_says_two_units_where_there_are_two(self, span: timedelta, words: str) -> None:
        assert duration_words(span) == words


class TestAbsoluteWords:
    """absolute_words"""

    def test_are_in_the_readers_zone_and_name_it(self) -> None:
        with timezone.override("Europe/Oslo"):
            assert absolute_words(NOW) == "22 Nov 2026, 14:02:11 CET"


class TestDatedWords:
    """dated_words"""

    def test_say_the_year_and_the_hour_of_what_is_old(self) -> None:
        assert dated_words(datetime(2020, 1, 27, 20, 31, 48, tzinfo=UTC), NOW) == "27 Jan 2020, 20:31"

    def test_say_how_long_ago_what_is_new_was(self) -> None:
        assert dated_words(NOW - timedelta(minutes=5), NOW) == "5 min ago"


class TestStretchWords:
    """stretch_words"""

    @pytest.mark.parametrize(
        ("span", "words"),
        [
            (timedelta(minutes=2), "22 Nov 2026, 13:02 \N{EN DASH} 13:04 UTC"),
            (timedelta(hours=12), "22 Nov 2026, 13:02 \N{EN DASH} 23 Nov 2026, 01:02 UTC"),
            (timedelta(seconds=3), "22 Nov 2026, 13:02 UTC"),
        ],
    )
    def test_say_the_day_once_where_it_is_the_same(self, span: timedelta, words: str) -> None:
        with timezone.override("UTC"):
            assert stretch_words(NOW, NOW + span) == words
