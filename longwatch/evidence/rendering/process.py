# SPDX-License-Identifier: Apache-2.0
"""A hostile file is handed to a process of its own; whatever happens to that, the answer is a copy or a word."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import longwatch
from longwatch.evidence.rendering.copy import READY, REFUSED, Unreadable

MODULE = "longwatch.evidence.rendering.worker"
SECONDS = 60
MOST_ANSWER = 64 * 1024 * 1024
ROOT = Path(longwatch.__file__ or "").parent.parent


def copy_by_process(chunks: Iterable[bytes], content_type: str, *, size: int = 0, seconds: float = SECONDS) -> bytes:
    """The packed copy of a file; refuses (Unreadable) when there is none to be had.

    With its `size` the chunks may be the beginning only, where that is enough (choosing.needs_all).
    """
    return _asked(chunks, ["copy", content_type, str(size)], seconds)


def attachment_by_process(chunks: Iterable[bytes], number: int) -> tuple[str, bytes]:
    """The name and content of an attachment of an e-mail; refuses (Unreadable) when there is none."""
    said = _asked(chunks, ["attachment", "message/rfc822", str(number)], SECONDS)
    length = int.from_bytes(said[:4], "big")
    return said[4 : 4 + length].decode("utf-8", "replace"), said[4 + length :]


def _asked(chunks: Iterable[bytes], arguments: list[str], seconds: float) -> bytes:
    # In memory only, and gone with the process: the content never touches the disk.
    with os.fdopen(os.memfd_create("hostile"), "w+b") as content:
        for chunk in chunks:
            content.write(chunk)
        content.seek(0)
        return _said(*_run(content.fileno(), arguments, seconds))


def _run(content: int, arguments: list[str], seconds: float) -> tuple[int, bytes]:
    """How the process ended and what it said; nothing of our environment reaches it."""
    command = [sys.executable, "-P", "-B", "-m", MODULE, *arguments]
    environment = {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(
        command, stdin=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/",
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said = _heard(process, time.monotonic() + seconds)
            return process.wait(timeout=seconds), said
        except subprocess.TimeoutExpired:
            raise Unreadable("too_long") from None
        finally:
            process.kill()


def _heard(process: "subprocess.Popen[bytes]", until: float) -> bytes:
    """All it says, as long as that is neither too much nor too late."""
    assert process.stdout is not None
    pipe, said = process.stdout.fileno(), bytearray()
    while select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return bytes(said)
        said += piece
        if len(said) > MOST_ANSWER:
            raise Unreadable("crashed")
    raise Unreadable("too_long")


def _said(status: int, said: bytes) -> bytes:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unreadable("too_long" if status == -signal.SIGXCPU else "too_much_memory")
    if status != 0 or not said:
        raise Unreadable("crashed")
    mark, rest = said[:1], said[1:]
    if mark == REFUSED:
        raise Unreadable(rest.decode("ascii", "replace")[:50])
    if mark != READY:
        raise Unreadable("crashed")
    return rest
