# SPDX-License-Identifier: Apache-2.0
"""Whoever needs a second factor and has none sets it up first."""

import re
from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.access.ageing import signed_in
from tests.access.matrix import lines
from tests.personas import Cast

# Signing in and setting one up; what answers anybody: reporters, monitors, programs with a token.
NEEDED = re.compile(r"/(accounts/.*|confirm(ed)?|api/.*|healthz|readyz|report(/.*)?)$")


@pytest.fixture
def browser(cast: Cast, settings: Any) -> Client:
    """The analyst's, whose role needs one."""
    settings.REQUIRE_MFA_ROLES = frozenset({"analyst"})
    return signed_in(cast.accounts["analyst"])


class TestRequireSecondFactor:
    """RequireSecondFactor"""

    @pytest.mark.parametrize(
        "path",
        [
            "/", "/inbox", "/tokens", "/no-such-page", "/reporting", "/accountsx", "/confirmation",
            f"/reporters/exchanges/{UUID(int=9)}", f"/reporters/exchanges/of/{UUID(int=9)}",
        ],
    )  # fmt: skip
    def test_leads_there_from_every_page(self, browser: Client, path: str) -> None:
        assert browser.get(path)["Location"] == "/accounts/2fa/"

    def test_leads_there_from_every_address_of_the_matrix_but_those_to_set_it_up(self, browser: Client) -> None:
        asked = {(line.method, line.path) for _group, line in lines() if not NEEDED.match(line.path)}
        names: defaultdict[str, str] = defaultdict(lambda: str(UUID(int=9)))
        led = {(how, path): browser.generic(how, path.format_map(names)).get("Location") for how, path in asked}
        assert len(asked) > 300
        assert {each for each, place in led.items() if place != "/accounts/2fa/"} == set()

    def test_takes_no_change_either(self, cast: Cast, browser: Client) -> None:
        assert browser.post("/preferences", {"theme": "dark"})["Location"] == "/accounts/2fa/"
        cast.accounts["analyst"].refresh_from_db()
        assert cast.accounts["analyst"].theme == "auto"

    def test_tells_a_part_of_a_page_with_a_link(self, browser: Client) -> None:
        answer = browser.get("/inbox", headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (403, "#toasts")

    @pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/logout/", "/report"])
    def test_leaves_open_what_is_needed_for_it(self, browser: Client, path: str) -> None:
        assert browser.get(path).status_code == 200

    def test_says_that_it_must_be_and_why(self, cast: Cast, browser: Client, settings: Any) -> None:
        must = "You need a second factor before you go on."
        page = browser.get("/accounts/2fa/").content.decode()
        assert must in page
        assert "everybody with this role: Analyst" in page
        assert must not in signed_in(cast.accounts["lead"]).get("/accounts/2fa/").content.decode()
        settings.REQUIRE_MFA_ROLES = frozenset({"all"})
        assert "Your organisation asks for one of everybody." in browser.get("/accounts/2fa/").content.decode()

    def test_lets_on_whoever_has_one(self, cast: Cast, browser: Client) -> None:
        Authenticator(user=cast.accounts["analyst"], type="totp", data={}).save()
        assert browser.get("/inbox").status_code == 200

    def test_asks_nobody_whose_role_needs_none(self, cast: Cast, browser: Client) -> None:
        assert signed_in(cast.accounts["lead"]).get("/inbox").status_code == 200
