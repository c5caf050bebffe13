# SPDX-License-Identifier: Apache-2.0
"""Fetches feeds, in threads of the worker: two at once, so that a slow one holds up no other. Looks back by itself."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from django.db import connections

from longwatch.core.postgres.address import ENGINE
from longwatch.enrichment.feeds.fetching import due, turn
from longwatch.enrichment.lookback import look_back
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
LONGEST_PAUSE = 60.0
AT_ONCE = 2


class Fetcher:
    """Looks every two seconds whose turn it is, and in which lists signals that are there already are to be looked up;
    what fails is said and tried again."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetcher", daemon=True)
        self._running: dict[UUID, Future[int]] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the portions that are being fetched."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = self._look_seconds
        with ThreadPoolExecutor(AT_ONCE, "feed") as threads:
            while not self._stopping.is_set():
                try:
                    self._watch(threads)
                    pause = self._look_seconds
                except Exception:
                    logger.exception("Feeds are not being fetched.")
                    self._stopping.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    def _watch(self, threads: ThreadPoolExecutor) -> None:
        with as_role(ENGINE) as connection:
            while not self._stopping.is_set():
                look_back(connection, self._stopping.is_set)
                self._running = {feed: each for feed, each in self._running.items() if not each.done()}
                for feed, _org in due(connection):
                    if feed not in self._running:
                        self._running[feed] = threads.submit(self._turn, feed)
                self._stopping.wait(self._look_seconds)

    def _turn(self, feed_id: UUID) -> int:
        """One turn, on connections of its own; what fails is tried again at the next look."""
        try:
            with as_role(ENGINE) as connection:
                return turn(connection, feed_id, self._stopping.is_set)
        except Exception:
            logger.exception("A feed could not have its turn.")
            return 0
        finally:
            # Given back between the turns: the worker's other threads need some too.
            connections.close_all()
