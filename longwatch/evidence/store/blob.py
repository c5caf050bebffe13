# SPDX-License-Identifier: Apache-2.0
"""What every store can do, whatever it is made of."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from longwatch.evidence.unsealing import Source

SHA256_LENGTH = 64
READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Blob:
    """One kept blob: its name, its size, and for how many seconds nobody has kept it again."""

    sealed_sha256: str
    size: int
    age: float


class Check(StrEnum):
    """What a look at a blob can find."""

    INTACT = "intact"
    MISSING = "missing"
    CHANGED = "changed"


class Store(Protocol):
    """The sealed blobs of one organisation."""

    def place(self, draft: Path, sealed_sha256: str) -> None:
        """Keep a finished draft under its name, durably; the draft is gone afterwards."""

    def open(self, sealed_sha256: str) -> Source:
        """A blob, for reading from anywhere; raises FileNotFoundError when it is not there."""

    def blobs(self) -> Iterator[Blob]:
        """Every kept blob."""

    def remove(self, sealed_sha256: str, *, older_than: float = 0) -> bool:
        """Let go of a blob that is older than so many seconds; whether it was."""

    def tidy(self, patience: float) -> int:
        """Remove what unfinished uploads into the store left longer ago than this; returns how many."""


def checked_name(sealed_sha256: str) -> str:
    """A blob's name; refuses anything that is not a SHA-256, such as a path."""
    if len(sealed_sha256) != SHA256_LENGTH or not set(sealed_sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in hexadecimal")
    return sealed_sha256


def check_blob(store: Store, sealed_sha256: str) -> Check:
    """Read a blob from end to end and compare."""
    try:
        source = store.open(sealed_sha256)
    except FileNotFoundError:
        return Check.MISSING
    digest, at = hashlib.sha256(), 0
    try:
        while piece := source.read_at(at, READ_BYTES):
            digest.update(piece)
            at += len(piece)
    finally:
        source.close()
    return Check.INTACT if digest.hexdigest() == sealed_sha256 else Check.CHANGED
