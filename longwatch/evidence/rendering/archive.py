# SPDX-License-Identifier: Apache-2.0
"""Archives: what they say they hold. Nothing is unpacked but the beginning of a compressed stream, within limits."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import BinaryIO, cast

from longwatch.evidence.rendering.copy import MOST_ROWS, Copy, Unreadable
from longwatch.evidence.rendering.text import hex_copy

COLUMNS = ["name", "size", "changed"]
# More entries than this are refused, not read; so are streams that unpack to more.
MOST_ENTRIES = 100_000
MOST_UNPACKED = 256 * 1024 * 1024
# An archive that says it unpacks to so many times its size is a bomb or next to one.
BOMB_RATIO = 200
BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError, OverflowError,
    NotImplementedError, UnicodeError,
)  # fmt: skip


class Capped(io.RawIOBase):
    """A stream that refuses to unpack more than the limit."""

    def __init__(self, inner: io.BufferedIOBase) -> None:
        super().__init__()
        self._inner, self._left = inner, MOST_UNPACKED

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """The next bytes; refuses (Unreadable) those beyond the limit."""
        piece = self._inner.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable("bomb")
        buffer[: len(piece)] = piece
        return len(piece)


def zip_copy(file: BinaryIO, size: int) -> Copy:
    """The names and sizes in a zip, read from its directory."""
    copy = Copy("archive", columns=COLUMNS)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except BROKEN:
        raise Unreadable("broken") from None
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("too_many_entries")
    for entry in entries[: MOST_ROWS + 1]:
        changed = "{:04}-{:02}-{:02} {:02}:{:02}".format(*entry.date_time[:5])
        copy.row(entry.filename, entry.file_size, changed)
    unpacked = sum(entry.file_size for entry in entries)
    copy.fact("entries", len(entries))
    copy.fact("unpacked_bytes", unpacked)
    if any(entry.flag_bits & 1 for entry in entries):
        copy.note("entries_encrypted")
    if unpacked > BOMB_RATIO * max(size, 1):
        copy.note("bomb", unpacked // max(size, 1))
    return copy


def tar_copy(file: BinaryIO) -> Copy:
    """The names and sizes in a tar."""
    return _tar(io.BufferedReader(Capped(cast(io.BufferedIOBase, file))))


def stream_copy(file: BinaryIO, content_type: str) -> Copy:
    """A compressed stream: the listing of the tar in it, else the first bytes of what it holds."""
    opener: dict[str, Callable[[BinaryIO], object]] = {
        "application/gzip": gzip.open, "application/x-xz": lzma.open, "application/x-bzip2": bz2.open,
    }  # fmt: skip
    stream = io.BufferedReader(Capped(cast(io.BufferedIOBase, opener[content_type](file))), 1 << 16)
    try:
        head = stream.peek(512)
        if head[257:262] == b"ustar":
            return _tar(stream)
    except BROKEN:
        raise Unreadable("broken") from None
    copy = hex_copy(head)
    copy.note("inside_stream")
    return copy


def _tar(stream: "io.BufferedReader[Capped]") -> Copy:
    copy, count, unpacked = Copy("archive", columns=COLUMNS), 0, 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=0) as archive:
            for entry in archive:
                # The members would pile up in memory.
                archive.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out
                count, unpacked = count + 1, unpacked + entry.size
                if count > MOST_ENTRIES:
                    raise Unreadable("too_many_entries")
                copy.row(entry.name, entry.size, _when(entry.mtime))
    except Unreadable as refusal:
        # What was listed before the limit is still worth seeing.
        if not copy.rows:
            raise
        copy.note("listing_cut", refusal.why)
    except BROKEN:
        if not copy.rows:
            raise Unreadable("broken") from None
        copy.note("listing_cut", "broken")
    copy.fact("entries", count)
    copy.fact("unpacked_bytes", unpacked)
    return copy


def _when(seconds: float) -> str:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    return ""
