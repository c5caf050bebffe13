# SPDX-License-Identifier: Apache-2.0
"""Tells other systems what happened, again and again, in a thread of the worker."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from longwatch.exchange.services.answering import tell_senders
from longwatch.exchange.services.telling import tell_everybody

logger = logging.getLogger(__name__)
LOOK_SECONDS = 2.0
LONGEST_PAUSE = 60.0


class Teller:
    """Looks every few seconds who is to be told. What fails is said and tried again."""

    def __init__(
        self, look_seconds: float = LOOK_SECONDS, *, tell: Callable[[], int] = tell_everybody, name: str = "teller"
    ) -> None:
        self._look_seconds, self._tell = look_seconds, tell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being told."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def _run(self) -> None:
        pause = self._look_seconds
        while not self._stopping.is_set():
            try:
                self._tell()
                pause = self._look_seconds
            except Exception:
                logger.exception("Other systems are not being told.")
                pause = min(pause * 2, LONGEST_PAUSE)
            finally:
                # A connection of its own, given back between the looks: the worker's other threads need some too.
                connections.close_all()
            self._stopping.wait(pause)


class SenderTeller(Teller):
    """The same for senders, in a thread of its own: a slow one holds up no webhook."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__(look_seconds, tell=tell_senders, name="sender-teller")
