# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence in a directory: one file a blob, never changed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from longwatch.evidence.store.blob import Blob, checked_name


class FileSource:
    """An open file, read from anywhere."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._handle).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """So many bytes from there."""
        return os.pread(self._handle, length, offset)

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


@dataclass(frozen=True, slots=True)
class FileStore:
    """The sealed blobs of an organisation under one directory."""

    root: Path

    def path(self, sealed_sha256: str) -> Path:
        """Where a blob lies, or would lie."""
        name = checked_name(sealed_sha256)
        return self.root / name[:2] / name[2:4] / name

    def place(self, draft: Path, sealed_sha256: str) -> None:
        """Move a finished draft to its place, durably."""
        place = self.path(sealed_sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("rb") as file:
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
        with self._locked(fcntl.LOCK_SH):
            # Young: a sweep must not take it for an orphan before the exhibit commits.
            os.utime(draft)
            draft.rename(place)
        for directory in (place.parent, place.parent.parent, self.root):
            sync_directory(directory)

    def open(self, sealed_sha256: str) -> FileSource:
        """A blob, for reading."""
        return FileSource(self.path(sealed_sha256))

    def blobs(self) -> Iterator[Blob]:
        """Every kept blob."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*/*"):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            yield Blob(path.name, found.st_size, time.time() - found.st_mtime)

    def remove(self, sealed_sha256: str, *, older_than: float = 0) -> bool:
        """Unlink a blob that is older than so many seconds."""
        path = self.path(sealed_sha256)
        with self._locked(fcntl.LOCK_EX):
            try:
                old = time.time() - path.stat().st_mtime >= older_than
            except FileNotFoundError:
                return False
            if old:
                path.unlink()
            return old

    def blur(self, sealed_sha256: str, moment: float) -> None:
        """Let a blob and its folders say another moment than the one when it came."""
        path = self.path(sealed_sha256)
        for each in (path, path.parent, path.parent.parent):
            os.utime(each, (moment, moment))

    def tidy(self, patience: float) -> int:
        """Nothing to do: drafts are moved into place whole."""
        return 0

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / "lock").open("ab") as file:
            fcntl.flock(file, how)
            yield


def sync_directory(directory: Path) -> None:
    """Have a directory's names survive a loss of power."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
