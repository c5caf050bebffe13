# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence read again: any range of it, one chunk in memory at a time."""

import io
from collections.abc import Callable, Iterator
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from longwatch.core.errors import LongwatchError
from longwatch.evidence.sealing import (
    CHUNK_BYTES,
    HEADER,
    SEALED_CHUNK,
    NotSealed,
    cipher_of,
    open_chunk,
    read_header,
    size_of,
)

READ_BYTES = 256 * 1024


class Damaged(LongwatchError):
    """Stored evidence is not what was sealed: changed, cut off, or put in another's place."""

    status = 500
    default_code = "evidence_damaged"

    def __init__(self) -> None:
        super().__init__("The stored bytes of this exhibit are not those that were sealed. Tell an administrator.")


class Source(Protocol):
    """Stored bytes that can be read from anywhere."""

    @property
    def size(self) -> int:
        """How many there are."""

    def read_at(self, offset: int, length: int) -> bytes:
        """So many bytes from there, fewer only at the end."""

    def close(self) -> None:
        """Let go of what it holds open."""


KeyOf = Callable[[UUID], bytes]


class Unsealed(io.RawIOBase):
    """The content of a sealed file: readable, seekable, checked chunk by chunk."""

    def __init__(self, source: Source, key_of: KeyOf) -> None:
        super().__init__()
        self._source = source
        try:
            header = read_header(source.read_at(0, HEADER.size))
        except NotSealed:
            raise Damaged from None
        self._cipher: AESGCM = cipher_of(key_of(header.key_id), header)
        self.size = size_of(source.size)
        if not self.size:
            # Nothing empty is ever sealed.
            raise Damaged
        self._chunks = max(1, -(-self.size // CHUNK_BYTES))
        self._at, self._number, self._chunk = 0, -1, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere else; nothing is read yet."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer as far as the present chunk goes; refuses (500) stored bytes that were changed."""
        if self._at >= self.size:
            return 0
        number, start = divmod(self._at, CHUNK_BYTES)
        piece = self._content(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Let go of the stored bytes."""
        if not self.closed:
            self._source.close()
        super().close()

    def _content(self, number: int) -> bytes:
        if number != self._number:
            sealed = self._source.read_at(HEADER.size + number * SEALED_CHUNK, SEALED_CHUNK)
            try:
                self._chunk = open_chunk(self._cipher, number, sealed, last=number == self._chunks - 1)
            except (InvalidTag, ValueError):
                raise Damaged from None
            self._number = number
        return self._chunk


def pieces(content: io.RawIOBase, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The content from a place on, in pieces of at most 256 KiB."""
    content.seek(start)
    left = length if length is not None else 2**63
    while left > 0 and (piece := content.read(min(READ_BYTES, left))):
        left -= len(piece)
        yield piece
