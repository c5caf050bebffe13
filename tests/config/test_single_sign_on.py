# SPDX-License-Identifier: Apache-2.0
"""Single sign-on by OIDC against a real provider: a process of its own on 127.0.0.1 (oidc-provider-mock)."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.core.cache import cache
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.access.services.accounts import disable_account
from longwatch.config.identity_providers import allauth_settings, read
from longwatch.config.saml import AUTHN_INSTANT
from longwatch.config.single_sign_on import signed_in_there_at
from longwatch.core import clock
from tests.access.ageing import age
from tests.access.entries import actions, newest_details
from tests.fixtures.server import free_port, wait_for
from tests.personas import Cast

ANA = {"email": "ana@corp.test", "email_verified": True, "name": "Ana Corp", "groups": ["soc"]}


@contextmanager
def provider_process(folder: Path, *options: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.fixtures.oidc_idp", "--port", str(port), *options]
    with (folder / f"idp-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/.well-known/openid-configuration", process, Path(log.name))
            yield url
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running identity provider."""
    with provider_process(tmp_path_factory.mktemp("idp")) as url:
        yield url


@pytest.fixture
def set_up(cast: Cast, settings: Any, tmp_path: Path, issuer: str) -> Any:
    """Names the provider in the settings, as the operator's file does."""
    cache.clear()

    def write(**changes: Any) -> None:
        told = {
            "id": "corp", "name": "Corp", "organisation": cast.organisation.slug, "domains": ["corp.test"],
            "issuer": issuer, "client_id": "longwatch", "client_secret": "secret", "creates_accounts": True, **changes,
        }  # fmt: skip
        lines = [
            f"{name} = {str(value).lower() if value in (True, False) else repr(value)}" for name, value in told.items()
        ]
        roles = '[oidc.roles]\nsoc = ["analyst"]\nleads = ["investigator", "supervisor"]\nadmins = ["administrator"]'
        file = tmp_path / "providers.toml"
        file.write_text("[[oidc]]\n" + "\n".join(lines) + f"\n{roles}\n", encoding="utf-8")
        settings.IDENTITY_PROVIDERS = read(str(file))
        settings.SOCIALACCOUNT_PROVIDERS = allauth_settings(settings.IDENTITY_PROVIDERS)

    write()
    return write


def begin(browser: Client, after: str = "/preferences") -> str:
    """Go to the provider; returns its address."""
    answer = browser.get("/accounts/oidc/corp/login/", {"next": after})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come_back(browser: Client, there: str, issuer: str, sub: str, claims: dict[str, Any]) -> Any:
    """Sign in at the provider and follow it back."""
    httpx.put(f"{issuer}/users/{sub}", json=claims).raise_for_status()
    sent = httpx.post(there, data={"sub": sub})
    back = urlsplit(sent.headers["Location"])
    return browser.get(f"{back.path}?{back.query}")


def enter(issuer: str, browser: Client | None = None, sub: str = "ana", **claims: Any) -> tuple[Client, Any]:
    browser = browser or Client()
    return browser, come_back(browser, begin(browser), issuer, sub, {**ANA, **claims})


def refused(answer: Any) -> str:
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You could not be signed in" in page
    return str(page)


