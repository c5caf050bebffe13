# SPDX-License-Identifier: Apache-2.0
"""Dangerous exhibits inside a bundle: each in an encrypted archive of its own, written and read piece by piece."""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_STORED

import pyzipper

from longwatch.exchange.archive import CHUNK, NotABundle

# How pyzipper calls AES with 256 bits.
AES_256 = 3
# The directory of one file and the fields around its content are small; whoever claims more wants to fill memory.
MOST_AT_ONCE = 2 * CHUNK
BROKEN = (
    pyzipper.BadZipFile, RuntimeError, ValueError, LookupError, TypeError, AttributeError, struct.error, zlib.error,
    OSError, EOFError, AssertionError,
)  # fmt: skip


class Hashed:
    """Pieces on their way, and the SHA-256 of what went by."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._digest = pieces, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        """Each piece, once."""
        for piece in self._pieces:
            self._digest.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """Of all that went by so far, in hexadecimal."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What an archive is said to hold: the name and size of its one file, and what opens it."""

    name: str
    size: int
    password: str


def enclosed_sha256(file: IO[bytes], length: int, said: Enclosed) -> str:
    """The SHA-256 of what an archive of that length holds; nothing is unpacked, and one piece is in memory at a time.

    Refuses (NotABundle) what is no archive of just that one file, encrypted with AES-256.
    """
    try:
        with pyzipper.AESZipFile(_Careful(file, length)) as archive:
            return _read(archive, said)
    except BROKEN as error:
        raise NotABundle(f"cannot be opened: {error}") from None


def _read(archive: "pyzipper.AESZipFile", said: Enclosed) -> str:
    entries = archive.infolist()
    if [entry.filename for entry in entries] != [said.name]:
        raise NotABundle(f"does not hold just “{said.name}”")
    (entry,) = entries
    if entry.wz_aes_strength != AES_256 or entry.compress_type != ZIP_STORED:
        raise NotABundle("is not encrypted with AES-256, or packed in a way that ours are not")
    if entry.file_size != said.size:
        raise NotABundle("holds a file of another size")
    archive.setpassword(said.password.encode())
    content, left = Hashed(_pieces(archive, entry)), said.size
    for piece in content:
        left -= len(piece)
        if left < 0:
            raise NotABundle("holds more than it says")
    return content.sha256


def _pieces(archive: "pyzipper.AESZipFile", entry: object) -> Iterator[bytes]:
    with archive.open(entry) as file:
        while piece := file.read(CHUNK):
            yield piece


class _Careful(io.RawIOBase):
    """A file of a bundle, of which never more than a little is read at once."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        super().__init__()
        self._file, self._length = file, length

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on from there."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, or all that are left; refuses (NotABundle) too many."""
        left = max(0, self._length - self._file.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > MOST_AT_ONCE:
            raise NotABundle("has a directory that is too long")
        return self._file.read(wanted)
