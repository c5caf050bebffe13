# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps of feeds."""

from longwatch.core.ids import uuid7
from longwatch.enrichment.feed_events import FeedChanged, FeedClosed, FeedOpened
from longwatch.enrichment.sentences import SENTENCES


def test_all_have_a_sentence_and_none_a_secret() -> None:
    identity = uuid7()
    events = (
        FeedOpened(subject_id=identity, label="OSINT", kind="taxii", url="feed.invalid", dataset="OSINT"),
        FeedChanged(subject_id=identity, label="OSINT", changed=["secret"], url="feed.invalid"),
        FeedClosed(subject_id=identity, label="OSINT"),
    )
    assert [SENTENCES[each.name](each.details()) for each in events] == [
        "set up the feed “OSINT”", "changed the feed “OSINT”", "ended the feed “OSINT”",
    ]  # fmt: skip
