# SPDX-License-Identifier: Apache-2.0
"""The pages of feeds."""

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.feeds.fetching import as_feed
from tests.enrichment.cast_feeds import make_feed
from tests.enrichment.feeds.sides import MispFolder
from tests.enrichment.feeds.test_storing import stored, taken
from tests.fixtures.little_server import little_server
from tests.fixtures.open_transactions import counting
from tests.intake.test_api import Caller
from tests.personas import Cast

PAGE = "/administration/intelligence/feeds"
NEW = {
    "label": "OSINT", "kind": "misp_feed", "url": "https://feed.invalid/osint", "scheme": "bearer",
    "secret": "hidden-secret", "interval_seconds": "3600", "days": "90",
}  # fmt: skip


def browser_of(cast: Cast, name: str = "supervisor") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def fail(feed: Feed) -> None:
    with acting_as(as_feed(feed)), connection.cursor() as cursor:
        cursor.execute(
            "insert into enrichment_feed_state (feed_id, org_id, failures, errors) values (%s, %s, 3, %s)",
            [feed.id, feed.org_id, '[{"at": "2026-01-02T03:04:05+00:00", "text": "<i>It</i> refuses."}]'],
        )


class TestFeedList:
    """Administration > Intelligence > Feeds"""

    def test_says_what_there_is_to_fetch(self, cast: Cast) -> None:
        assert "No feeds yet" in text(browser_of(cast).get(PAGE))

    def test_begins_fetching(self, cast: Cast) -> None:
        browser = browser_of(cast)
        answer = browser.post(PAGE, NEW)
        assert answer.status_code == 302
        page = text(browser.get(answer["Location"]))
        assert "Not asked yet" in page
        assert "hidden-secret" not in page

    def test_names_what_is_wrong_and_loses_nothing_but_the_secret(self, cast: Cast) -> None:
        answer = browser_of(cast).post(PAGE, NEW | {"url": "nowhere", "days": "x"})
        assert answer.status_code == 422
        page = text(answer)
        assert "Enter a whole number of days." in page
        assert 'value="nowhere"' in page
        assert "hidden-secret" not in page

    def test_tries_it_before_it_is_set_up(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        side = MispFolder()
        side.put(1, "203.0.113.1")
        with little_server(side) as server:
            page = text(browser_of(cast).post(PAGE, NEW | {"url": server.url, "try": "1"}))
        assert "It lists 1 events" in page
        assert "Enter the password, key or token again" in page
        with acting_as(cast.supervisor):
            assert not Feed.objects.exists()

    def test_keeps_no_transaction_open_while_the_other_side_thinks(
        self, committed: Cast, committed_db: Address, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        side, seen = MispFolder(), list[int]()
        side.put(1, "203.0.113.1")
        with little_server(counting(committed_db, side, seen)) as server:
            feed = make_feed(committed, url=server.url)
            wanted = NEW | {"url": server.url, "try": "1"}
            browser, program = browser_of(committed), Caller(committed, "supervisor")
            pages = [browser.post(PAGE, wanted), browser.post(f"{PAGE}/{feed.id}", wanted)]
            told = [
                program.write("post", "/feeds/trial", {"label": "OSINT", "kind": "misp_feed", "url": server.url}),
                program.write("post", f"/feeds/{feed.id}/trial", {}),
            ]
        assert ["It lists 1 events" in text(each) for each in (*pages, *told)] == [True] * 4
        assert set(seen) == {0}

    def test_says_which_fail_and_why(self, cast: Cast) -> None:
        fail(make_feed(cast))
        page = text(browser_of(cast).get(PAGE))
        assert "Fails" in page
        assert "<i>It</i> refuses." in page

    def test_takes_few_statements_however_many_there_are(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        for number in range(5):
            make_feed(cast, label=f"Feed {number}")
        browser = browser_of(cast)
        browser.get(PAGE)
        with django_assert_max_num_queries(10):
            browser.get(PAGE)

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_shows_nothing_of_others(self, cast: Cast, name: str) -> None:
        feed = make_feed(cast)
        assert browser_of(cast, name).get(f"{PAGE}/{feed.id}").status_code == 404


class TestFeedPage:
    """Administration > Intelligence > Feeds > OSINT"""

    def test_says_how_far_it_is_and_what_went_wrong(self, cast: Cast) -> None:
        feed = make_feed(cast)
        stored(feed, taken("a", "203.0.113.1"), problems=["Event x: <b>broken</b>"])
        page = text(browser_of(cast).get(f"{PAGE}/{feed.id}"))
        assert "Up to date" in page
        assert "1 value" in page
        assert "Event x: <b>broken</b>" in page
        assert b"<b>broken" not in browser_of(cast).get(f"{PAGE}/{feed.id}").content

    def test_says_nothing_of_the_newest_value_of_a_list_which_has_no_times(self, cast: Cast) -> None:
        browser = browser_of(cast)
        assert "<dt>Newest</dt>" not in text(browser.get(f"{PAGE}/{make_feed(cast, kind='list').id}"))
        assert "<dt>Newest</dt>" in text(browser.get(f"{PAGE}/{make_feed(cast, label='Other').id}"))

    def test_changes_it_and_keeps_the_secret(self, cast: Cast) -> None:
        feed = make_feed(cast, scheme="bearer", secret="hidden-secret")
        values = {name: value for name, value in NEW.items() if name != "secret"}
        assert browser_of(cast).post(f"{PAGE}/{feed.id}", values | {"label": "Other"}).status_code == 302
        with acting_as(cast.supervisor):
            known = Feed.objects.get(id=feed.id)
        assert (known.label, known.wrapped, known.list_name) == ("Other", feed.wrapped, "OSINT")

    def test_fetches_now_pauses_goes_on_and_ends(self, cast: Cast) -> None:
        feed, browser = make_feed(cast), browser_of(cast)
        page = f"{PAGE}/{feed.id}"
        assert browser.post(f"{page}/fetching").status_code == 302
        browser.post(f"{page}/switching", {"on": "0"})
        paused = text(browser.get(page))
        assert "Paused" in paused
        assert "Fetch now" not in paused
        assert "It pauses" in text(browser.post(f"{page}/fetching", follow=True))
        browser.post(f"{page}/switching", {"on": "1"})
        assert "Not asked yet" in text(browser.get(page))
        browser.post(f"{page}/closing")
        ended = text(browser.get(page))
        assert "Ended" in ended
        assert "Test connection" not in ended


def test_a_list_that_a_feed_fills_is_not_removed(cast: Cast) -> None:
    feed = make_feed(cast)
    stored(feed, taken("a", "203.0.113.1"))
    with acting_as(cast.supervisor), connection.cursor() as cursor:
        cursor.execute("select id from enrichment_dataset")
        (dataset,) = cursor.fetchone()
    browser = browser_of(cast)
    page = text(browser.post(f"/administration/intelligence/{dataset}/removal", follow=True))
    assert "Pause or end it first" in page
    browser.post(f"{PAGE}/{feed.id}/switching", {"on": "0"})
    page = text(browser.post(f"/administration/intelligence/{dataset}/removal", follow=True))
    assert "no longer compared" in page
