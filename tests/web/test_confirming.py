# SPDX-License-Identifier: Apache-2.0
"""Asking whether it is still the same person, and going on."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from longwatch.access.models import Account, ApiToken
from longwatch.access.roles import Role
from longwatch.access.services.accounts import change_password
from tests.access.ageing import LONG, age, signed_in
from tests.personas import PASSWORD, Cast


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The administrator's, who signed in an hour ago."""
    cache.clear()
    change_password(cast.administrator.id, password=PASSWORD, by=cast.administrator)
    return signed_in(Account.objects.get(id=cast.administrator.id), LONG)


def people(cast: Cast) -> str:
    return f"/administration/people/{cast.analyst.id}"


def give(browser: Client, answer: Any, password: str = PASSWORD) -> Any:
    """Follow to the question, and answer it."""
    question = browser.get(answer["Location"], follow=True)
    here, asked = question.redirect_chain[-1][0], question.content.decode()
    onward = unescape(re.findall(r'name="next" value="([^"]*)"', asked)[0])
    return browser.post(here, {"password": password, "next": onward}, follow=True)


def sent_again(browser: Client, page: str) -> Any:
    """Press the one button of the page that offers what was kept."""
    action = unescape(re.findall(r'<form class="form" method="post" action="([^"]*)"', page)[0])
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        fields.setdefault(name, []).append(unescape(value))
    return browser.post(action, fields)


class TestAskFirst:
    """ask_first"""

    def test_changes_nothing_and_leads_to_the_question(self, cast: Cast, browser: Client) -> None:
        answer = browser.post(people(cast), {"roles": ["auditor"]})
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/confirm")
        assert Account.objects.get(id=cast.analyst.id).roles == [Role.ANALYST]

    def test_tells_a_part_of_a_page_with_a_link(self, cast: Cast, browser: Client) -> None:
        answer = browser.post("/tokens", {"label": "x"}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (403, "#toasts")
        assert "/confirm?next=" in answer.content.decode()

    def test_leaves_looking_alone(self, cast: Cast, browser: Client) -> None:
        assert browser.get(people(cast)).status_code == 200

    def test_hides_what_it_keeps(self, cast: Cast, browser: Client) -> None:
        browser.post("/tokens", {"label": "Very special words"})
        assert "Very special words" not in repr(dict(browser.session))


class TestConfirmed:
    """confirmed"""

    def test_offers_what_was_typed_and_the_click_does_it(self, cast: Cast, browser: Client) -> None:
        asked = browser.post(people(cast), {"roles": ["auditor", "responder"]}, headers={"Referer": ""})
        offered = give(browser, asked).content.decode()
        assert "One more click" in offered
        assert Account.objects.get(id=cast.analyst.id).roles == [Role.ANALYST]
        assert sent_again(browser, offered).status_code == 302
        assert Account.objects.get(id=cast.analyst.id).roles == [Role.AUDITOR, Role.RESPONDER]

    def test_offers_it_once(self, cast: Cast, browser: Client) -> None:
        give(browser, browser.post(people(cast), {"roles": ["auditor"]}))
        assert browser.get("/confirmed?next=/administration/").status_code == 302

    def test_offers_nothing_after_a_wrong_password(self, cast: Cast, browser: Client) -> None:
        page = give(browser, browser.post(people(cast), {"roles": ["auditor"]}), "not the password").content.decode()
        assert "One more click" not in page
        assert "auditor" not in browser.get("/confirmed").content.decode()

    def test_offers_nothing_to_whoever_signs_in_next(self, cast: Cast, browser: Client) -> None:
        browser.post(people(cast), {"roles": ["auditor"]})
        browser.force_login(cast.accounts["analyst"])
        assert browser.get("/confirmed").status_code == 302

    @pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)"])
    def test_leads_nowhere_else(self, cast: Cast, browser: Client, elsewhere: str) -> None:
        age(browser, LONG * 0)
        assert browser.get("/confirmed", {"next": elsewhere})["Location"] == "/"


class TestConfirm:
    """confirm"""

    def test_goes_on_when_none_is_needed(self, cast: Cast) -> None:
        answer = signed_in(cast.accounts["analyst"]).get("/confirm?next=/preferences")
        assert answer["Location"] == "/confirmed?next=%2Fpreferences"

    def test_says_what_to_do_to_whoever_has_nothing_to_confirm_with(self, cast: Cast) -> None:
        page = signed_in(cast.accounts["analyst"], LONG).get("/confirm?next=/preferences").content.decode()
        assert "Sign out, sign in again" in page

    def test_is_for_people_who_are_signed_in(self, db: None) -> None:
        assert Client().get("/confirm").status_code == 302


class TestWhatNeedsIt:
    """Acts that are not done without."""

    @pytest.mark.parametrize("path", ["new", "{analyst}", "{analyst}/disabling"])
    def test_accounts_and_roles(self, cast: Cast, browser: Client, path: str) -> None:
        answer = browser.post(f"/administration/people/{path.format(analyst=cast.analyst.id)}")
        assert answer["Location"].startswith("/confirm?")

    @pytest.mark.parametrize("path", ["/tokens", "/administration/tokens"])
    def test_tokens(self, cast: Cast, browser: Client, path: str) -> None:
        assert browser.post(path, {"label": "x"})["Location"].startswith("/confirm?")
        assert not ApiToken.objects.filter(org_id=cast.organisation.id).exists()
