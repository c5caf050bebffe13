# SPDX-License-Identifier: Apache-2.0
"""The administration, as a browser sees it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from longwatch.access.actors import actor_of_token
from longwatch.access.context import acting_as
from longwatch.access.models import Account, ApiToken
from longwatch.access.roles import Role
from longwatch.access.services.accounts import disable_account
from longwatch.access.services.tokens import create_token
from tests.personas import Cast

PAGES = ["/administration/", "/administration/people/new", "/administration/tokens", "/administration/access"]
NEW = {"name": "Nora New", "email": "nora@halden.test", "title": "Guard", "roles": ["responder"]}


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


@pytest.fixture
def admin(cast: Cast) -> Client:
    """The administrator's browser."""
    return browser_of(cast, "administrator")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def ticked(page: str) -> set[str]:
    """The values of the boxes that are ticked."""
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    return {found[1] for box in boxes if "checked" in box and (found := re.search(r'value="([^"]*)"', box))}


class TestAdministrator:
    """Whose pages these are"""

    @pytest.mark.parametrize("page", PAGES)
    def test_opens_them(self, admin: Client, page: str) -> None:
        assert admin.get(page).status_code == 200

    @pytest.mark.parametrize("page", [each for each in PAGES if each != "/administration/"])
    def test_is_alone_in_knowing_of_them(self, cast: Cast, page: str) -> None:
        for name in ("supervisor", "auditor", "analyst"):
            assert browser_of(cast, name).get(page).status_code == 404
        assert Client().get(page).status_code == 302


