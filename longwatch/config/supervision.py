# SPDX-License-Identifier: Apache-2.0
"""Keeps processes running: restarts one that ends, with growing pauses, and stops all together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from longwatch.core.errors import LongwatchError
from longwatch.core.parenthood import end_with_parent
from longwatch.core.postgres.server import EmbeddedServer

LONGEST_PAUSE = 30.0
STABLE_SECONDS = 60.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.25
# glibc: few heaps, and what was freed goes back to the system, also after it has once been very much. Others ignore it.
THRIFTY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "262144", "MALLOC_MMAP_THRESHOLD_": "262144"}


def command(*words: str) -> list[str]:
    """The words that run one of our own commands with this Python."""
    return [sys.executable, "-m", "longwatch", *words]


def run_once(words: Sequence[str], complaint: str) -> None:
    """Run one command to its end, and refuse with the complaint when it fails."""
    if subprocess.run(words, check=False).returncode:
        raise LongwatchError(complaint, code="command_failed")


@dataclass
class Child:
    """One process to keep running."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    started_at: float = field(default=0.0, init=False)
    not_before: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it; it ends by itself when we are killed."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.words,
            env=THRIFTY | os.environ,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches the whole session; we stop the children in order instead.
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )

    def look(self) -> None:
        """Start it again when it has ended and its pause is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._note_end(now, self.process.returncode)
        if self.process is None and now >= self.not_before:
            self.start()

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait until it has stopped; after that time it is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _note_end(self, now: float, status: int) -> None:
        self.failures = 1 if now - self.started_at > STABLE_SECONDS else self.failures + 1
        pause = min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
        self.not_before, self.process = now + pause, None
        print(f"longwatch: {self.name} ended with status {status}; it starts again in {pause:g} s.", file=sys.stderr)


class Supervisor:
    """Runs children and the embedded server until SIGTERM or Ctrl-C; the database stops last."""

    def __init__(self, children: Sequence[Child], server: EmbeddedServer | None) -> None:
        self.children = children
        self.server = server
        self._stopping = threading.Event()

    def heed_signals(self) -> None:
        """Let SIGTERM, SIGINT and SIGHUP mean: stop."""
        for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(kind, self._heed)

    @property
    def is_stopping(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Start all children."""
        for child in self.children:
            child.start()

    def run(self) -> None:
        """Watch until told to stop."""
        while not self._stopping.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Repair what has ended: the database first."""
        if self.server is not None and self.server.has_ended():
            print("longwatch: the database ended; it starts again.", file=sys.stderr)
            self.server.restart()
        for child in self.children:
            child.look()

    def stop(self) -> None:
        """Stop the children together, then the database."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop()
        for child in self.children:
            child.wait(deadline - time.monotonic())
        if self.server is not None:
            self.server.stop()

    def _heed(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()
