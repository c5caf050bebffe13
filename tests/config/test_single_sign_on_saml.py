# SPDX-License-Identifier: Apache-2.0
"""Single sign-on by SAML against a real provider: pysaml2's, in a process of its own (tests/fixtures/saml_idp.py)."""

import base64
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client

from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.config.identity_providers import allauth_settings, read
from tests.access.ageing import age
from tests.fixtures.server import free_port, wait_for
from tests.personas import Cast

# Seconds of this process; what grows without bound takes far more.
BRIEFLY = 5
ANA: dict[str, Any] = {"email": ["ana@corp.test"], "name": ["Ana Corp"], "groups": ["soc"]}


def browser_of() -> Client:
    """A browser, which says to which host it speaks."""
    return Client(HTTP_HOST="testserver")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running identity provider, and its folder."""
    folder, port = tmp_path_factory.mktemp("saml"), free_port()
    for name in ("idp", "other"):
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
        files = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
        subprocess.run([*made, *files], check=True, capture_output=True)
    log = folder / "idp.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fixtures.saml_idp", str(port), str(folder)], stdout=stream, stderr=stream
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/", process, log)
            yield f"http://127.0.0.1:{port}", folder
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def set_up(cast: Cast, settings: Any, provider: tuple[str, Path]) -> str:
    """Names the provider in the settings, and gives it our metadata, as operators do; returns its address."""
    cache.clear()
    url, folder = provider
    file = folder / "providers.toml"
    file.write_text(
        f'[[saml]]\nid = "corp"\nname = "Corp"\norganisation = "{cast.organisation.slug}"\ndomains = ["corp.test"]\n'
        f'entity_id = "{url}/metadata"\nsso_url = "{url}/sso"\ncertificate_file = "{folder / "idp.crt"}"\n'
        'email_attribute = "urn:mace:dir:attribute-def:email"\nname_attribute = "urn:mace:dir:attribute-def:name"\n'
        'creates_accounts = true\nemails_are_verified = true\n[saml.roles]\nsoc = ["analyst"]\n'
        'leads = ["supervisor"]\nadmins = ["administrator"]\n',
        encoding="utf-8",
    )
    settings.IDENTITY_PROVIDERS = read(str(file))
    settings.SOCIALACCOUNT_PROVIDERS = allauth_settings(settings.IDENTITY_PROVIDERS)
    (folder / "service.xml").write_bytes(browser_of().get("/accounts/saml/corp/metadata/").content)
    return url


def ask(browser: Client, after: str = "/preferences") -> str:
    answer = browser.get("/accounts/saml/corp/login/", {"next": after})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def say(there: str, fault: str = "", **attributes: Any) -> str:
    """What the provider answers to a question."""
    person = {"uid": "ana-1", "attributes": {**ANA, **attributes}}
    found = httpx.get(f"{there}&fault={fault}", params={**_query(there), "person": json.dumps(person), "fault": fault})
    return str(found.raise_for_status().json()["SAMLResponse"])


def _query(there: str) -> dict[str, str]:
    return dict(httpx.QueryParams(urlsplit(there).query))


def bring(browser: Client, response: str) -> Any:
    answer = browser.post("/accounts/saml/corp/acs/", {"SAMLResponse": response, "RelayState": "https://evil.test/"})
    return browser.get(answer["Location"])


def enter(fault: str = "", **attributes: Any) -> tuple[Client, Any]:
    browser = browser_of()
    return browser, bring(browser, say(ask(browser), fault, **attributes))


class TestSignIn:
    """The way in"""

    def test_makes_the_account_with_the_roles_of_the_groups(self, cast: Cast, set_up: str) -> None:
        browser, answer = enter()
        assert (answer.status_code, answer["Location"]) == (302, "/preferences")
        assert browser.get("/inbox").status_code == 200
        account = Account.objects.get(email="ana@corp.test")
        assert (account.name, account.roles, account.org_id) == ("Ana Corp", [Role.ANALYST], cast.organisation.id)

    def test_follows_the_groups_each_time(self, set_up: str) -> None:
        enter()
        enter(groups=["leads"])
        assert Account.objects.get(email="ana@corp.test").roles == [Role.SUPERVISOR]

    def test_refuses_people_without_a_mapped_group_kindly(self, set_up: str) -> None:
        answer = enter(groups=["cooks"])[1]
        assert answer.status_code == 403
        assert "None of your groups has a role here." in answer.content.decode()

    @pytest.mark.parametrize("fault", ["signature", "unsigned", "altered", "audience", "expired"])
    def test_refuses_an_assertion_that_is_not_in_order(self, set_up: str, fault: str) -> None:
        browser, answer = enter(fault)
        assert answer.status_code == 403
        assert browser.get("/preferences").status_code == 302
        assert not Account.objects.filter(email="ana@corp.test").exists()

    def test_takes_an_assertion_once(self, set_up: str) -> None:
        browser = browser_of()
        response = say(ask(browser))
        assert bring(browser, response).status_code == 302
        browser.post("/accounts/logout/")
        assert bring(browser, response).status_code == 403

    def test_takes_no_assertion_that_another_browser_asked_for(self, set_up: str) -> None:
        thief = browser_of()
        assert bring(thief, say(ask(browser_of()))).status_code == 403
        assert thief.get("/preferences").status_code == 302


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 30}">' for n in range(1, 9))
DECLARATIONS = {
    "an entity from elsewhere": '<!DOCTYPE r [<!ENTITY x SYSTEM "{there}/entity">]>',
    "a file of ours": '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>',
    "a declaration from elsewhere": '<!DOCTYPE r SYSTEM "{there}/rules.dtd" [<!ENTITY x "y">]>',
    "a parameter from elsewhere": '<!DOCTYPE r [<!ENTITY % p SYSTEM "{there}/more"> %p; <!ENTITY x "y">]>',
    "an entity of entities": f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}<!ENTITY x "&a8;">]>',
    "an empty declaration": "<!DOCTYPE r>",
}


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that a parser may be led to, and what it was asked."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


class TestDeclarations:
    """Entities and document types in what a provider, or somebody in its place, sends; and what is no XML"""

    @pytest.mark.parametrize("name", DECLARATIONS)
    def test_are_refused_and_lead_nowhere(
        self, set_up: str, elsewhere: tuple[str, list[str]], tmp_path: Path, name: str
    ) -> None:
        (there, asked), secret = elsewhere, tmp_path / "secret"
        secret.write_text("sesame")
        declared = DECLARATIONS[name].replace("{there}", there).replace("{secret}", str(secret))
        browser = browser_of()
        response = base64.b64decode(say(ask(browser))).decode()
        text = re.sub(r"^<\?xml[^>]*\?>", "", response.strip())
        used = text if name == "an empty declaration" else text.replace("Ana Corp", "Ana &x;")
        assert used != text or name == "an empty declaration"
        began = time.process_time()
        answer = browser.post(
            "/accounts/saml/corp/acs/",
            {"SAMLResponse": base64.b64encode((declared + used).encode()).decode(), "RelayState": "/"},
        )
        answer = browser.get(answer["Location"]) if answer.status_code == 302 else answer
        assert answer.status_code in (400, 403)
        assert asked == []
        assert time.process_time() - began < BRIEFLY
        assert "sesame" not in answer.content.decode()
        assert browser.get("/preferences").status_code == 302
        assert not Account.objects.filter(email="ana@corp.test").exists()

    @pytest.mark.parametrize("answer", ["", "%%%", "bm8geG1s", "PGE+", "AAAA", "PGEvPg=="])
    def test_nor_is_what_is_no_answer_at_all(self, set_up: str, answer: str) -> None:
        browser = browser_of()
        ask(browser)
        got = browser.post("/accounts/saml/corp/acs/", {"SAMLResponse": answer})
        got = browser.get(got["Location"]) if got.status_code == 302 else got
        assert got.status_code == 403

    @pytest.mark.parametrize("name", ["SAMLResponse", "SAMLRequest"])
    @pytest.mark.parametrize("sent", ["", "%%%", "bm8geG1s", "PCFET0NUWVBFIHI+PHIvPg=="])
    def test_nor_where_somebody_is_said_to_have_signed_out(self, set_up: str, name: str, sent: str) -> None:
        assert browser_of().get("/accounts/saml/corp/sls/", {name: sent}).status_code == 403

    def test_an_answer_comes_from_another_site_and_is_taken(self, set_up: str) -> None:
        browser = Client(HTTP_HOST="testserver", enforce_csrf_checks=True)
        assert bring(browser, say(ask(browser))).status_code == 302
        assert browser.get("/inbox").status_code == 200


class TestConfirming:
    """Asking the provider again"""

    def again(self, fault: str = "") -> Any:
        browser = enter()[0]
        age(browser)
        browser.post("/tokens", {"label": "x"})
        return browser, bring(browser, say(ask(browser, "/confirmed?next=/tokens"), fault))

    def test_takes_signing_in_there_anew(self, set_up: str) -> None:
        browser, answer = self.again()
        assert "One more click" in browser.get(answer["Location"]).content.decode()

    def test_takes_no_answer_of_a_provider_that_did_not_ask(self, set_up: str) -> None:
        answer = self.again("remembered")[1]
        assert answer.status_code == 403
        assert "did not ask you again" in answer.content.decode()

    def test_is_not_had_by_coming_in_as_one_whom_the_provider_remembers(self, set_up: str) -> None:
        assert enter()[0].post("/tokens", {"label": "x"})["Location"].startswith("/confirm?")
