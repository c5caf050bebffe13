# SPDX-License-Identifier: Apache-2.0
"""The page of sources."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake import selectors
from longwatch.intake.models import Source
from tests.access.entries import actions
from tests.intake.cast_signals import make_source
from tests.personas import Cast

URL = "/administration/sources/"
NEW = {"name": "Door sensor", "slug": "doors", "kind": "alert", "default_severity": "3", "dedup_fields": "rule, host"}


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


@pytest.fixture
def browser(cast: Cast) -> Client:
    """The supervisor's browser."""
    return browser_of(cast, "supervisor")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def sources(cast: Cast) -> list[Source]:
    with acting_as(cast.supervisor):
        return list(selectors.sources(cast.supervisor))


class TestSourceList:
    """Sources"""

    def test_makes_a_source_and_says_so(self, cast: Cast, browser: Client) -> None:
        answer = browser.post(URL, NEW)
        assert (answer.status_code, answer["Location"]) == (302, URL)
        [source] = sources(cast)
        assert (source.name, source.slug, source.default_severity) == ("Door sensor", "doors", 3)
        assert (source.dedup_fields, source.compartment_id) == (["rule", "host"], cast.signals.id)
        page = text(browser.get(URL))
        assert "Door sensor may send now. It needs a token." in page
        assert "rule, host" in page

    def test_says_that_nothing_is_there_yet(self, browser: Client) -> None:
        assert "No sources yet" in text(browser.get(URL))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": " "},
            {"slug": "Not a slug"},
            {"slug": "UPPER"},
            {"kind": "carrier pigeon"},
            {"default_severity": "9"},
            {"dedup_fields": "rule, shoe size"},
        ],
    )
    def test_keeps_what_was_typed_and_names_what_is_wrong(
        self, cast: Cast, browser: Client, wrong: dict[str, str]
    ) -> None:
        answer = browser.post(URL, NEW | wrong)
        page = text(answer)
        assert answer.status_code == 422
        assert "There is a problem" in page
        for name, value in (NEW | wrong).items():
            assert name in ("kind", "default_severity") or f'value="{value.strip() or value}"' in page
        assert sources(cast) == []

    def test_says_beside_the_short_name_that_it_is_taken(self, cast: Cast, browser: Client) -> None:
        for _ in range(2):
            answer = browser.post(URL, NEW)
        assert answer.status_code == 422
        assert "There is a source with this short name already." in text(answer)
        assert len(sources(cast)) == 1

    def test_is_a_form_that_was_sent_even_when_empty(self, browser: Client) -> None:
        assert browser.post(URL).status_code == 422

    @pytest.mark.parametrize("name", ["analyst", "investigator", "auditor", "hr"])
    def test_is_not_there_for_who_does_not_manage_sources(self, cast: Cast, name: str) -> None:
        assert browser_of(cast, name).get(URL).status_code == 404
        assert browser_of(cast, name).post(URL, NEW).status_code == 404
        assert sources(cast) == []

    def test_asks_nobody_to_sign_in(self, db: None) -> None:
        assert Client().get(URL).status_code == 302

    def test_shows_no_sources_of_other_organisations(self, cast: Cast) -> None:
        make_source(cast, name="Ours alone")
        assert "Ours alone" not in text(browser_of(cast, "outsider").get(URL))

    def test_leads_administrators_to_the_rest_of_the_administration(self, cast: Cast, browser: Client) -> None:
        link = 'href="/administration/tokens"'
        assert link in text(browser_of(cast, "administrator").get(URL))
        assert link not in text(browser.get(URL))


class TestSwitching:
    """Sources > Switch off, Switch on"""

    def switch(self, browser: Client, source: Source, on: str) -> Any:
        return browser.post(f"{URL}{source.id}/switching", {"on": on})

    def test_keeps_signals_out_and_lets_them_in_again(self, cast: Cast, browser: Client) -> None:
        source = make_source(cast, name="Gate")
        assert self.switch(browser, source, "0").status_code == 302
        assert not sources(cast)[0].enabled
        assert "Gate is switched off; what it sends is refused." in text(browser.get(URL))
        self.switch(browser, source, "1")
        assert sources(cast)[0].enabled
        with acting_as(cast.auditor):
            assert len(actions(source.id)) == 3

    def test_changes_nothing_the_second_time(self, cast: Cast, browser: Client) -> None:
        source = make_source(cast)
        for _ in range(2):
            assert self.switch(browser, source, "0").status_code == 302
        with acting_as(cast.auditor):
            assert len(actions(source.id)) == 2

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        source = make_source(cast)
        for name in ("analyst", "outsider"):
            assert self.switch(browser_of(cast, name), source, "0").status_code == 404
        assert sources(cast)[0].enabled

    def test_happens_by_a_form_only(self, cast: Cast, browser: Client) -> None:
        assert browser.get(f"{URL}{make_source(cast).id}/switching").status_code == 405
