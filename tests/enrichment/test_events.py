# SPDX-License-Identifier: Apache-2.0
"""What the ledger keeps."""

from longwatch.core.ids import uuid7
from longwatch.enrichment.events import IntelLoaded, WatchListMade


class TestIntelLoaded:
    def test_names_the_very_file(self) -> None:
        event = IntelLoaded(subject_id=uuid7(), kind="kev", dataset="d", edition="1", file="f", sha256="ab", values=3)
        assert (event.details()["file"], event.details()["sha256"]) == ("f", "ab")


class TestWatchListMade:
    def test_says_why_for_whom_and_until_when(self) -> None:
        event = WatchListMade(subject_id=uuid7(), watchlist="w", reason="r", owner="o", until="2026-01-01")
        assert event.details() == {"watchlist": "w", "reason": "r", "owner": "o", "until": "2026-01-01"}
