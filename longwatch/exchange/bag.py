# SPDX-License-Identifier: Apache-2.0
"""A BagIt 1.0 bag (RFC 8493) in a zip, written in one pass: files stream through, only their hashes are kept."""

import hashlib
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from types import TracebackType
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from longwatch.exchange.archive import INFLATION_FROM

ALGORITHMS = ("sha256", "sha512")
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# Sizes from here on need the fields of zip64.
SMALL = 2**31 - 1
LONGEST_VALUE = 2000
FILE_MODE = (stat.S_IFREG | 0o644) << 16
EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a file: its path in the bag, its size and its hashes in hexadecimal."""

    path: str
    size: int
    sha256: str
    sha512: str


class BagWriter(AbstractContextManager["BagWriter"]):
    """A bag on its way into a stream.

    First `payload` and `tag` in any order, then `seal`, then what signs the seal as `unlisted`, then `close`.
    """

    def __init__(self, stream: IO[bytes], name: str, made_at: datetime) -> None:
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED, allowZip64=True)
        self._name, self._made_at = checked_path(name), made_at
        self._paths: set[str] = set()
        self._payload: list[Written] = []
        self._tags: list[Written] = []

    def payload(self, path: str, chunks: Iterable[bytes], *, size: int | None = None, packed: bool = True) -> Written:
        """Add a file to what the bag carries; `size` when known; `packed` when small and it can become smaller."""
        written = self._write(f"data/{path}", chunks, size, packed)
        self._payload.append(written)
        return written

    def tag(self, path: str, content: bytes) -> Written:
        """Add a file about the bag; the tag manifest will name it."""
        written = self._write(path, [content], len(content))
        self._tags.append(written)
        return written

    def unlisted(self, path: str, content: bytes) -> Written:
        """Add a file that the tag manifest cannot name: one that depends on it."""
        return self._write(path, [content], len(content))

    def seal(self, info: Mapping[str, str]) -> bytes:
        """Write declaration, information and manifests; returns the bytes of tagmanifest-sha256.txt."""
        self.tag("bagit.txt", BAGIT_TXT)
        self.tag("bag-info.txt", _info({**info, "Payload-Oxum": self.oxum}))
        for algorithm in ALGORITHMS:
            self.tag(f"manifest-{algorithm}.txt", manifest(self._payload, algorithm))
        seals = {algorithm: manifest(self._tags, algorithm) for algorithm in ALGORITHMS}
        for algorithm, content in seals.items():
            self.unlisted(f"tagmanifest-{algorithm}.txt", content)
        return seals["sha256"]

    @property
    def oxum(self) -> str:
        """Octets and files of the payload, as bag-info.txt tells them."""
        return f"{sum(file.size for file in self._payload)}.{len(self._payload)}"

    def close(self) -> None:
        """Write the directory of the zip."""
        self._zip.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; a bag that was given up is thrown away by whoever owns the stream."""
        self.close()

    def _write(self, path: str, chunks: Iterable[bytes], size: int | None, packed: bool = True) -> Written:
        path = checked_path(path)
        if path in self._paths:
            raise ValueError(f"{path} is in the bag already")
        self._paths.add(path)
        digests, count = {name: hashlib.new(name) for name in ALGORITHMS}, 0
        begun, rest, small = _begun(chunks) if packed else ([], chunks, False)
        entry, is_long = self._entry(path, small), not small and (size is None or size > SMALL)
        with self._zip.open(entry, "w", force_zip64=is_long) as file:
            for chunk in chain(begun, rest):
                file.write(chunk)
                count += len(chunk)
                for digest in digests.values():
                    digest.update(chunk)
        return Written(path, count, digests["sha256"].hexdigest(), digests["sha512"].hexdigest())

    def _entry(self, path: str, packed: bool) -> ZipInfo:
        moment = max(self._made_at.timetuple()[:6], EARLIEST)
        entry = ZipInfo(f"{self._name}/{path}", moment)
        entry.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        entry.external_attr = FILE_MODE
        return entry


def _begun(chunks: Iterable[bytes]) -> tuple[list[bytes], Iterator[bytes], bool]:
    """The first chunks, the others, and whether these are all and so few that no reader takes them for a bomb.

    Zeros shrink a thousandfold: packed, an honest disk image would look like a file that was made to fill a disk.
    """
    begun, rest, size = [], iter(chunks), 0
    for chunk in rest:
        begun.append(chunk)
        size += len(chunk)
        if size > INFLATION_FROM:
            return begun, rest, False
    return begun, rest, True


def manifest(files: Iterable[Written], algorithm: str) -> bytes:
    """The lines of a manifest: hash, two spaces, path."""
    lines = (f"{getattr(file, algorithm)}  {file.path}\n" for file in sorted(files, key=lambda file: file.path))
    return "".join(lines).encode()


def checked_path(path: str) -> str:
    """The path, if it stays inside the bag and needs no escaping; refuses any other, which would be our mistake."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(c in path for c in "\\\r\n%\0"):
        raise ValueError(f"{path!r} cannot be a path in a bag")
    return path


def _info(values: Mapping[str, str]) -> bytes:
    lines = (f"{name}: {' '.join(value.split())[:LONGEST_VALUE]}\n" for name, value in values.items() if value.strip())
    return "".join(lines).encode()
