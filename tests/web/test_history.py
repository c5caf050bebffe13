# SPDX-License-Identifier: Apache-2.0
"""The ledger as auditors read it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_preferences
from longwatch.core.paging import encode_cursor
from longwatch.web.history import PAGE, entries
from tests.personas import Cast


@pytest.fixture
def auditor(cast: Cast) -> Client:
    """The auditor's browser."""
    browser = Client()
    browser.force_login(cast.accounts["auditor"])
    return browser


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """More entries than two pages hold."""
    for number in range(2 * PAGE):
        change_preferences(time_zone="UTC", theme=("dark", "light")[number % 2], single_keys=True, by=cast.analyst)
    return cast


def numbers(answer: Any) -> list[int]:
    return [int(found) for found in re.findall(r'data-label="Entry">(\d+)<', answer.content.decode())]


def older(answer: Any) -> str:
    found = re.search(r'href="(\?[^"]*after=[^"]*)"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


class TestLedgerPage:
    """/ledger"""

    def test_tells_who_did_what(self, auditor: Client) -> None:
        page = auditor.get("/ledger").content.decode()
        assert "account.created" in page
        assert "Ada Administrator" in page

    def test_tells_no_content(self, auditor: Client, cast: Cast) -> None:
        """Names of those an entry is about are details, not the entry."""
        assert "Rosa Reporter" not in auditor.get("/ledger").content.decode()

    def test_leads_through_all_entries_page_by_page(self, auditor: Client, busy: Cast) -> None:
        address, seen = "/ledger", list[int]()
        while address:
            answer = auditor.get(address)
            assert 0 < len(numbers(answer)) <= PAGE
            seen += numbers(answer)
            address = f"/ledger{older(answer)}" if older(answer) else ""
        with acting_as(busy.auditor):
            assert len(seen) == len(set(seen)) == 2 * PAGE + len(busy.accounts) - 1 + 1 + 2
        assert seen == sorted(seen, reverse=True)

    def test_filters_by_verb_on_every_page(self, auditor: Client, busy: Cast) -> None:
        first = auditor.get("/ledger?action=account.preferences")
        second = auditor.get(f"/ledger{older(first)}")
        assert "action=account.preferences" in older(first)
        assert len(numbers(first)) == len(numbers(second)) == PAGE
        assert not older(second)
        for page in (first, second):
            assert set(re.findall(r'<code class="mono">([a-z_.]+)</code>', page.content.decode())) == {
                "account.preferences_changed"
            }

    def test_says_when_nothing_matches_and_keeps_the_words(self, auditor: Client) -> None:
        page = auditor.get("/ledger?action=moon.landed").content.decode()
        assert "Nothing matches" in page
        assert 'value="moon.landed"' in page

    @pytest.mark.parametrize("cursor", ["nonsense", encode_cursor(["abc"]), encode_cursor([1, 2]), "%00", "é"])
    def test_refuses_cursors_that_are_not_ours(self, auditor: Client, cursor: str) -> None:
        assert auditor.get(f"/ledger?after={cursor}").status_code == 422

    def test_takes_words_that_no_verb_holds(self, auditor: Client) -> None:
        for words in ("%00", "%25", "'", "%F0%9F%98%80"):
            assert auditor.get(f"/ledger?action={words}").status_code == 200

    def test_takes_few_statements(
        self, auditor: Client, busy: Cast, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        with django_assert_max_num_queries(10):
            auditor.get("/ledger")

    @pytest.mark.parametrize("name", ["administrator", "supervisor", "analyst", "reporter"])
    def test_is_for_auditors_only(self, cast: Cast, name: str) -> None:
        browser = Client()
        browser.force_login(cast.accounts[name])
        assert browser.get("/ledger").status_code == 404


class TestEntries:
    """entries"""

    def test_are_those_of_the_organisation_alone(self, cast: Cast) -> None:
        with acting_as(cast.auditor):
            assert entries(cast.organisation.id, cursor=None).rows
            assert not entries(cast.outsider.org_id, cursor=None).rows

    def test_name_programs_and_the_system_by_what_they_are(self, cast: Cast) -> None:
        with acting_as(cast.auditor):
            [first] = entries(cast.organisation.id, cursor=None, action="organisation.created").rows
        assert (first.actor, first.actor_kind, first.via) == ("system", "system", "set-up")
