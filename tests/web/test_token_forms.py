# SPDX-License-Identifier: Apache-2.0
"""The forms that make tokens."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from longwatch.web.token_forms import OwnTokenForm, ProgramTokenForm, day_after
from tests.personas import Cast


class TestOwnTokenForm:
    """OwnTokenForm"""

    def test_offers_what_the_person_may(self, cast: Cast) -> None:
        offered = {value for value, _label in OwnTokenForm(by=cast.hr).fields["permissions"].choices}  # type: ignore[attr-defined]
        assert offered == cast.hr.permissions

    def test_says_in_words_what_each_permission_lets_do(self, cast: Cast) -> None:
        boxes = str(OwnTokenForm(by=cast.hr)["permissions"])
        assert 'Approve closures and decisions <span class="muted small mono">case:approve</span>' in boxes

    @pytest.mark.parametrize(
        "sent", [{}, {"expires": ""}, {"expires": "never"}, {"expires": "never", "expires_on": ""}]
    )
    def test_works_for_ever_unless_said_otherwise(self, cast: Cast, sent: dict[str, Any]) -> None:
        form = OwnTokenForm({"label": "Script", "permissions": ["case:read"], **sent}, by=cast.hr)
        assert form.is_valid()
        assert form.cleaned_data["expires_at"] is None

    def test_leaves_a_day_aside_that_was_not_chosen(self, cast: Cast) -> None:
        sent = {"label": "Script", "permissions": ["case:read"], "expires": "never", "expires_on": "2001-01-01"}
        form = OwnTokenForm(sent, by=cast.hr)
        assert form.is_valid()
        assert form.cleaned_data["expires_at"] is None

    def test_refuses_an_end_that_it_does_not_offer(self, cast: Cast) -> None:
        form = OwnTokenForm({"label": "Script", "permissions": ["case:read"], "expires": "1000"}, by=cast.hr)
        assert set(form.errors) == {"expires"}


class TestProgramTokenForm:
    """ProgramTokenForm"""

    def test_asks_for_a_program_in_words(self, cast: Cast) -> None:
        assert ">Choose a program</option>" in str(ProgramTokenForm(by=cast.administrator)["account"])

    def test_acts_as_programs_only(self, cast: Cast) -> None:
        offered = ProgramTokenForm(by=cast.administrator).fields["account"].queryset  # type: ignore[attr-defined]
        assert [each.id for each in offered] == [cast.integration.id]


class TestDayAfter:
    """day_after"""

    def test_is_midnight_where_the_reader_is(self) -> None:
        with timezone.override("Asia/Tokyo"):
            assert day_after(date(2027, 1, 31)) == datetime(2027, 1, 31, 15, tzinfo=UTC)
