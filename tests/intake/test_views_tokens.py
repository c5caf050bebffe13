# SPDX-License-Identifier: Apache-2.0
"""The page on which a token of a source is made."""

import re

from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import ApiToken
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source, make_token
from tests.personas import Cast


def signed_in(cast: Cast, name: str = "administrator") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def page(source: Source) -> str:
    return f"/administration/sources/{source.id}/tokens"


class TestPage:
    def test_makes_a_token_that_is_bound_to_the_source_and_shows_it_once(self, cast: Cast) -> None:
        source, browser = make_source(cast), signed_in(cast)
        wanted = {"label": "Sensor", "account": str(cast.accounts["integration"].id), "ends": "30"}
        answer = browser.post(page(source), wanted)
        shown = answer.content.decode()
        found = re.search(r"lw_[\w-]{20,}", shown)
        assert (answer.status_code, found is not None) == (201, True)
        assert "curl -sS" in shown
        with acting_as(cast.administrator):
            token = ApiToken.objects.get(label="Sensor")
        assert (token.source_id, token.permissions) == (source.id, ["signal:submit"])
        assert token.expires_at is not None
        assert str(found and found[0]) not in browser.get(page(source)).content.decode()

    def test_keeps_what_was_typed_when_something_is_wrong(self, cast: Cast) -> None:
        answer = signed_in(cast).post(page(make_source(cast)), {"label": "My sensor", "account": ""})
        assert answer.status_code == 422
        assert "My sensor" in answer.content.decode()

    def test_lists_the_tokens_of_this_source_only(self, cast: Cast) -> None:
        source, other = make_source(cast), make_source(cast)
        make_token(cast, source)
        browser = signed_in(cast)
        assert "SIEM" in browser.get(page(source)).content.decode()
        assert "No tokens of this source yet" in browser.get(page(other)).content.decode()

    def test_is_not_there_for_who_does_not_administer(self, cast: Cast) -> None:
        source = make_source(cast)
        assert signed_in(cast, "supervisor").get(page(source)).status_code == 404
        assert page(source) not in signed_in(cast, "supervisor").get(page(source)[:-7]).content.decode()
        assert page(source) in signed_in(cast).get(page(source)[:-7]).content.decode()

    def test_of_all_tokens_says_which_are_bound(self, cast: Cast) -> None:
        source = make_source(cast)
        make_token(cast, source)
        shown = signed_in(cast).get("/administration/tokens").content.decode()
        assert f"/administration/sources/{source.id}" in shown
