# SPDX-License-Identifier: Apache-2.0
"""Setting up feeds, trying them, changing them, ending them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.hiding import reveal
from longwatch.core.postgres.address import Address
from longwatch.enrichment.feed_models import Feed, feed_purpose
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.services import feeds as services
from longwatch.enrichment.services.feeds import (
    Feeding,
    begin_trial,
    change_feed,
    close_feed,
    fetch_now,
    open_feed,
    wanted_of,
)
from longwatch.enrichment.services.intel import load
from tests.access.entries import actions
from tests.enrichment.cast_feeds import make_feed
from tests.enrichment.feeds.sides import KEY, MispApi
from tests.enrichment.intel_files import KEV, loaded
from tests.fixtures.little_server import LittleServer, little_server
from tests.ledger.entries import superuser
from tests.personas import Cast

SECRET: dict[str, Any] = {"kind": "misp_server", "url": "https://misp.invalid", "scheme": "plain", "secret": KEY}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleServer]:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    with little_server(MispApi()) as running:
        yield running


def refusal_of(cast: Cast, **fields: Any) -> dict[str, str]:
    usual: dict[str, Any] = {"label": "OSINT", "kind": "misp_feed", "url": "https://feed.invalid"}
    with acting_as(cast.supervisor), pytest.raises(Invalid) as refusal:
        open_feed(Feeding(**usual | fields), by=cast.supervisor)
    return refusal.value.fields


def changed(cast: Cast, feed: Feed, **changes: Any) -> Feed:
    with acting_as(cast.supervisor):
        return change_feed(feed.id, wanted_of(feed, **changes), by=cast.supervisor)


class TestOpenFeed:
    """open_feed"""

    def test_hides_the_secret_and_says_so_in_the_ledger(self, cast: Cast) -> None:
        feed = make_feed(cast, **SECRET)
        assert KEY not in feed.wrapped
        assert reveal(feed.wrapped, feed_purpose(feed.id)) == KEY
        assert (feed.list_name, feed.settings["days"]) == ("OSINT", 90)
        with acting_as(cast.auditor):
            assert actions(feed.id) == ["feed.opened"]

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"label": " "}, "label"), ({"kind": "rss"}, "kind"), ({"url": "feed"}, "url"),
            ({"url": "https://u:p@feed.invalid"}, "url"), ({"scheme": "plain", "secret": "x"}, "scheme"),
            ({"scheme": "basic", "secret": "x"}, "user"), ({"scheme": "bearer"}, "secret"),
            ({"scheme": "bearer", "secret": "a\r\nX: 1"}, "secret"), ({"authorities": "none"}, "authorities"),
            ({"interval_seconds": 60}, "interval_seconds"), ({"settings": {"days": -1}}, "days"),
            ({"list_name": "x" * 101}, "list_name"), ({"list_name": "a\nb"}, "list_name"),
        ],
    )  # fmt: skip
    def test_names_what_is_wrong(self, cast: Cast, fields: dict[str, Any], named: str) -> None:
        assert list(refusal_of(cast, **fields)) == [named]

    def test_fills_no_list_that_is_filled_otherwise(self, cast: Cast) -> None:
        make_feed(cast)
        assert list(refusal_of(cast)) == ["list_name"]
        loaded(cast, b"203.0.113.1\n", "Ours")
        assert list(refusal_of(cast, list_name="Ours")) == ["list_name"]

    def test_may_go_on_with_a_list_that_an_earlier_one_left(self, cast: Cast) -> None:
        first = make_feed(cast)
        with acting_as(cast.supervisor):
            close_feed(first.id, by=cast.supervisor)
        assert make_feed(cast).list_name == first.list_name

    def test_fills_no_list_that_was_loaded_from_a_file_after_an_earlier_one(self, cast: Cast) -> None:
        first = make_feed(cast)
        with acting_as(cast.supervisor):
            close_feed(first.id, by=cast.supervisor)
        loaded(cast, b"203.0.113.1\n", "OSINT")
        assert list(refusal_of(cast)) == ["list_name"]

    def test_fills_no_catalogue_that_was_loaded_from_a_file(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV)
        fields: dict[str, Any] = {"kind": "list", "list_name": dataset.name}
        assert list(refusal_of(cast, **fields, settings={"holds": "kev"})) == ["list_name"]
        with acting_as(cast.supervisor):
            close_feed(make_feed(cast, **fields, settings={"holds": "indicators"}).id, by=cast.supervisor)
        assert list(refusal_of(cast, **fields, settings={"holds": "kev"})) == ["list_name"]

    def test_is_bounded_in_number(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST_OPEN", 1)
        make_feed(cast)
        assert list(refusal_of(cast, label="Other")) == ["list_name"]

    def test_is_refused_to_who_does_not_manage_sources(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            open_feed(Feeding("OSINT", "misp_feed", "https://feed.invalid"), by=cast.analyst)


class TestChangeFeed:
    """change_feed"""

    def test_names_what_changed(self, cast: Cast) -> None:
        feed = changed(cast, make_feed(cast, **SECRET), interval_seconds=900, secret="other")
        assert (feed.interval_seconds, reveal(feed.wrapped, feed_purpose(feed.id))) == (900, "other")
        with acting_as(cast.auditor):
            assert actions(feed.id) == ["feed.opened", "feed.changed"]

    def test_changes_nothing_when_all_is_the_same(self, cast: Cast) -> None:
        feed = make_feed(cast, **SECRET)
        assert changed(cast, feed).version == feed.version

    def test_wants_the_secret_again_for_another_address(self, cast: Cast) -> None:
        feed = make_feed(cast, **SECRET)
        with pytest.raises(Invalid) as refusal:
            changed(cast, feed, url="https://evil.invalid")
        assert list(refusal.value.fields) == ["secret"]

    def test_begins_anew_where_something_else_is_meant(self, cast: Cast) -> None:
        feed = make_feed(cast)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute(
                "insert into enrichment_feed_state (feed_id, org_id, cursor, failures, next_at)"
                " values (%s, %s, '{\"since\": 1}', 3, now() + interval '1 day')",
                [feed.id, feed.org_id],
            )
            cursor.execute("insert into enrichment_feed_object values (%s, 'a', '1', now())", [feed.id])
        changed(cast, feed, settings={"days": 7})
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute(
                "select t.cursor::text, t.failures, t.next_at <= clock_timestamp(), o.stamp"
                " from enrichment_feed_state t join enrichment_feed_object o using (feed_id)"
            )
            assert cursor.fetchone() == ("{}", 0, True, "")

    def test_keeps_what_its_list_holds(self, cast: Cast) -> None:
        feed = make_feed(cast, kind="list", settings={"holds": "kev"})
        assert changed(cast, feed, settings={"column": 2}).settings == {"column": 2, "holds": "kev"}
        for changes in ({"settings": {"holds": "warninglist"}}, {"kind": "misp_feed", "settings": {}}):
            with pytest.raises(Invalid) as refusal:
                changed(cast, feed, **changes)
            assert list(refusal.value.fields) == ["holds"]

    def test_goes_on_beside_what_refers_to_the_feed(
        self, committed: Cast, committed_db: Address
    ) -> None:  # fmt: skip
        feed = make_feed(committed)
        with acting_as(committed.supervisor), superuser(committed_db) as other:
            change_feed(feed.id, wanted_of(feed, label="Other"), by=committed.supervisor)
            other.execute("set lock_timeout = '2s'")
            other.execute("insert into enrichment_feed_object values (%s, 'a', '1', now())", [feed.id])

    def test_refuses_an_old_version_and_one_that_has_ended(self, cast: Cast) -> None:
        feed = make_feed(cast)
        with acting_as(cast.supervisor):
            with pytest.raises(Stale):
                change_feed(feed.id, wanted_of(feed), expected_version=1, by=cast.supervisor)
            close_feed(feed.id, by=cast.supervisor)
            with pytest.raises(Conflict):
                change_feed(feed.id, wanted_of(feed), by=cast.supervisor)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        feed = make_feed(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            change_feed(feed.id, wanted_of(feed), by=cast.outsider)


class TestFetchNow:
    """fetch_now"""

    def test_puts_it_first(self, cast: Cast) -> None:
        feed = make_feed(cast)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            fetch_now(feed.id, by=cast.supervisor)
            cursor.execute("select next_at <= clock_timestamp() from enrichment_feed_state")
            assert cursor.fetchone() == (True,)

    def test_refuses_one_that_pauses(self, cast: Cast) -> None:
        feed = make_feed(cast, enabled=False)
        with acting_as(cast.supervisor), pytest.raises(Conflict):
            fetch_now(feed.id, by=cast.supervisor)


class TestCloseFeed:
    """close_feed"""

    def test_forgets_the_secret_and_does_it_once(self, cast: Cast) -> None:
        feed = make_feed(cast, **SECRET)
        with acting_as(cast.supervisor):
            first, second = (close_feed(feed.id, by=cast.supervisor) for _ in range(2))
        assert (first.wrapped, first.enabled, second.version) == ("", False, first.version)


class TestTryFeed:
    """begin_trial"""

    def test_says_what_there_is_and_stores_nothing(self, cast: Cast, server: LittleServer) -> None:
        wanted = Feeding("MISP", "misp_server", server.url, "plain", secret=KEY)
        with acting_as(cast.supervisor):
            assert begin_trial(wanted, by=cast.supervisor).ask().works
            told = begin_trial(
                Feeding("MISP", "misp_server", server.url, "plain", secret="no"), by=cast.supervisor
            ).ask()
            assert (told.works, "Authentication failed" in told.sentence) == (False, True)
            assert not Feed.objects.exists()

    def test_uses_the_secret_that_is_known_for_the_same_address_only(self, cast: Cast, server: LittleServer) -> None:
        feed = make_feed(cast, **SECRET | {"url": server.url})
        with acting_as(cast.supervisor):
            assert begin_trial(wanted_of(feed), feed_id=feed.id, by=cast.supervisor).ask().works
            with pytest.raises(Invalid):
                begin_trial(wanted_of(feed, url="https://evil.invalid"), feed_id=feed.id, by=cast.supervisor).ask()

    def test_holds_the_feed_for_nobody(self, committed: Cast, committed_db: Address, server: LittleServer) -> None:
        feed = make_feed(committed, **SECRET | {"url": server.url})
        with acting_as(committed.supervisor), superuser(committed_db) as other:
            assert begin_trial(wanted_of(feed), feed_id=feed.id, by=committed.supervisor).ask().works
            other.execute("select 1 from enrichment_feed where id = %s for update nowait", [feed.id])


def test_files_do_not_fill_the_list_of_a_feed(cast: Cast) -> None:
    make_feed(cast, label="Ours")
    with acting_as(cast.administrator), pytest.raises(Conflict, match="fills this list"):
        load(read_bytes(b"203.0.113.1\n", "Ours"), by=cast.administrator)
