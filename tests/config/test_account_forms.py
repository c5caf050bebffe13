# SPDX-License-Identifier: Apache-2.0
"""Signing in and passwords say in our words what they ask."""

import html
import re

import pytest
from django.core.cache import cache
from django.test import Client

from tests.personas import Cast

SIGN_IN = {
    "E-mail address: Enter your e-mail address.",
    "Password: Enter your password.",
}
CHANGE = {
    "Current password: Enter your current password.",
    "New password: Enter a new password.",
    "New password, again: Enter the new password a second time.",
}


@pytest.fixture(autouse=True)
def patience() -> None:
    """Rate limits count anew in each test."""
    cache.clear()


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Somebody who is signed in."""
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


def problems(page: bytes) -> set[str]:
    """What the summary of errors says."""
    return {html.unescape(line).strip() for line in re.findall(r'<li><a href="#id_\w+">([^<]*)</a>', page.decode())}


class TestSignInForm:
    """SignInForm"""

    def test_says_what_to_enter(self, db: None) -> None:
        assert problems(Client().post("/accounts/login/", {}).content) == SIGN_IN


class TestChangeForm:
    """ChangeForm"""

    def test_says_what_to_enter_in_the_words_of_its_labels(self, browser: Client, cast: Cast) -> None:
        cast.accounts["analyst"].set_password("a passphrase of old")
        cast.accounts["analyst"].save(update_fields=["password"])
        browser.force_login(cast.accounts["analyst"])
        assert problems(browser.post("/accounts/password/change/", {}).content) == CHANGE


class TestResetForm:
    """ResetForm"""

    def test_says_what_to_enter(self, db: None) -> None:
        assert problems(Client().post("/accounts/password/reset/", {}).content) == {
            "E-mail address: Enter your e-mail address."
        }
