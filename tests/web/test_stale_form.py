# SPDX-License-Identifier: Apache-2.0
"""A form without proof that it is ours."""

import pytest
from django.test import Client

from tests.personas import Cast

TYPED = "He stands at the gate again."


@pytest.fixture
def strict() -> Client:
    """A browser whose forms are checked, as in production."""
    return Client(enforce_csrf_checks=True)


class TestCsrfFailure:
    """csrf_failure"""

    def test_says_in_plain_words_that_nothing_was_saved_and_how_to_keep_the_text(
        self, cast: Cast, strict: Client
    ) -> None:
        strict.force_login(cast.accounts["analyst"])
        answer = strict.post("/incidents/new", {"title": TYPED})
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "We could not take this form" in page
        assert "Nothing was saved. Go back: your text is still there, or comes back once you have signed in." in page
        assert "data-back" in page
        assert "CSRF" not in page
        assert "administrator" not in page.partition("<main")[2]

    def test_does_not_offer_to_send_what_may_be_somebody_elses(self, cast: Cast, strict: Client) -> None:
        strict.force_login(cast.accounts["analyst"])
        assert TYPED not in strict.post("/incidents/new", {"title": TYPED}).content.decode()

    @pytest.mark.parametrize(
        ("language", "words"),
        [("de", "Ihr Text ist noch da"), ("es", "su texto sigue ahí"), ("fr", "votre texte est toujours là")],
    )
    def test_speaks_the_language_of_the_reader(self, db: None, strict: Client, language: str, words: str) -> None:
        answer = strict.post("/accounts/login/", {"login": TYPED}, headers={"accept-language": language})
        assert answer.status_code == 403
        assert words in answer.content.decode()
        assert f'lang="{language}"' in answer.content.decode()

    def test_leaves_a_part_of_a_page_alone_but_for_a_toast(self, cast: Cast, strict: Client) -> None:
        strict.force_login(cast.accounts["analyst"])
        answer = strict.post("/incidents/new", {"title": TYPED}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (403, "#toasts")
        assert "open too long" in answer.content.decode()

    def test_leads_whoever_lost_all_cookies_from_a_part_of_a_page_to_signing_in(self, db: None, strict: Client) -> None:
        answer = strict.post("/incidents/new", {"title": TYPED}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Retarget"]) == (401, "#toasts")
        assert "You were signed out." in answer.content.decode()
