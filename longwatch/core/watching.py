# SPDX-License-Identifier: Apache-2.0
"""Threads of the worker that look again and again for something to do."""

import logging
import threading
import time
from abc import ABC, abstractmethod

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0


class Watcher(ABC):
    """A thread that watches until it is stopped. What fails is said in the log and tried again: after a look's time,
    then twice as long each time, up to a minute; anew from the beginning once it went well for a minute."""

    name: str
    complaint: str  # what the log says when it fails
    look_seconds: float

    def __init__(self, look_seconds: float | None = None) -> None:
        if look_seconds is not None:
            self.look_seconds = look_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done, which is waited for up to a minute."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)

    def is_stopping(self) -> bool:
        """Whether to end."""
        return self._stopping.is_set()

    def rest(self) -> None:
        """Wait until the next look, or the end."""
        self._stopping.wait(self.look_seconds)

    @abstractmethod
    def watch(self) -> None:
        """Look and do until `is_stopping`; whatever it raises is said, and it is called again."""

    def _run(self) -> None:
        pause = 0.0
        while not self.is_stopping():
            began = time.monotonic()
            try:
                self.watch()
            except Exception:
                logger.exception("%s", self.complaint)
                pause = longer(pause, self.look_seconds, time.monotonic() - began)
                self._stopping.wait(pause)


def longer(pause: float, look_seconds: float, lasted: float) -> float:
    """The pause after one more failure: twice the last one, or a look's time when it went well for long before it."""
    return look_seconds if not pause or lasted > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
