# SPDX-License-Identifier: Apache-2.0
"""Passwords and signing in, through allauth."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_password
from longwatch.access.services.throttling import unlock
from tests.access.entries import actions, newest_details
from tests.personas import PASSWORD, Cast

NEW = "another quite long phrase"


@pytest.fixture(autouse=True)
def patience() -> None:
    """Rate limits count anew in each test."""
    cache.clear()


def said_of(cast: Cast, name: str) -> list[str]:
    """What the ledger says about somebody after their account was made."""
    with acting_as(cast.administrator):
        return actions(cast.actors[name].id)[1:]


def reset(browser: Client, email: str) -> str:
    """Ask for a new password; the address in the mail, or nothing when none came."""
    before = len(mail.outbox)
    assert browser.post("/accounts/password/reset/", {"email": email}).status_code == 302
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", _newest(before))
    return found[1] if found else ""


def _newest(before: int) -> str:
    return str(mail.outbox[-1].body) if len(mail.outbox) > before else ""


def answer_with(browser: Client, link: str, password: str) -> Any:
    form = browser.get(link, follow=True)
    here = form.request["PATH_INFO"]
    return browser.post(here, {"password1": password, "password2": password})


class TestSetPassword:
    """ClosedSignUp.set_password"""

    def test_of_a_reset_by_mail_is_in_the_ledger(self, cast: Cast) -> None:
        browser, email = Client(), cast.accounts["analyst"].email
        link = reset(browser, email)
        assert answer_with(browser, link, NEW).status_code == 302
        assert Account.objects.get(id=cast.analyst.id).check_password(NEW)
        assert said_of(cast, "analyst") == ["account.password_changed"]
        with acting_as(cast.administrator):
            assert newest_details(cast.analyst.id)["actor"] == "Ana Analyst"

    def test_works_once_a_link(self, cast: Cast) -> None:
        link = reset(Client(), cast.accounts["analyst"].email)
        answer_with(Client(), link, NEW)
        answer_with(Client(), link, "a third long enough phrase")
        assert Account.objects.get(id=cast.analyst.id).check_password(NEW)
        assert said_of(cast, "analyst") == ["account.password_changed"]

    @pytest.mark.parametrize("weak", ["short", "password1234"])
    def test_holds_to_the_rules(self, cast: Cast, weak: str) -> None:
        link = reset(Client(), cast.accounts["analyst"].email)
        answer_with(Client(), link, weak)
        assert not Account.objects.get(id=cast.analyst.id).has_usable_password()
        assert said_of(cast, "analyst") == []

    def test_of_oneself_when_signed_in_is_in_the_ledger(self, cast: Cast) -> None:
        change_password(cast.analyst.id, password=PASSWORD, by=cast.analyst)
        browser = Client()
        browser.force_login(Account.objects.get(id=cast.analyst.id))
        sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert browser.post("/accounts/password/change/", sent).status_code == 302
        assert said_of(cast, "analyst") == ["account.password_changed"] * 2 + ["account.sessions_ended"]
        assert browser.get("/preferences").status_code == 200

    def test_ends_the_sessions_of_whoever_knew_the_old_one(self, cast: Cast) -> None:
        thief = Client()
        thief.force_login(cast.accounts["analyst"])
        browser = Client()
        answer_with(browser, reset(browser, cast.accounts["analyst"].email), NEW)
        assert thief.get("/preferences").status_code == 302


class TestReset:
    """Asking for a new password"""

    def test_does_not_tell_who_has_an_account(self, cast: Cast) -> None:
        known = Client().post("/accounts/password/reset/", {"email": cast.accounts["analyst"].email})
        unknown = Client().post("/accounts/password/reset/", {"email": "nobody@halden.test"})
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])

    def test_gives_a_disabled_account_no_way_in(self, cast: Cast) -> None:
        from_before = reset(Client(), cast.accounts["analyst"].email)
        disable(cast)
        answer_with(Client(), from_before, NEW)
        browser = Client()
        browser.post("/accounts/login/", {"login": cast.accounts["analyst"].email, "password": NEW})
        assert browser.get("/preferences").status_code == 302


def disable(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.accounts["administrator"])
    assert browser.post(f"/administration/people/{cast.analyst.id}/disabling", {"reason": "Left"}).status_code == 302


class TestIsOpenForSignup:
    """ClosedSignUp.is_open_for_signup"""

    def test_never(self, db: None) -> None:
        sent = {"email": "me@halden.test", "password1": NEW, "password2": NEW}
        for answer in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", sent)):
            assert 'name="password1"' not in answer.content.decode()
        assert not Account.objects.filter(email=sent["email"]).exists()


class TestLogin:
    """Signing in"""

    def test_leads_to_where_one_wanted_to_go(self, cast: Cast) -> None:
        change_password(cast.analyst.id, password=PASSWORD, by=cast.analyst)
        sent = {"login": cast.accounts["analyst"].email.upper(), "password": PASSWORD, "next": "/preferences"}
        answer = Client().post("/accounts/login/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/preferences")

    def test_leads_nowhere_else(self, cast: Cast) -> None:
        change_password(cast.analyst.id, password=PASSWORD, by=cast.analyst)
        sent = {"login": cast.accounts["analyst"].email, "password": PASSWORD, "next": "https://evil.test/"}
        assert Client().post("/accounts/login/", sent)["Location"] == "/"

    def test_is_in_the_ledger_with_what_was_shown_and_where(self, cast: Cast) -> None:
        browser = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0"})
        known(cast)
        enter(browser, cast, "wrong")
        enter(browser, cast, PASSWORD)
        with acting_as(cast.administrator):
            said = newest_details(cast.analyst.id)
        assert (said["methods"], said["device"]) == (["password"], "Firefox on Linux")
        assert said["failures_before"] == 1

    def test_is_for_administrators_only_where_it_says_so(self, cast: Cast, settings: Any) -> None:
        settings.LOCAL_SIGN_IN = "administrators"
        known(cast)
        assert enter(Client(), cast, PASSWORD).status_code == 200
        assert enter(Client(), cast, PASSWORD, "administrator").status_code == 302


class TestLogout:
    """Signing out"""

    def test_is_in_the_ledger(self, cast: Cast) -> None:
        browser = Client()
        browser.force_login(cast.accounts["analyst"])
        assert browser.post("/accounts/logout/").status_code == 302
        assert said_of(cast, "analyst") == ["account.signed_out"]


class TestAuthenticate:
    """ClosedSignUp.authenticate"""

    def test_locks_after_five_wrong_passwords_and_says_it_twice_in_the_ledger(self, cast: Cast) -> None:
        known(cast)
        for _ in range(8):
            enter(Client(), cast, "wrong")
        assert said_of(cast, "analyst")[1:] == ["account.sign_in_failed"] * 2
        page = enter(Client(), cast, PASSWORD)
        assert "Too many failed attempts. Try again in 1 min." in page.content.decode()

    def test_says_the_same_of_accounts_that_do_not_exist(self, cast: Cast) -> None:
        known(cast)
        mine, nobodys = cast.accounts["analyst"].email, "nobody-at-all@halden.test"
        for _ in range(6):
            pages = [Client().post("/accounts/login/", {"login": e, "password": "wrong"}) for e in (mine, nobodys)]
            here, there = (p.content.decode().replace(mine, "").replace(nobodys, "") for p in pages)
            assert without_secrets(here) == without_secrets(there)

    def test_says_the_same_to_whoever_left_whatever_they_enter(self, cast: Cast) -> None:
        disable(cast)
        known(cast)
        mine, nobodys = cast.accounts["analyst"].email, "nobody-at-all@halden.test"
        sent = [(mine, PASSWORD), (mine, "wrong"), (nobodys, "wrong")]
        pages = [Client().post("/accounts/login/", {"login": who, "password": what}) for who, what in sent]
        said = [without_secrets(page.content.decode().replace(mine, nobodys)) for page in pages]
        assert "If your account was closed, ask an administrator." in said[0]
        assert said == [said[0]] * 3
        assert [page.status_code for page in pages] == [200] * 3

    def test_counts_the_right_password_of_whoever_left_as_a_failure(self, cast: Cast) -> None:
        disable(cast)
        known(cast)
        for _ in range(5):
            enter(Client(), cast, PASSWORD)
        assert "Too many failed attempts" in enter(Client(), cast, PASSWORD).content.decode()

    def test_lets_in_again_once_an_administrator_unlocks(self, cast: Cast) -> None:
        known(cast)
        for _ in range(5):
            enter(Client(), cast, "wrong")
        assert enter(Client(), cast, PASSWORD).status_code == 200
        unlock(cast.analyst.id, by=cast.administrator)
        assert enter(Client(), cast, PASSWORD).status_code == 302


def known(cast: Cast) -> None:
    """Give the analyst and the administrator a password."""
    for name in ("analyst", "administrator"):
        change_password(cast.actors[name].id, password=PASSWORD, by=cast.actors[name])


def enter(browser: Client, cast: Cast, password: str, name: str = "analyst") -> Any:
    return browser.post("/accounts/login/", {"login": cast.accounts[name].email, "password": password})


def without_secrets(page: str) -> str:
    """A page without the proofs of its forms, which differ each time."""
    return re.sub(r'(value|content)="[A-Za-z0-9]{64}"|data-began="[^"]*"', "", page)
