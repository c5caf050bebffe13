# SPDX-License-Identifier: Apache-2.0
"""Signals from files: a record a line, or a document a file, packed or not, within limits."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import msgspec
from django.db import transaction

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, TooLarge
from longwatch.evidence.content_type import MAIL
from longwatch.intake.delivery_models import Way
from longwatch.intake.models import Source
from longwatch.intake.opening import Contents, open_parts
from longwatch.intake.services.deliveries import keep_delivery, store_opened
from longwatch.intake.services.receiving import facts

LINES = "application/x-ndjson"
DOCUMENT = "application/octet-stream"
LARGEST_LINE = 1_000_000
LARGEST_DOCUMENT = 50_000_000
# What may come out of one file.
LARGEST_UNPACKED = 20_000_000_000
MOST_MEMBERS = 10_000
# Records stored together; or fewer, when they are large.
BATCH = 250
BATCH_BYTES = 4_000_000
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
# What begins like this goes on over many lines, unless its first line is whole by itself.
DOCUMENTS = (b"{", b"[", b"<?xml", b"<alert", b"<feed", b"<rss")
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of records."""

    signals: int = 0
    created: int = 0
    unreadable: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        signals, created = self.signals + other.signals, self.created + other.created
        return Imported(signals, created, self.unreadable + other.unreadable)


class Importer:
    """Reads files of one source; each batch is durable by itself, so that a file can be read again from the start."""

    def __init__(self, source: Source, by: Actor) -> None:
        self._source, self._by = source, by
        self._left = LARGEST_UNPACKED

    def read(self, file: Path) -> Iterator[Imported]:
        """What became of the records, batch by batch; refuses what cannot be unpacked or grows beyond measure."""
        try:
            with file.open("rb") as stream:
                for content in _unpacked(stream):
                    yield from self._records(content)
        except (zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise Invalid(f"{file.name} cannot be unpacked: {error}") from error

    def _records(self, stream: IO[bytes]) -> Iterator[Imported]:
        first = self._line(stream).removeprefix(MARK)
        if _is_document(first):
            whole = first + stream.read(LARGEST_DOCUMENT + 1)
            self._count(len(whole))
            if len(whole) > LARGEST_DOCUMENT:
                raise TooLarge(f"A document in a file may have {LARGEST_DOCUMENT // 1_000_000} MB.")
            yield self._store(whole, DOCUMENT)
            return
        batch: list[bytes] = []
        size, line = 0, first
        while line or (line := self._line(stream)):
            if line.strip():
                batch.append(line)
                size += len(line)
            line = b""
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield self._store(b"".join(batch), LINES)
                batch, size = [], 0
        if batch:
            yield self._store(b"".join(batch), LINES)

    def _line(self, stream: IO[bytes]) -> bytes:
        """The next line; one that is too long comes in pieces, which nobody can read, and which are kept."""
        line = stream.readline(LARGEST_LINE)
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLarge(f"More than {LARGEST_UNPACKED // 1_000_000_000} GB came out of the files.")

    def _store(self, raw: bytes, content_type: str) -> Imported:
        """Store the records of a piece in one transaction; what cannot be read is kept."""
        with acting_as(self._by):
            known = facts(self._source)
            contents = open_parts(raw, known, content_type=content_type, received_at=clock.now())
            created = self._stored(contents, content_type)
            for part in contents.to_keep(content_type, Way.FILE):
                keep_delivery(known, part, by=self._by)
        return Imported(len(contents.opened), created, len(contents.left))

    def _stored(self, contents: Contents, content_type: str) -> int:
        with transaction.atomic():
            received = store_opened(self._source, contents.opened, content_type=content_type, by=self._by)
        return sum(each.created for each in received)


def _unpacked(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The content of a file, or of each member of an archive, one after another."""
    magic = stream.read(len(ZIP))
    stream.seek(0)
    if magic.startswith(GZIP):
        with gzip.open(stream) as content:
            yield cast(IO[bytes], content)
    elif magic == ZIP:
        with _archive(stream) as members:
            yield from members
    else:
        yield stream


@contextmanager
def _archive(stream: IO[bytes]) -> Iterator[Iterator[IO[bytes]]]:
    with zipfile.ZipFile(stream) as archive:
        names = [info for info in archive.infolist() if not info.is_dir()]
        if len(names) > MOST_MEMBERS:
            raise TooLarge(f"An archive may hold {MOST_MEMBERS} files.")
        yield (archive.open(info) for info in names)


def _is_document(first: bytes) -> bool:
    """Whether a file is one document, going by its first line."""
    line = first.strip()
    if MAIL.match(line):
        return True
    if not line.startswith(DOCUMENTS):
        return False
    if line[:1] not in (b"{", b"["):
        return True
    try:
        return isinstance(msgspec.json.decode(line), list)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Broken, or going on in the next line; lines that end like a record are records, broken ones too.
        return not line.endswith(b"}")
