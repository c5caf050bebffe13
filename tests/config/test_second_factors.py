# SPDX-License-Identifier: Apache-2.0
"""Second factors through allauth: set up, used, confirmed with and removed, each in the ledger."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_password
from longwatch.config.second_factors import Factors
from tests.access.ageing import LONG, age, signed_in
from tests.access.entries import actions, newest_details
from tests.personas import PASSWORD, Cast


@pytest.fixture(autouse=True)
def patience() -> None:
    """Rate limits count anew in each test."""
    cache.clear()


def code_for(secret: str, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def set_up(browser: Client) -> str:
    """Set up an app; returns its secret."""
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.findall(r'<code class="mono">(\w+)</code>', page)[0]
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_for(secret, -1)}).status_code == 302
    return str(secret)


def enter(cast: Cast) -> tuple[Client, Any]:
    """Sign in with the password only."""
    browser = Client()
    sent = {"login": cast.accounts["analyst"].email, "password": PASSWORD, "next": "/preferences"}
    return browser, browser.post("/accounts/login/", sent)


def said(cast: Cast) -> list[str]:
    with acting_as(cast.administrator):
        return [each for each in actions(cast.analyst.id)[1:] if "password" not in each]


@pytest.fixture
def secret(cast: Cast) -> str:
    """The analyst's, who has a password and an app."""
    change_password(cast.analyst.id, password=PASSWORD, by=cast.analyst)
    return set_up(signed_in(Account.objects.get(id=cast.analyst.id)))


class TestWatched:
    """watched"""

    def test_says_in_the_ledger_what_was_added(self, cast: Cast, secret: str) -> None:
        assert said(cast) == ["second_factor.added", "second_factor.recovery_codes_made"]

    def test_says_in_the_ledger_what_was_removed(self, cast: Cast, secret: str) -> None:
        browser = signed_in(Account.objects.get(id=cast.analyst.id))
        assert browser.post("/accounts/2fa/totp/deactivate/").status_code == 302
        assert said(cast)[2:] == ["second_factor.removed"] * 2

    def test_says_that_new_codes_were_made(self, cast: Cast, secret: str) -> None:
        browser = signed_in(Account.objects.get(id=cast.analyst.id))
        assert browser.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
        assert said(cast)[2:] == ["second_factor.recovery_codes_made"]

    @pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/", "recovery-codes/"])
    def test_asks_first_whoever_signed_in_long_ago(self, cast: Cast, path: str) -> None:
        browser = signed_in(cast.accounts["analyst"], LONG)
        assert browser.get(f"/accounts/2fa/{path}")["Location"].startswith("/confirm?")

    def test_shows_the_codes_to_their_owner(self, cast: Cast, secret: str) -> None:
        page = signed_in(Account.objects.get(id=cast.analyst.id)).get("/accounts/2fa/recovery-codes/").content.decode()
        assert len(re.findall(r"<li>\d{8}</li>", page)) == 10


class TestSigningIn:
    """With a password and a second factor."""

    def test_needs_both(self, cast: Cast, secret: str) -> None:
        browser, answer = enter(cast)
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        assert browser.get("/preferences").status_code == 302
        assert browser.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})["Location"] == "/preferences"
        with acting_as(cast.administrator):
            assert newest_details(cast.analyst.id)["methods"] == ["password", "totp"]

    def test_takes_a_code_once(self, cast: Cast, secret: str) -> None:
        code = code_for(secret)
        assert enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        assert enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200

    def test_takes_a_recovery_code_once(self, cast: Cast, secret: str) -> None:
        found = Authenticator.objects.get(user_id=cast.analyst.id, type="recovery_codes")
        code = found.wrap().get_unused_codes()[0]
        cache.clear()
        assert enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        cache.clear()
        assert enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200

    def test_locks_after_five_wrong_codes_in_whatever_browser(self, cast: Cast, secret: str) -> None:
        for _ in range(5):
            enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": "000000"})
        answer = enter(cast)[0].post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
        assert "Too many failed attempts" in answer.content.decode()
        assert said(cast).count("account.sign_in_failed") == 2


class TestConfirming:
    """With a second factor."""

    def test_takes_the_code_and_no_password(self, cast: Cast, secret: str) -> None:
        browser = signed_in(Account.objects.get(id=cast.analyst.id), LONG)
        question = browser.get("/confirm?next=/tokens", follow=True)
        assert question.redirect_chain[-1][0].startswith("/accounts/2fa/reauthenticate/")
        asked = browser.get("/accounts/reauthenticate/")
        assert asked["Location"].startswith("/accounts/2fa/reauthenticate/")
        browser.post("/accounts/2fa/reauthenticate/?next=/tokens", {"code": code_for(secret)})
        assert browser.post("/tokens", {"label": ""}).status_code == 422

    def test_does_not_hold_for_ever(self, cast: Cast, secret: str) -> None:
        browser = signed_in(Account.objects.get(id=cast.analyst.id))
        age(browser)
        assert browser.post("/tokens", {"label": ""})["Location"].startswith("/confirm?")


class TestFactors:
    """Factors"""

    def test_hides_the_secret_in_the_database(self, cast: Cast, secret: str) -> None:
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_takes_no_code_when_the_secret_key_was_lost(self, db: None) -> None:
        one, other = (Factors().decrypt("hidden under another key") for _ in range(2))
        assert one != other

    def test_leaves_the_last_one_to_whoever_needs_one(self, cast: Cast, secret: str, settings: Any) -> None:
        settings.REQUIRE_MFA_ROLES = frozenset({"analyst"})
        browser = signed_in(Account.objects.get(id=cast.analyst.id))
        page = browser.post("/accounts/2fa/totp/deactivate/").content.decode()
        assert "Your role needs a second factor. Add another one first." in page
        assert Authenticator.objects.filter(user_id=cast.analyst.id, type="totp").exists()
