# SPDX-License-Identifier: Apache-2.0
"""Second factors: who needs one, who has which, and what happens to them."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from longwatch.access.context import acting_as
from longwatch.access.second_factors import (
    factors_of,
    has_second_factor,
    needs_second_factor,
    note_changes,
    reset_second_factors,
)
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.access.ageing import signed_in
from tests.access.entries import actions, newest_details
from tests.personas import Cast


def give(cast: Cast, *kinds: str) -> None:
    for kind in kinds:
        Authenticator(user=cast.accounts["analyst"], type=kind, data={"name": "Phone"}).save()


def said(cast: Cast) -> list[str]:
    with acting_as(cast.administrator):
        return actions(cast.analyst.id)[1:]


class TestNeedsSecondFactor:
    """needs_second_factor"""

    @pytest.mark.parametrize(
        ("roles", "name", "needed"),
        [
            (set(), "administrator", False),
            ({"administrator"}, "administrator", True),
            ({"administrator"}, "analyst", False),
            ({"all"}, "analyst", True),
            ({"all"}, "integration", False),
        ],
    )
    def test_follows_the_roles(self, cast: Cast, settings: Any, roles: set[str], name: str, needed: bool) -> None:
        settings.REQUIRE_MFA_ROLES = frozenset(roles)
        assert needs_second_factor(cast.accounts[name]) is needed


class TestHasSecondFactor:
    """has_second_factor"""

    def test_is_not_so_by_recovery_codes_alone(self, cast: Cast) -> None:
        give(cast, "recovery_codes")
        assert not has_second_factor(cast.analyst.id)
        give(cast, "totp")
        assert has_second_factor(cast.analyst.id)


class TestNoteChanges:
    """note_changes"""

    def test_says_what_came_and_what_went(self, cast: Cast) -> None:
        give(cast, "webauthn", "recovery_codes")
        both = factors_of(cast.analyst.id)
        note_changes([], both, by=cast.analyst)
        note_changes(both, [], by=cast.analyst)
        note_changes(both, both, by=cast.analyst)
        assert said(cast) == [
            "second_factor.added",
            "second_factor.recovery_codes_made",
            "second_factor.removed",
            "second_factor.removed",
        ]


class TestResetSecondFactors:
    """reset_second_factors"""

    def test_takes_all_ends_sessions_and_says_why(self, cast: Cast) -> None:
        give(cast, "totp", "recovery_codes")
        browser = signed_in(cast.accounts["analyst"])
        assert reset_second_factors(cast.analyst.id, reason="Called back on a known number", by=cast.administrator) == 2
        assert factors_of(cast.analyst.id) == []
        assert browser.get("/preferences").status_code == 302
        assert said(cast) == ["second_factor.reset", "account.sessions_ended"]

    def test_says_why_in_the_ledger(self, cast: Cast) -> None:
        give(cast, "totp")
        reset_second_factors(cast.analyst.id, reason="Lost the phone", by=cast.administrator)
        with acting_as(cast.administrator):
            assert newest_details(cast.analyst.id)["reason"] == "Lost the phone"

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        assert reset_second_factors(cast.analyst.id, reason="Lost", by=cast.administrator) == 0
        assert said(cast) == []

    def test_refuses_without_a_reason_and_for_oneself(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            reset_second_factors(cast.analyst.id, reason=" ", by=cast.administrator)
        with pytest.raises(Conflict):
            reset_second_factors(cast.administrator.id, reason="Lost", by=cast.administrator)

    def test_is_an_administrators_and_of_their_organisation(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            reset_second_factors(cast.analyst.id, reason="Lost", by=cast.supervisor)
        with pytest.raises(NotFound):
            reset_second_factors(cast.outsider.id, reason="Lost", by=cast.administrator)
