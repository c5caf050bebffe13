# SPDX-License-Identifier: Apache-2.0
"""How somebody signs in, for administrators."""

import pytest
from allauth.mfa.models import Authenticator

from longwatch.access.second_factors import factors_of
from longwatch.access.services.throttling import begin_attempt, locks
from longwatch.access.sessions import living
from longwatch.access.sign_in_models import ThrottleKind
from tests.access.ageing import LONG, signed_in
from tests.personas import Cast


def page_of(cast: Cast) -> str:
    return f"/administration/sign-in/{cast.analyst.id}"


def lock(cast: Cast) -> None:
    for _ in range(5):
        begin_attempt(ThrottleKind.ACCOUNT, cast.accounts["analyst"].email, account=cast.accounts["analyst"])


class TestPerson:
    """person"""

    def test_shows_sessions_factors_and_locks(self, cast: Cast) -> None:
        signed_in(cast.accounts["analyst"])
        Authenticator(user=cast.accounts["analyst"], type="totp", data={}).save()
        lock(cast)
        page = signed_in(cast.accounts["administrator"]).get(page_of(cast)).content.decode()
        assert "Locked after 5 failed attempts" in page
        assert "Unknown device" in page
        assert "Authenticator app" in page

    @pytest.mark.parametrize("name", ["supervisor", "analyst", "outsider"])
    def test_is_not_there_for_anybody_else(self, cast: Cast, name: str) -> None:
        assert signed_in(cast.accounts[name]).get(page_of(cast)).status_code == 404


class TestLocked:
    """locked"""

    def test_names_who_is_locked_out(self, cast: Cast) -> None:
        browser = signed_in(cast.accounts["administrator"])
        assert "Nobody is locked out" in browser.get("/administration/sign-in/locked").content.decode()
        lock(cast)
        assert "Ana Analyst" in browser.get("/administration/sign-in/locked").content.decode()


class TestUnlockPerson:
    """unlock_person"""

    def test_lets_them_try_again(self, cast: Cast) -> None:
        lock(cast)
        assert signed_in(cast.accounts["administrator"]).post(f"{page_of(cast)}/unlocking").status_code == 302
        assert locks(cast.administrator) == []


class TestEndSessions:
    """end_session, end_sessions"""

    def test_end_one_or_all(self, cast: Cast) -> None:
        for _ in range(3):
            signed_in(cast.accounts["analyst"])
        browser = signed_in(cast.accounts["administrator"])
        browser.post(f"{page_of(cast)}/sessions/{living(cast.analyst.id)[0].id}/revocation")
        assert len(living(cast.analyst.id)) == 2
        browser.post(f"{page_of(cast)}/sessions/revocation")
        assert living(cast.analyst.id) == []


class TestReset:
    """reset"""

    def test_takes_a_reason_and_a_recent_confirmation(self, cast: Cast) -> None:
        Authenticator(user=cast.accounts["analyst"], type="totp", data={}).save()
        address, said = f"{page_of(cast)}/second-factors/reset", {"reason": "Called back"}
        asked = signed_in(cast.accounts["administrator"], LONG).post(address, said)
        assert asked["Location"].startswith("/confirm?")
        browser = signed_in(cast.accounts["administrator"])
        assert browser.post(address, {"reason": ""}).status_code == 422
        assert len(factors_of(cast.analyst.id)) == 1
        assert browser.post(address, said).status_code == 302
        assert factors_of(cast.analyst.id) == []
