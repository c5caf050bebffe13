# SPDX-License-Identifier: Apache-2.0
"""Portions in lists; whole turns are in test_fetching."""

from typing import Any

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.feeds import storing
from longwatch.enrichment.feeds.asking import Portion, Taken
from longwatch.enrichment.feeds.fetching import as_feed
from longwatch.enrichment.feeds.storing import Changed, known, note_failure, state_of, store
from longwatch.enrichment.intel.reading import Read
from longwatch.enrichment.intel.shape import Entry, Loaded, network
from longwatch.enrichment.models import Dataset
from longwatch.enrichment.services.feeds import close_feed
from longwatch.enrichment.services.intel import remove
from tests.enrichment.cast_feeds import make_feed, progress_of
from tests.enrichment.feeds.sides import ago
from tests.enrichment.services.test_feeds import changed
from tests.personas import Cast


def taken(key: str, value: str, stamp: str = "1") -> Taken:
    entry = network(value)
    assert isinstance(entry, Entry)
    return Taken(key, stamp, ago(1), [entry])


def stored(feed: Feed, *some: Taken, **more: Any) -> int:
    by = as_feed(feed)
    with acting_as(by):
        return store(feed, Portion(more.pop("cursor", {}), more=more.pop("more", False), taken=some, **more), by=by)


def held(feed: Feed) -> list[str]:
    with acting_as(as_feed(feed)), connection.cursor() as cursor:
        cursor.execute("select key from enrichment_value order by key")
        return [key for (key,) in cursor.fetchall()]


class TestStore:
    """store"""

    def test_keeps_values_and_the_place_to_go_on_together(self, cast: Cast) -> None:
        feed = make_feed(cast)
        assert stored(feed, taken("a", "203.0.113.1"), cursor={"page": 2}, more=True) == 1
        with acting_as(as_feed(feed)):
            assert (state_of(feed.id).cursor, known(feed.id)) == ({"page": 2}, {"a": "1"})
        assert progress_of(cast, feed).state == "behind"

    def test_takes_the_same_edition_once(self, cast: Cast) -> None:
        feed = make_feed(cast)
        assert [stored(feed, taken("a", "203.0.113.1")) for _ in range(2)] == [1, 0]
        assert stored(feed, taken("a", "203.0.113.2", "2")) == 1
        assert held(feed) == ["203.0.113.2/32"]

    def test_drops_what_was_not_met_in_a_round(self, cast: Cast) -> None:
        feed = make_feed(cast)
        stored(feed, taken("a", "203.0.113.1"), taken("b", "203.0.113.2"))
        began = ago()
        stored(feed, taken("b", "203.0.113.2"), more=True)
        stored(feed, taken("c", "203.0.113.3"), unseen_before=began)
        assert held(feed) == ["203.0.113.2/32", "203.0.113.3/32"]

    def test_keeps_out_what_would_be_too_much(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storing, "MOST_VALUES", 1)
        feed = make_feed(cast)
        with pytest.raises(Conflict, match="fewer days"):
            stored(feed, taken("a", "203.0.113.1"), taken("b", "203.0.113.2"))
        assert held(feed) == []

    def test_begins_a_list_anew_that_an_earlier_feed_left(self, cast: Cast) -> None:
        first = make_feed(cast)
        stored(first, taken("a", "203.0.113.1"))
        with acting_as(cast.supervisor):
            close_feed(first.id, by=cast.supervisor)
        second = make_feed(cast)
        stored(second, taken("b", "203.0.113.2"))
        assert held(second) == ["203.0.113.2/32"]

    def test_is_filled_again_after_it_was_removed(self, cast: Cast) -> None:
        feed = make_feed(cast, enabled=False)
        running = changed(cast, feed, enabled=True)
        stored(running, taken("a", "203.0.113.1"), cursor={"since": 1})
        changed(cast, feed, enabled=False)
        with acting_as(cast.supervisor):
            remove(Dataset.objects.get().id, by=cast.supervisor)
        running = changed(cast, feed, enabled=True)
        with acting_as(as_feed(feed)):
            assert (state_of(feed.id).cursor, known(feed.id)) == ({}, {})
        stored(running, taken("a", "203.0.113.1"))
        assert held(feed) == ["203.0.113.1/32"]

    @pytest.mark.parametrize("changes", [{"url": "https://other.invalid"}, {"enabled": False}, None])
    def test_leaves_what_was_fetched_before_somebody_changed_paused_or_ended_it(
        self, cast: Cast, changes: dict[str, Any] | None
    ) -> None:
        feed = make_feed(cast)
        stored(feed, taken("a", "203.0.113.1"), cursor={"page": 2}, more=True)
        if changes is None:
            with acting_as(cast.supervisor):
                close_feed(feed.id, by=cast.supervisor)
        else:
            changed(cast, feed, **changes)
        with acting_as(as_feed(feed)):
            before = state_of(feed.id)
        with pytest.raises(Changed):
            stored(feed, taken("b", "203.0.113.2"), cursor={"page": 3})
        with acting_as(cast.administrator), connection.cursor() as cursor:
            cursor.execute("select key from enrichment_value")
            assert cursor.fetchall() == [("203.0.113.1/32",)]
        with acting_as(as_feed(feed)):
            assert state_of(feed.id) == before

    def test_takes_no_patterns(self, cast: Cast) -> None:
        feed = make_feed(cast)
        stored(feed, Taken("a", "1", ago(1), [Entry("regex", "."), Entry("exact", "bad")]))
        assert held(feed) == ["bad"]

    def test_takes_nothing_of_another_kind_and_no_patterns_from_a_whole_list(self, cast: Cast) -> None:
        feed = make_feed(cast, kind="list")
        harmless = Loaded("warninglist", "Resolvers", ["ip"], [Entry("exact", "harmless")])
        bad = Loaded("indicators", "x", ["domain"], [Entry("exact", "bad"), Entry("regex", ".*")])
        assert stored(feed, whole=Read("x", "0" * 64, [harmless, bad])) == 1
        with acting_as(cast.administrator):
            assert [(each.kind, each.name, each.skipped) for each in Dataset.objects.all()] == [
                ("indicators", "OSINT", 1)
            ]  # fmt: skip
        assert held(feed) == ["bad"]


class TestNoteFailure:
    """note_failure"""

    def test_keeps_the_last_sentences_and_the_place(self, cast: Cast) -> None:
        feed = make_feed(cast)
        stored(feed, cursor={"page": 2, "back": {"since": 1}}, more=True)
        with acting_as(as_feed(feed)):
            for number in range(2):
                note_failure(feed, f"No {number}", anew=False)
            assert state_of(feed.id).cursor == {"page": 2, "back": {"since": 1}}
            note_failure(feed, "No 2", anew=False)
            assert state_of(feed.id).cursor == {"since": 1}
        assert [each.text for each in progress_of(cast, feed).errors] == ["No 2", "No 1", "No 0"]

    def test_begins_anew_at_once_where_a_round_never_ends(self, cast: Cast) -> None:
        feed = make_feed(cast)
        stored(feed, cursor={"page": 2, "back": {}}, more=True)
        with acting_as(as_feed(feed)):
            note_failure(feed, "No end", anew=True)
            assert state_of(feed.id).cursor == {}

    def test_says_nothing_of_a_feed_that_was_changed_in_between(self, cast: Cast) -> None:
        feed = make_feed(cast)
        changed(cast, feed, url="https://other.invalid")
        with pytest.raises(Changed), acting_as(as_feed(feed)):
            note_failure(feed, "Of the other place", anew=False)
        assert progress_of(cast, feed).errors == []
