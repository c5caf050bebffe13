# SPDX-License-Identifier: Apache-2.0
"""How a person likes their pages."""

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import Account
from tests.access.entries import actions
from tests.personas import Cast

ADDRESS = "/preferences"


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The analyst's."""
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


def stored(cast: Cast) -> tuple[str, str, bool]:
    account = Account.objects.get(id=cast.analyst.id)
    return account.time_zone, account.theme, account.single_keys


class TestPreferences:
    """preferences"""

    def test_show_what_is_chosen(self, browser: Client) -> None:
        page = browser.get(ADDRESS).content.decode()
        assert '<option value="UTC" selected>UTC</option>' in page

    def test_are_kept_and_in_the_ledger(self, cast: Cast, browser: Client) -> None:
        sent = {"time_zone": "Asia/Tokyo", "theme": "dark", "single_keys": "off"}
        answer = browser.post(ADDRESS, sent)
        assert (answer.status_code, answer.cookies["longwatch_theme"].value) == (302, "dark")
        assert stored(cast) == ("Asia/Tokyo", "dark", False)
        with acting_as(cast.administrator):
            assert actions(cast.analyst.id)[-1] == "account.preferences_changed"

    def test_leave_alone_what_was_not_sent(self, cast: Cast, browser: Client) -> None:
        browser.post(ADDRESS, {"time_zone": "Asia/Tokyo"})
        browser.post(ADDRESS, {"theme": "light"})
        assert stored(cast) == ("Asia/Tokyo", "light", True)

    @pytest.mark.parametrize("sent", [{"time_zone": "Mars/Base"}, {"theme": "pink"}, {"single_keys": "perhaps"}])
    def test_refuse_what_they_do_not_offer(self, cast: Cast, browser: Client, sent: dict[str, str]) -> None:
        before = stored(cast)
        answer = browser.post(ADDRESS, sent)
        assert (answer.status_code, stored(cast)) == (422, before)
        assert "There is a problem" in answer.content.decode()

    def test_answer_a_page_that_changes_them_by_itself_without_words(self, browser: Client) -> None:
        answer = browser.post(ADDRESS, {"theme": "dark"}, headers={"X-Quiet": "yes"})
        assert (answer.status_code, answer.content) == (204, b"")

    @pytest.mark.parametrize(
        ("came_from", "back"),
        [("http://testserver/board", "http://testserver/board"), ("https://evil.test/", ADDRESS), ("", ADDRESS)],
    )
    def test_lead_back_to_our_own_pages_only(self, browser: Client, came_from: str, back: str) -> None:
        answer = browser.post(ADDRESS, {"theme": "dark"}, headers={"Referer": came_from})
        assert answer["Location"] == back

    def test_ask_to_sign_in(self, db: None) -> None:
        assert Client().get(ADDRESS).status_code == 302
