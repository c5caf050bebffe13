# SPDX-License-Identifier: Apache-2.0
"""Feeds for tests."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.enrichment import feed_selectors
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.feed_selectors import FeedProgress
from longwatch.enrichment.services.feeds import Feeding, open_feed
from tests.personas import Cast


def make_feed(cast: Cast, **fields: Any) -> Feed:
    """A feed; nothing listens there."""
    usual: dict[str, Any] = {"label": "OSINT", "kind": "misp_feed", "url": "https://feed.invalid/osint"}
    with acting_as(cast.supervisor):
        return open_feed(Feeding(**usual | fields), by=cast.supervisor)


def progress_of(cast: Cast, feed: Feed) -> FeedProgress:
    with acting_as(cast.supervisor):
        return feed_selectors.feed(cast.supervisor, feed.id).progress
