# SPDX-License-Identifier: Apache-2.0
"""Where the bytes of older versions lie until they are sealed: one file a content, named by its SHA-256.

Each organisation has a directory of its own, so that nobody can find out by a hash what another one holds.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from longwatch.core.errors import Invalid, TooLarge

INCOMING = "incoming"
SHA256_LENGTH = 64
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of a kept content: its hash, its size and how it begins."""

    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class BlobStore:
    """The blobs of one organisation under the evidence directory."""

    root: Path

    @classmethod
    def of(cls, directory: Path, org_id: UUID) -> "BlobStore":
        """The store of an organisation."""
        return cls(directory / org_id.hex)

    def path(self, sha256: str) -> Path:
        """Where the content with this hash lies, or would lie."""
        if len(sha256) != SHA256_LENGTH or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def keep(self, chunks: Iterable[bytes], limit: int) -> Blob:
        """Write the chunks durably and return what they are; the same content twice is one file.

        Refuses more than `limit` bytes (413) and nothing at all (422); then no file stays behind.
        """
        draft = self._draft()
        try:
            with draft.open("xb") as file:
                blob = _write(file, chunks, limit)
                os.fchmod(file.fileno(), 0o400)
                os.fsync(file.fileno())
            self._place(draft, self.path(blob.sha256))
        finally:
            draft.unlink(missing_ok=True)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        """The content with this hash, for reading."""
        return self.path(sha256).open("rb")

    def blobs(self) -> Iterator[Path]:
        """Every kept file."""
        return (path for path in self.root.glob("[0-9a-f][0-9a-f]/*/*") if path.is_file())

    def drafts(self) -> Iterator[Path]:
        """Files whose upload has not ended, or was cut off."""
        return (self.root / INCOMING).glob("*")

    def _draft(self) -> Path:
        incoming = self.root / INCOMING
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        return incoming / secrets.token_hex(16)

    @contextmanager
    def sweeping(self) -> Iterator[None]:
        """Nothing is kept meanwhile, so that what is removed cannot be found present a moment before."""
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / "lock").open("ab") as file:
            fcntl.flock(file, how)
            yield

    def _place(self, draft: Path, place: Path) -> None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            if place.exists():
                # Fresh again: a sweep must not take it for an old orphan before the exhibit commits.
                os.utime(place)
                return
            draft.rename(place)
        for directory in (place.parent, place.parent.parent, self.root):
            _sync_directory(directory)


def _write(file: BinaryIO, chunks: Iterable[bytes], limit: int) -> Blob:
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        refuse_size(size, limit)
        digest.update(chunk)
        head += chunk[: HEAD_BYTES - len(head)]
        file.write(chunk)
    if size == 0:
        raise Invalid("The file is empty.", fields={"file": "Choose a file that holds something."})
    return Blob(digest.hexdigest(), size, head)


def refuse_size(size: int, limit: int) -> None:
    """Refuse (413) more bytes than a file may have."""
    if size > limit:
        raise TooLarge(f"The file was not kept: it is larger than the {limit // 1_000_000} MB that are allowed.")


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