class TestHome:
    """People"""

    def test_shows_everybody_of_the_organisation_and_nobody_else(
        self, cast: Cast, admin: Client, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        with acting_as(cast.administrator):
            disable_account(cast.hr.id, reason="Left", by=cast.administrator)
        with django_assert_max_num_queries(10):
            page = text(admin.get("/administration/"))
        assert "Ana Analyst" in page
        assert "Hanna HR" in page
        assert "Otto Outsider" not in page
        for state in ("Can sign in", "By API token only", "Disabled"):
            assert state in page


class TestAddAccount:
    """People > Add person"""

    def test_gives_an_account_with_a_password_that_works(self, cast: Cast, admin: Client) -> None:
        password = "correct horse battery"
        answer = admin.post("/administration/people/new", {**NEW, "password": password})
        assert (answer.status_code, answer["Location"]) == (302, "/administration/")
        account = Account.objects.get(email="nora@halden.test")
        assert (account.org_id, account.roles, account.title) == (cast.organisation.id, ["responder"], "Guard")
        assert Client().post("/accounts/login/", {"login": account.email, "password": password}).status_code == 302

    @pytest.mark.parametrize("wrong", [{"password": "short"}, {"email": "no address"}, {"roles": []}])
    def test_keeps_what_was_typed_and_names_what_is_wrong(self, admin: Client, wrong: dict[str, Any]) -> None:
        answer = admin.post("/administration/people/new", NEW | wrong)
        page = text(answer)
        assert answer.status_code == 422
        assert 'value="Nora New"' in page
        assert "There is a problem" in page
        assert ticked(page) == set(({**NEW, **wrong})["roles"])
        assert not Account.objects.filter(name="Nora New").exists()

    def test_never_sends_a_typed_password_back(self, admin: Client) -> None:
        answer = admin.post("/administration/people/new", {**NEW, "email": "no address", "password": "correct horse"})
        assert "correct horse" not in text(answer)

    def test_says_beside_the_address_that_it_is_taken(self, cast: Cast, admin: Client) -> None:
        taken = cast.accounts["analyst"].email
        answer = admin.post("/administration/people/new", {**NEW, "email": taken.upper()})
        assert answer.status_code == 422
        assert "There is already an account with this e-mail address." in text(answer)

    def test_is_a_form_that_was_sent_even_when_empty(self, admin: Client) -> None:
        assert admin.post("/administration/people/new").status_code == 422


class TestAccount:
    """People > one person"""

    def test_begins_with_the_present_roles(self, cast: Cast, admin: Client) -> None:
        assert ticked(text(admin.get(f"/administration/people/{cast.analyst.id}"))) == {"analyst"}

    def test_changes_roles(self, cast: Cast, admin: Client) -> None:
        answer = admin.post(f"/administration/people/{cast.analyst.id}", {"roles": ["hr", "counsel"]})
        assert answer.status_code == 302
        assert Account.objects.get(id=cast.analyst.id).roles == ["counsel", "hr"]
        assert "The roles of Ana Analyst are changed." in text(admin.get("/administration/"))

    def test_keeps_what_was_ticked_beside_what_is_wrong(self, cast: Cast, admin: Client) -> None:
        answer = admin.post(f"/administration/people/{cast.analyst.id}", {"roles": ["hr", "emperor"]})
        assert answer.status_code == 422
        assert ticked(text(answer)) == {"hr"}
        assert "emperor" in text(answer)
        assert Account.objects.get(id=cast.analyst.id).roles == ["analyst"]

    @pytest.mark.parametrize("sent", [{}, {"csrfmiddlewaretoken": "x"}])
    def test_refuses_to_leave_nobody_a_role(self, cast: Cast, admin: Client, sent: dict[str, str]) -> None:
        answer = admin.post(f"/administration/people/{cast.analyst.id}", sent)
        assert answer.status_code == 422
        assert ticked(text(answer)) == set()

    def test_leaves_the_last_administrator_the_role_and_says_why(self, cast: Cast, admin: Client) -> None:
        answer = admin.post(f"/administration/people/{cast.administrator.id}", {"roles": ["auditor"]})
        assert answer.status_code == 422
        assert "is the last administrator. Make somebody else an administrator first" in text(answer)
        assert Account.objects.get(id=cast.administrator.id).roles == ["administrator"]

    def test_offers_no_disabling_of_oneself(self, cast: Cast, admin: Client) -> None:
        assert "Disable the account" not in text(admin.get(f"/administration/people/{cast.administrator.id}"))
        assert "Disable the account" in text(admin.get(f"/administration/people/{cast.analyst.id}"))

    def test_hides_people_of_other_organisations(self, cast: Cast, admin: Client) -> None:
        assert admin.get(f"/administration/people/{cast.outsider.id}").status_code == 404
        assert admin.post(f"/administration/people/{cast.outsider.id}", {"roles": ["hr"]}).status_code == 404


class TestDisable:
    """People > one person > Disable"""

    def test_signs_them_out_at_once(self, cast: Cast, admin: Client) -> None:
        theirs = browser_of(cast, "analyst")
        assert theirs.get("/preferences").status_code == 200
        answer = admin.post(f"/administration/people/{cast.analyst.id}/disabling", {"reason": "Left"})
        assert answer.status_code == 302
        assert theirs.get("/preferences").status_code == 302

    def test_refuses_ones_own(self, cast: Cast, admin: Client) -> None:
        answer = admin.post(f"/administration/people/{cast.administrator.id}/disabling", {"reason": "Tired"})
        assert answer.status_code == 409
        assert "You cannot disable your own account." in text(answer)

    def test_hides_people_of_other_organisations(self, cast: Cast, admin: Client) -> None:
        assert admin.post(f"/administration/people/{cast.outsider.id}/disabling").status_code == 404

    def test_happens_by_a_form_only(self, cast: Cast, admin: Client) -> None:
        assert admin.get(f"/administration/people/{cast.analyst.id}/disabling").status_code == 405


class TestTokenList:
    """API tokens"""

    def make(self, admin: Client, cast: Cast, **changed: Any) -> Any:
        usual = {"label": "SIEM", "account": str(cast.integration.id), "permissions": ["signal:submit"]}
        return admin.post("/administration/tokens", usual | changed)

    def test_shows_a_new_token_once(self, cast: Cast, admin: Client) -> None:
        answer = self.make(admin, cast)
        page = text(answer)
        shown = set(re.findall(r"lw_[\w-]{43}", page))
        assert answer.status_code == 201
        assert len(shown) == 1
        assert actor_of_token(shown.pop()).id == cast.integration.id
        assert "no-store" in answer["Cache-Control"]
        again = text(admin.get("/administration/tokens"))
        assert not re.search(r"lw_[\w-]{43}", again)
        assert "SIEM" in again

    def test_names_what_the_account_may_not_and_keeps_what_was_typed(self, cast: Cast, admin: Client) -> None:
        answer = self.make(admin, cast, permissions=["signal:submit", "case:read"])
        assert answer.status_code == 422
        assert "A token can carry only what its account may do. case:read" in text(answer)
        assert 'value="SIEM"' in text(answer)
        assert ticked(text(answer)) == {"signal:submit", "case:read"}
        assert not ApiToken.objects.filter(account_id=cast.integration.id).exists()

    @pytest.mark.parametrize("changed", [{"label": ""}, {"permissions": []}, {"account": "nobody"}])
    def test_refuses_half_a_form(self, cast: Cast, admin: Client, changed: dict[str, Any]) -> None:
        assert self.make(admin, cast, **changed).status_code == 422

    def test_refuses_an_account_of_another_organisation(self, cast: Cast, admin: Client) -> None:
        answer = self.make(admin, cast, account=str(cast.outsider.id), permissions=["signal:read"])
        assert answer.status_code == 422
        assert "Otto Outsider" not in text(answer)

    def test_is_a_form_that_was_sent_even_when_empty(self, admin: Client) -> None:
        assert admin.post("/administration/tokens").status_code == 422


class TestRevokeToken:
    """API tokens > Revoke"""

    def test_stops_it_and_says_so(self, cast: Cast, admin: Client) -> None:
        by = cast.integration
        row, _text = create_token(account_id=by.id, label="SIEM", permissions=["signal:submit"], by=by)
        for _ in range(2):
            assert admin.post(f"/administration/tokens/{row.id}/revocation").status_code == 302
        page = text(admin.get("/administration/tokens"))
        assert "Revoked" in page
        assert "The token “SIEM” no longer works." in page

    def test_hides_tokens_of_other_organisations(self, cast: Cast, admin: Client) -> None:
        by = cast.outsider
        row, _text = create_token(account_id=by.id, label="Theirs", permissions=["signal:read"], by=by)
        assert admin.post(f"/administration/tokens/{row.id}/revocation").status_code == 404
        assert "Theirs" not in text(admin.get("/administration/tokens"))


class TestAccessTable:
    """Access"""

    def test_says_who_may_do_what(self, admin: Client) -> None:
        page = text(admin.get("/administration/access"))
        row = page[page.index("account:administer") :].split("</tr>")[0]
        assert row.count("yes") == 1
        assert row.count('aria-label="no"') == len(Role) - 1


@pytest.mark.parametrize(
    ("name", "leads"),
    [("supervisor", "/administration/sources/"), ("auditor", "/administration/integrity"), ("analyst", "")],
)
def test_leads_whoever_administers_no_accounts_to_the_first_page_that_is_theirs(
    cast: Cast, name: str, leads: str
) -> None:
    browser = Client()
    browser.force_login(cast.accounts[name])
    answer = browser.get("/administration/")
    assert (answer.status_code, answer.headers.get("Location", "")) == ((302, leads) if leads else (404, ""))
