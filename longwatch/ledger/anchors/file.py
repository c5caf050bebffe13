# SPDX-License-Identifier: Apache-2.0
"""A file beside the database, better on another medium: one line a checkpoint, only ever appended to."""

import fcntl
import os
from datetime import datetime
from pathlib import Path

import msgspec

from longwatch.core import clock
from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, Task


class AnchorFileUnreadable(Exception):
    """An anchor file cannot be read, or holds what is no line of ours."""


class Line(msgspec.Struct, frozen=True):
    """One line: when it was written, the note, and the verifier keys that were known then."""

    at: datetime
    note: str
    vkeys: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(Line).decode


def keep(file: Path, task: Task) -> Receipt:
    """Append the checkpoint, durably; the file is readable by its owner only."""
    line = msgspec.json.encode(Line(clock.now(), task.checkpoint.note, task.vkeys)) + b"\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise AnchorFailed(f"{file} cannot be written: {error.strerror}.") from error
    return Receipt()


def read_lines(file: Path) -> list[Line]:
    """All lines of an anchor file, none when there is no such file yet; refuses what is no line of ours."""
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AnchorFileUnreadable(f"The anchor file {file} cannot be read: {error.strerror}.") from None
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            lines.append(_decode(line))
        except msgspec.MsgspecError:
            raise AnchorFileUnreadable(f"Line {number} of the anchor file {file} is damaged.") from None
    return lines
