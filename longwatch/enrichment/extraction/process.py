# SPDX-License-Identifier: Apache-2.0
"""A process that looks for indicators, kept while there is work; whatever a text does to it, the next gets another."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import longwatch

MODULE = "longwatch.enrichment.extraction.child"
ROOT = Path(longwatch.__file__ or "").parent.parent
# For one portion of text. The library needs 20 ms for a usual alert and 6 s for the worst that is known.
SECONDS = 4.0
START_SECONDS = 20.0
PORTION = 16 * 1024
MOST_ANSWER = 4 * 1024 * 1024
# What the library keeps in memory is given back from time to time.
MOST_TEXTS = 2_000


class Unread(Exception):
    """A text was not read to its end; the word says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Finder:
    """Finds indicators in texts, in a process of its own with capped time and memory."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._texts = 0

    def find(self, text: str) -> dict[str, list[str]]:
        """What a text holds, by the library's words for the kinds; refuses (Unread) when it cannot be read in time."""
        found: dict[str, list[str]] = {}
        for portion in portions(text):
            for kind, values in self._asked(portion).items():
                found.setdefault(kind, []).extend(values)
        return {kind: list(dict.fromkeys(values)) for kind, values in found.items()}

    def close(self) -> None:
        """End the process; the next text starts another."""
        process, self._process, self._rest, self._texts = self._process, None, b"", 0
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _asked(self, text: str) -> dict[str, list[str]]:
        is_new = self._process is None
        process = self._process or self._start()
        try:
            answer = self._exchange(process, text, self._seconds + (START_SECONDS if is_new else 0))
        except Unread:
            self.close()
            raise
        self._texts += 1
        if "failed" in answer:
            self.close()
            raise Unread(str(answer["failed"])[:60])
        if self._texts >= MOST_TEXTS:
            self.close()
        return dict(answer["found"])

    def _start(self) -> "subprocess.Popen[bytes]":
        """Nothing of our environment reaches it."""
        environment = {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment, cwd="/", start_new_session=True, bufsize=0,
        )  # fmt: skip
        return self._process

    def _exchange(self, process: "subprocess.Popen[bytes]", text: str, seconds: float) -> dict[str, Any]:
        assert process.stdin is not None
        until = time.monotonic() + seconds
        try:
            _write(process.stdin.fileno(), json.dumps(text).encode() + b"\n", until)
        except OSError as error:
            raise Unread("crashed") from error
        line = self._line(process, until)
        try:
            return dict(json.loads(line))
        except ValueError as error:
            raise Unread("crashed") from error

    def _line(self, process: "subprocess.Popen[bytes]", until: float) -> bytes:
        assert process.stdout is not None
        pipe = process.stdout.fileno()
        while b"\n" not in self._rest:
            if len(self._rest) > MOST_ANSWER:
                raise Unread("too_much")
            if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
                raise Unread("too_long")
            piece = os.read(pipe, 1 << 16)
            if not piece:
                raise Unread("crashed")
            self._rest += piece
        line, _newline, self._rest = self._rest.partition(b"\n")
        return line


def _write(pipe: int, content: bytes, until: float) -> None:
    """Write all of it, as long as somebody reads."""
    os.set_blocking(pipe, False)
    left = memoryview(content)
    while left:
        if not select.select([], [pipe], [], max(0.0, until - time.monotonic()))[1]:
            raise Unread("too_long")
        left = left[os.write(pipe, left) :]


def portions(text: str, size: int = PORTION) -> Iterator[str]:
    """The text in parts of bounded size, cut between lines or words, so that no value is cut in two."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            space = max(text.rfind(mark, start + size // 2, end) for mark in ("\n", " ", "\t"))
            end = space + 1 if space > start else end
        yield text[start:end]
        start = end
