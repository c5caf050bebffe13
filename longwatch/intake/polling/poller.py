# SPDX-License-Identifier: Apache-2.0
"""Asks other tools for what is new, in threads of the worker: several at once, so that a slow one holds up no other."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from longwatch.core.postgres.address import INTAKE
from longwatch.core.watching import Watcher
from longwatch.intake.polling.fetching import due, turn
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
AT_ONCE = 4


class Poller(Watcher):
    """Looks every two seconds whose turn it is; what fails is said and tried again."""

    name = "poller"
    complaint = "Nothing is being fetched from other tools."
    look_seconds = LOOK_SECONDS

    def watch(self) -> None:
        """Give turns to whom they are due, several side by side."""
        running: dict[UUID, Future[int]] = {}
        with ThreadPoolExecutor(AT_ONCE, "poll") as threads, as_role(INTAKE) as connection:
            while not self.is_stopping():
                running = {poll: each for poll, each in running.items() if not each.done()}
                for poll in due(connection):
                    if poll.id not in running:
                        running[poll.id] = threads.submit(_turn, poll.id)
                self.rest()


def _turn(poll_id: UUID) -> int:
    """One turn, on a connection of its own; what fails is tried again at the next look."""
    try:
        with as_role(INTAKE) as connection:
            return turn(connection, poll_id)
    except Exception:
        logger.exception("A connection to another tool could not have its turn.")
        return 0
