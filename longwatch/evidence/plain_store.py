# SPDX-License-Identifier: Apache-2.0
"""Where the bytes of older versions lie until they are sealed: one file a content, named by its SHA-256.

Each organisation has a directory of its own, so that nobody can find out by a hash what another one holds.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

INCOMING = "incoming"
SHA256_LENGTH = 64


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

    def blobs(self) -> Iterator[Path]:
        """Every kept file."""
        return (path for path in self.root.glob("[0-9a-f][0-9a-f]/*/*") if path.is_file())

    def drafts(self) -> Iterator[Path]:
        """Files whose upload has not ended, or was cut off."""
        return (self.root / INCOMING).glob("*")

    @contextmanager
    def sweeping(self) -> Iterator[None]:
        """Nobody else removes anything meanwhile."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