class TestSignIn:
    """The way in"""

    def test_makes_the_account_with_the_roles_of_the_groups(self, cast: Cast, set_up: Any, issuer: str) -> None:
        browser, answer = enter(issuer)
        assert (answer.status_code, answer["Location"]) == (302, "/preferences")
        assert browser.get("/inbox").status_code == 200
        account = Account.objects.get(email="ana@corp.test")
        assert (account.name, account.roles, account.org_id) == ("Ana Corp", [Role.ANALYST], cast.organisation.id)
        with acting_as(cast.administrator):
            assert actions(account.id) == ["account.created", "single_sign_on.linked", "account.signed_in"]
            assert newest_details(account.id)["methods"] == ["single_sign_on"]

    def test_opens_the_same_account_the_next_time(self, set_up: Any, issuer: str) -> None:
        enter(issuer)
        assert enter(issuer)[1].status_code == 302
        assert Account.objects.filter(email="ana@corp.test").count() == 1

    def test_follows_the_groups_each_time_and_says_so(self, cast: Cast, set_up: Any, issuer: str) -> None:
        old, _answer = enter(issuer)
        enter(issuer, groups=["leads"])
        account = Account.objects.get(email="ana@corp.test")
        assert account.roles == [Role.INVESTIGATOR, Role.SUPERVISOR]
        assert old.get("/preferences").status_code == 302
        with acting_as(cast.administrator):
            assert "account.roles_changed" in actions(account.id)

    def test_refuses_people_without_a_mapped_group_kindly(self, set_up: Any, issuer: str) -> None:
        assert "None of your groups has a role here." in refused(enter(issuer, groups=["cooks"])[1])
        assert not Account.objects.filter(email="ana@corp.test").exists()

    @pytest.mark.parametrize(
        "claims",
        [{"email_verified": False}, {"email_verified": "true"}, {"email": "ana@elsewhere.test"}, {"email": ""}],
    )
    def test_takes_verified_addresses_of_its_own_domains_only(
        self, set_up: Any, issuer: str, claims: dict[str, Any]
    ) -> None:
        assert "did not vouch" in refused(enter(issuer, **claims)[1])

    def test_makes_no_account_where_that_is_not_allowed(self, set_up: Any, issuer: str) -> None:
        set_up(creates_accounts=False)
        assert "You have no account here yet" in refused(enter(issuer)[1])

    def test_keeps_disabled_accounts_out(self, cast: Cast, set_up: Any, issuer: str) -> None:
        enter(issuer)
        with acting_as(cast.administrator):
            disable_account(Account.objects.get(email="ana@corp.test").id, reason="Left", by=cast.administrator)
        assert "switched off" in refused(enter(issuer)[1])

    def test_links_an_account_with_the_same_verified_address(self, cast: Cast, set_up: Any, issuer: str) -> None:
        set_up(domains=["halden.test"])
        _browser, answer = enter(issuer, email=cast.accounts["analyst"].email)
        assert answer.status_code == 302
        with acting_as(cast.administrator):
            assert actions(cast.analyst.id)[1:] == ["single_sign_on.linked", "account.signed_in"]

    def test_takes_over_no_administrator(self, cast: Cast, set_up: Any, issuer: str) -> None:
        set_up(domains=["halden.test"])
        refused(enter(issuer, email=cast.accounts["administrator"].email)[1])

    def test_takes_over_no_account_of_another_organisation(self, cast: Cast, set_up: Any, issuer: str) -> None:
        set_up(domains=["other.test"])
        refused(enter(issuer, email=cast.accounts["outsider"].email)[1])

    def test_takes_an_address_over_from_nobody_who_had_it_before(self, set_up: Any, issuer: str) -> None:
        enter(issuer)
        assert "belongs to another person" in refused(enter(issuer, sub="another-ana")[1])


class TestProvider:
    def test_that_does_not_answer_is_said_to_be_away(self, set_up: Any) -> None:
        set_up(issuer=f"http://127.0.0.1:{free_port()}")
        answer = Client().get("/accounts/oidc/corp/login/")
        assert answer.status_code == 503
        assert "Corp does not answer. Try again in a while, or sign in with a password." in answer.content.decode()


