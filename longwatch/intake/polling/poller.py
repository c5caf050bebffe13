# SPDX-License-Identifier: Apache-2.0
"""Asks other tools for what is new, in threads of the worker: several at once, so that a slow one holds up no other."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from longwatch.core.postgres.address import INTAKE
from longwatch.intake.polling.fetching import due, turn
from longwatch.ledger.connecting import as_role

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
LONGEST_PAUSE = 60.0
AT_ONCE = 4


class Poller:
    """Looks every two seconds whose turn it is; what fails is said and tried again."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
        self._running: dict[UUID, Future[int]] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the pages that are being fetched."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = self._look_seconds
        with ThreadPoolExecutor(AT_ONCE, "poll") as threads:
            while not self._stopping.is_set():
                try:
                    self._watch(threads)
                    pause = self._look_seconds
                except Exception:
                    logger.exception("Nothing is being fetched from other tools.")
                    self._stopping.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    def _watch(self, threads: ThreadPoolExecutor) -> None:
        with as_role(INTAKE) as connection:
            while not self._stopping.is_set():
                self._running = {poll: each for poll, each in self._running.items() if not each.done()}
                for poll in due(connection):
                    if poll.id not in self._running:
                        self._running[poll.id] = threads.submit(_turn, poll.id)
                self._stopping.wait(self._look_seconds)


def _turn(poll_id: UUID) -> int:
    """One turn, on a connection of its own; what fails is tried again at the next look."""
    try:
        with as_role(INTAKE) as connection:
            return turn(connection, poll_id)
    except Exception:
        logger.exception("A connection to another tool could not have its turn.")
        return 0
