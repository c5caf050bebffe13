# SPDX-License-Identifier: Apache-2.0
"""The pages of webhooks out."""

from django.test import Client

from tests.exchange.services.test_subscribing import URL, made
from tests.personas import Cast

PAGE = "/administration/webhooks/"


def signed_in(cast: Cast, name: str = "administrator") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


class TestPages:
    def test_show_the_secret_of_a_new_one_once(self, cast: Cast) -> None:
        wanted = {
            "label": "SOAR", "url": URL, "patterns": "incident.*\ncase.closed",
            "account": str(cast.accounts["integration"].id),
        }  # fmt: skip
        browser = signed_in(cast)
        answer = browser.post(PAGE, wanted)
        assert answer.status_code == 201
        assert "whsec_" in answer.content.decode()
        later = browser.get(PAGE).content.decode()
        assert "SOAR" in later
        assert "whsec_" not in later

    def test_keep_what_was_typed_when_something_is_wrong(self, cast: Cast) -> None:
        wanted = {"label": "My SOAR", "url": "ftp://x", "patterns": "*", "account": str(cast.accounts["hr"].id)}
        answer = signed_in(cast).post(PAGE, wanted)
        assert answer.status_code == 422
        assert "My SOAR" in answer.content.decode()

    def test_pause_resume_and_close_one(self, cast: Cast) -> None:
        row, _secret = made(cast)
        browser = signed_in(cast)
        for act, said in (("pausing", "Told nothing for now"), ("resuming", "Pause"), ("closing", "Closed")):
            answer = browser.post(f"{PAGE}{row.id}/{act}", follow=True)
            assert said in answer.content.decode()

    def test_are_not_there_for_who_does_not_administer(self, cast: Cast) -> None:
        assert signed_in(cast, "supervisor").get(PAGE).status_code == 404
