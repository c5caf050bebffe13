# SPDX-License-Identifier: Apache-2.0
"""Proof that it is still the same person."""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from longwatch.access.models import Account
from longwatch.access.stepup import ConfirmationNeeded, is_recent, require_recent
from tests.access.ageing import LONG, signed_in
from tests.personas import Cast


def asked(browser: Client, account: Account, path: str = "/tokens") -> HttpRequest:
    """A request of somebody in their session."""
    request = RequestFactory().post(path)
    request.user, request.session = account, browser.session
    return request


class TestRequireRecent:
    """require_recent"""

    def test_takes_whoever_signed_in_a_moment_ago(self, cast: Cast) -> None:
        analyst = cast.accounts["analyst"]
        require_recent(asked(signed_in(analyst), analyst))

    def test_asks_whoever_signed_in_longer_ago(self, cast: Cast) -> None:
        analyst = cast.accounts["analyst"]
        with pytest.raises(ConfirmationNeeded):
            require_recent(asked(signed_in(analyst, timedelta(minutes=10, seconds=1)), analyst))

    def test_lets_a_token_pass_which_cannot_be_asked(self, cast: Cast) -> None:
        request = RequestFactory().post("/api/v1/tokens")
        request.user = AnonymousUser()
        require_recent(request)

    def test_asks_nobody_in_particular_in_vain(self, db: None) -> None:
        request = RequestFactory().post("/tokens")
        request.user = AnonymousUser()
        with pytest.raises(ConfirmationNeeded):
            require_recent(request)


class TestIsRecent:
    """is_recent"""

    def confirmed(self, cast: Cast, method: str, *, at: float | None = None, reauthenticated: bool = True) -> bool:
        analyst = cast.accounts["analyst"]
        request = asked(signed_in(analyst, LONG), analyst)
        record_authentication(request, analyst, method, reauthenticated=reauthenticated or None)
        if at is not None:
            request.session["account_authentication_methods"][-1]["at"] = at
        return is_recent(request)

    def test_takes_a_password_given_again(self, cast: Cast) -> None:
        assert self.confirmed(cast, "password")

    def test_takes_no_password_of_long_ago(self, cast: Cast) -> None:
        assert not self.confirmed(cast, "password", at=time.time() - 601)

    def test_takes_an_identity_provider_asked_again(self, cast: Cast) -> None:
        assert self.confirmed(cast, "socialaccount", reauthenticated=True)

    def test_takes_no_identity_provider_that_was_not_asked_again(self, cast: Cast) -> None:
        assert not self.confirmed(cast, "socialaccount", reauthenticated=False)

    def test_takes_the_second_factor_only_of_whoever_has_one(self, cast: Cast) -> None:
        Authenticator(user=cast.accounts["analyst"], type="totp", data={"secret": "x"}).save()
        assert not self.confirmed(cast, "password")
        assert self.confirmed(cast, "mfa")
