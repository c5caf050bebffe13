# SPDX-License-Identifier: Apache-2.0
"""How far feeds are."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import NotFound
from longwatch.enrichment import feed_selectors
from longwatch.enrichment.feed_selectors import FeedProgress
from longwatch.enrichment.services.feeds import close_feed
from tests.enrichment.cast_feeds import make_feed
from tests.personas import Cast


def test_the_state_says_what_is_with_it() -> None:
    now = clock.now()
    assert FeedProgress().state == "waiting"
    assert FeedProgress(answered_at=now, caught_up_at=now, failures=1).state == "failing"
    assert FeedProgress(answered_at=now, caught_up_at=now).state == "current"
    assert FeedProgress(answered_at=now, caught_up_at=now - timedelta(hours=1)).state == "behind"


def test_open_ones_come_first(cast: Cast) -> None:
    make_feed(cast, label="Z")
    closed = make_feed(cast, label="A")
    with acting_as(cast.supervisor):
        close_feed(closed.id, by=cast.supervisor)
        assert [each.feed.label for each in feed_selectors.feeds(cast.supervisor)] == ["Z", "A"]


def test_is_not_there_for_others(cast: Cast) -> None:
    feed = make_feed(cast)
    with acting_as(cast.outsider):
        assert feed_selectors.feeds(cast.outsider) == []
        with pytest.raises(NotFound):
            feed_selectors.feed(cast.outsider, feed.id)