class TestProtocol:
    """What a provider, or somebody in between, cannot do"""

    def test_answers_a_state_once(self, set_up: Any, issuer: str) -> None:
        browser = Client()
        httpx.put(f"{issuer}/users/ana", json=ANA)
        back = urlsplit(httpx.post(begin(browser), data={"sub": "ana"}).headers["Location"])
        assert browser.get(f"{back.path}?{back.query}").status_code == 302
        assert Client().get(f"{back.path}?{back.query}").status_code == 403

    def test_takes_no_answer_that_another_browser_asked_for(self, set_up: Any, issuer: str) -> None:
        refused(come_back(Client(), begin(Client()), issuer, "ana", ANA))

    def test_takes_no_code_that_was_given_to_another_client(self, set_up: Any, issuer: str) -> None:
        browser = Client()
        there = begin(browser).replace("client_id=longwatch", "client_id=somebody")
        refused(come_back(browser, there, issuer, "ana", ANA))

    def test_takes_no_token_signed_by_another_provider(
        self, set_up: Any, issuer: str, settings: Any, tmp_path: Path
    ) -> None:
        with provider_process(tmp_path) as other:
            app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
            app["settings"]["openid_configuration_overrides"] = {"jwks_uri": f"{other}/jwks"}
            refused(enter(issuer)[1])

    def test_takes_no_token_of_another_issuer(self, set_up: Any, issuer: str, settings: Any) -> None:
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["openid_configuration_overrides"] = {"issuer": "https://elsewhere.test"}
        refused(enter(issuer)[1])

    def test_takes_no_provider_that_names_itself_otherwise(self, set_up: Any, issuer: str, settings: Any) -> None:
        told = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
        set_up(issuer=issuer.replace("127.0.0.1", "localhost"))
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app["settings"]["openid_configuration_overrides"] = told
        refused(enter(issuer)[1])

    def test_takes_no_token_that_has_expired(self, set_up: Any, tmp_path: Path) -> None:
        with provider_process(tmp_path, "--token-max-age", "-60") as expired:
            set_up(issuer=expired)
            refused(enter(expired)[1])

    @pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/"])
    def test_leads_nowhere_else_afterwards(self, set_up: Any, issuer: str, elsewhere: str) -> None:
        browser = Client()
        answer = come_back(browser, begin(browser, elsewhere), issuer, "ana", ANA)
        assert answer["Location"] == "/"

    def test_proves_that_it_asked_itself(self, set_up: Any, issuer: str) -> None:
        asked = parse_qs(urlsplit(begin(Client())).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["state"]


class TestConfirming:
    """Asking the provider again"""

    def test_keeps_the_session_and_what_waits_in_it(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        age(browser)
        assert browser.post("/tokens", {"label": "x"})["Location"].startswith("/confirm?")
        answer = come_back(browser, begin(browser, "/confirmed?next=/tokens"), issuer, "ana", ANA)
        assert "One more click" in browser.get(answer["Location"]).content.decode()

    def confirm(self, issuer: str, **claims: Any) -> Any:
        browser, _answer = enter(issuer)
        age(browser)
        browser.post("/tokens", {"label": "x"})
        return come_back(browser, begin(browser, "/confirmed?next=/tokens"), issuer, "ana", {**ANA, **claims})

    def test_asks_for_signing_in_there_anew(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        asked = parse_qs(urlsplit(begin(browser)).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        assert self.confirm(issuer).status_code == 302

    def test_takes_no_answer_of_a_provider_that_did_not_ask(self, set_up: Any, issuer: str) -> None:
        answer = self.confirm(issuer, forgetful=True)
        assert answer.status_code == 403
        assert "did not ask you again" in answer.content.decode()

    def test_takes_nothing_of_the_question_from_the_address(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        answer = browser.get("/accounts/oidc/corp/login/", {"auth_params": "prompt=none&max_age=9", "process": "x"})
        asked = parse_qs(urlsplit(answer["Location"]).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])

    def test_takes_no_answer_to_an_older_question(self, set_up: Any, issuer: str) -> None:
        browser = Client()
        there = begin(browser)
        enter(issuer, browser)
        assert come_back(browser, there, issuer, "ana", ANA).status_code == 403

    def test_is_not_had_by_coming_in_as_one_whom_the_provider_remembers(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        assert browser.post("/tokens", {"label": "x"})["Location"].startswith("/confirm?")

    def test_is_not_given_by_somebody_else(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        other = {**ANA, "email": "bo@corp.test", "name": "Bo"}
        assert come_back(browser, begin(browser), issuer, "bo", other).status_code == 403

    def test_is_offered_to_whoever_has_nothing_else(self, set_up: Any, issuer: str) -> None:
        browser, _answer = enter(issuer)
        age(browser)
        assert browser.get("/confirm?next=/tokens")["Location"].startswith("/accounts/oidc/corp/login/?")


class TestSignedInThereAt:
    """signed_in_there_at"""

    @pytest.mark.parametrize(
        "said",
        [
            {"id_token": {}},
            {"id_token": {"auth_time": "1700000000"}},
            {"id_token": {"auth_time": True}},
            {"id_token": {}, "userinfo": {"auth_time": 1700000000}, AUTHN_INSTANT: 1700000000},
            {},
        ],
    )
    def test_takes_nothing_but_a_number_at_its_place(self, said: dict[str, Any]) -> None:
        assert signed_in_there_at(SocialLogin(account=SocialAccount(extra_data=said))) is None

    def test_takes_no_time_to_come(self) -> None:
        said = {"id_token": {"auth_time": 99999999999}}
        at = signed_in_there_at(SocialLogin(account=SocialAccount(extra_data=said)))
        assert at is not None
        assert at <= clock.now().timestamp()


class TestSignInView:
    """SignInView"""

    def test_names_the_providers_beside_the_password(self, set_up: Any) -> None:
        page = Client().get("/accounts/login/?next=/inbox").content.decode()
        assert 'href="/accounts/oidc/corp/login/?next=/inbox"' in page or "login/?next=%2Finbox" in page
        assert "Sign in with Corp" in page
