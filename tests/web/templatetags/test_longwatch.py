# SPDX-License-Identifier: Apache-2.0
"""The components pages are built from: what they must never let through, and what they say of nothing."""

from datetime import timedelta

import pytest

from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.discretion import day_of
from longwatch.web.moments import absolute_words, day_words, relative_words
from longwatch.web.templatetags.longwatch import (
    at,
    due,
    duration,
    initials,
    permission_name,
    person,
    reference,
    stamped,
    stamped_at,
    when,
)

HOSTILE = "<script>alert(1)</script>"


class TestPerson:
    """person"""

    def test_escapes_the_name(self) -> None:
        assert "<script>" not in person(HOSTILE)

    def test_says_that_there_is_nobody_yet(self) -> None:
        assert "Nobody yet" in person("")


class TestReference:
    """reference"""

    def test_escapes_text_and_address(self) -> None:
        assert "<script>" not in reference(HOSTILE, f"/{HOSTILE}")


class TestInitials:
    """initials"""

    @pytest.mark.parametrize(
        ("name", "letters"), [("Ana Maria Lopez", "AL"), ("root@host", "RH"), ("Bo", "B"), ("(x)", "")]
    )
    def test_are_of_the_first_and_last_word(self, name: str, letters: str) -> None:
        assert initials(name) == letters


class TestDue:
    """due"""

    @pytest.mark.parametrize(("minutes", "tone"), [(-5, "late"), (30, "soon"), (90, "calm")])
    def test_is_late_soon_or_calm(self, minutes: int, tone: str) -> None:
        assert f"countdown-{tone}" in due(clock.now() + timedelta(minutes=minutes))


class TestNothing:
    def test_is_said_or_left_empty(self) -> None:
        assert [str(each) for each in (at(None), due(None), duration(None))] == ["", "", ""]
        assert "not yet" in when(None)


class TestStamped:
    """stamped and stamped_at"""

    def test_tell_the_day_where_nothing_finer_is_kept(self) -> None:
        day = day_of(clock.now())
        assert all(f">{day_words(day)}<" in told for told in (stamped(day), stamped_at(day)))
        assert " ago" not in stamped(day)

    def test_tell_the_moment_otherwise(self) -> None:
        moment = day_of(clock.now()) + timedelta(microseconds=1)
        assert relative_words(moment, clock.now()) in stamped(moment)
        assert absolute_words(moment) in stamped_at(moment)


class TestPermissionName:
    """permission_name"""

    def test_keeps_the_name_of_one_that_is_no_longer_known(self) -> None:
        assert permission_name("ghost:see") == "ghost:see"
        assert permission_name(Permission.CASE_READ.value) != Permission.CASE_READ.value
