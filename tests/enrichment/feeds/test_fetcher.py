# SPDX-License-Identifier: Apache-2.0
"""The thread that fetches feeds."""

import time

import pytest

from longwatch.enrichment.feeds.fetcher import Fetcher
from tests.enrichment.cast_feeds import make_feed, progress_of
from tests.enrichment.feeds.sides import MispFolder
from tests.fixtures.little_server import Asked, Said, little_server
from tests.personas import Cast

PATIENCE = 60.0


@pytest.mark.slow
def test_fetches_all_and_a_broken_one_holds_up_no_other(committed: Cast) -> None:
    side = MispFolder()
    side.put(1, "203.0.113.1")
    fetcher = Fetcher(look_seconds=0.1)

    def broken(_asked: Asked) -> Said:
        return Said(b"nonsense")

    with little_server(broken) as bad, little_server(side) as good:
        failing = make_feed(committed, label="Bad", url=bad.url)
        working = make_feed(committed, label="Good", url=good.url)
        fetcher.start()
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                if progress_of(committed, working).values and progress_of(committed, failing).failures:
                    break
                time.sleep(0.1)
        finally:
            fetcher.stop()
    assert progress_of(committed, working).state == "current"
    assert progress_of(committed, failing).state == "failing"
    assert len(bad.asked) == 1
