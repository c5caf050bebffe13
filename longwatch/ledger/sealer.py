# SPDX-License-Identifier: Apache-2.0
"""Seals whatever is new, again and again, in a thread of the worker."""

import logging
import threading

from longwatch.core.tracing import span
from longwatch.ledger.sealing import desk, sealed
from longwatch.ledger.sequencer import is_waiting, sequence

logger = logging.getLogger(__name__)

# No entry waits longer than this, the work itself apart.
LOOK_SECONDS = 5.0
LONGEST_PAUSE = 60.0


class Sealer:
    """Looks every few seconds; entries that wait get their places and a checkpoint. What fails is said and retried."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = self._look_seconds
        while not self._stopping.is_set():
            try:
                self._watch()
                pause = self._look_seconds
            except Exception:
                logger.exception("The ledger is not being sealed.")
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _watch(self) -> None:
        """Seal at once what an earlier end left, then whatever comes; one connection for as long as it holds."""
        with desk() as own:
            unsealed = True
            while not self._stopping.is_set():
                if unsealed or is_waiting(own.connection):
                    with span("seal"), own.signing():
                        sequence(own.connection)
                        sealed(own)
                    unsealed = False
                self._stopping.wait(self._look_seconds)
