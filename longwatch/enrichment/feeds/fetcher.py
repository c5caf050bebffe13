# SPDX-License-Identifier: Apache-2.0
"""Fetches feeds, in threads of the worker: two at once, so that a slow one holds up no other. Looks back by itself."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from django.db import connections

from longwatch.core.postgres.address import ENGINE
from longwatch.core.watching import Watcher
from longwatch.enrichment.feeds.fetching import due, turn
from longwatch.enrichment.lookback import look_back
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
AT_ONCE = 2


class Fetcher(Watcher):
    """Looks every two seconds whose turn it is, and in which lists signals that are there already are to be looked up;
    what fails is said and tried again."""

    name = "fetcher"
    complaint = "Feeds are not being fetched."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Look back, and give turns to whom they are due, side by side."""
        running: dict[UUID, Future[int]] = {}
        with ThreadPoolExecutor(AT_ONCE, "feed") as threads, as_role(ENGINE) as connection:
            while not self.is_stopping():
                look_back(connection, self.is_stopping)
                running = {feed: each for feed, each in running.items() if not each.done()}
                for feed, _org in due(connection):
                    if feed not in running:
                        running[feed] = threads.submit(self._turn, feed)
                self.rest()

    def _turn(self, feed_id: UUID) -> int:
        """One turn, on connections of its own; what fails is tried again at the next look."""
        try:
            with as_role(ENGINE) as connection:
                return turn(connection, feed_id, self.is_stopping)
        except Exception:
            logger.exception("A feed could not have its turn.")
            return 0
        finally:
            # Given back between the turns: the worker's other threads need some too.
            connections.close_all()
