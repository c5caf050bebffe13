# SPDX-License-Identifier: Apache-2.0
"""Encrypted archives inside bundles: read again without filling memory, and refused when they are anything else."""

import io
import os
import struct
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, cast
from zipfile import ZipFile

import pytest
import pyzipper

from longwatch.evidence.archiving import encrypted_zip
from longwatch.exchange.archive import NotABundle
from longwatch.exchange.enclosing import Enclosed, Hashed, enclosed_sha256

CONTENT = b"MZ\x90 a program" * 9
SAID = Enclosed("run.exe", len(CONTENT), "infected")
MEGABYTE = 1_000_000


def archive(content: bytes = CONTENT, name: str = "run.exe", password: str = "infected") -> bytes:
    return b"".join(encrypted_zip(name, [content], password))


def found(whole: bytes, said: Enclosed = SAID) -> str:
    return enclosed_sha256(io.BytesIO(whole), len(whole), said)


def plain_zip(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with ZipFile(whole, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("_", "."), content)
    return whole.getvalue()


def two_files() -> bytes:
    whole = io.BytesIO()
    with pyzipper.AESZipFile(whole, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"infected")
        made.writestr("run.exe", CONTENT)
        made.writestr("more.exe", CONTENT)
    return whole.getvalue()


def packed() -> bytes:
    whole = io.BytesIO()
    with pyzipper.AESZipFile(whole, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"infected")
        made.writestr("run.exe", CONTENT)
    return whole.getvalue()


def long_directory() -> bytes:
    """An archive that calls five megabytes its directory."""
    body = bytes(5 * MEGABYTE)
    return body + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(body), 0, 0)


class TestHashed:
    def test_tells_the_hash_of_what_went_by(self) -> None:
        pieces = Hashed([b"a", b"b"])
        assert (list(pieces), pieces.sha256) == ([b"a", b"b"], sha256(b"ab").hexdigest())


class TestEnclosedSha256:
    """enclosed_sha256"""

    @pytest.mark.parametrize("name", ["run.exe", "Überweisung (2).exe"])
    def test_is_that_of_the_file_before_it_was_encrypted(self, name: str) -> None:
        assert found(archive(name=name), Enclosed(name, len(CONTENT), "infected")) == sha256(CONTENT).hexdigest()

    def test_is_that_of_an_empty_file_too(self) -> None:
        assert found(archive(b""), Enclosed("run.exe", 0, "infected")) == sha256(b"").hexdigest()

    @pytest.mark.parametrize(
        ("whole", "sentence"),
        [
            (archive(name="other.exe"), "does not hold just"),
            (two_files(), "does not hold just"),
            (archive(CONTENT + b"!"), "another size"),
            (archive(password="else"), "Bad password"),
            (plain_zip(run_exe=CONTENT), "not encrypted"),
            (packed(), "packed in a way"),
            (long_directory(), "too long"),
            (archive()[:-30], "cannot be opened"),
            (b"", "cannot be opened"),
            (CONTENT, "cannot be opened"),
        ],
    )
    def test_refuses_what_is_no_archive_of_that_file(self, whole: bytes, sentence: str) -> None:
        with pytest.raises(NotABundle, match=sentence):
            found(whole)

    def test_refuses_content_that_was_changed(self) -> None:
        whole = bytearray(archive())
        # Behind the name in its header lie the fields of the encryption, then what was encrypted.
        whole[150] ^= 1
        with pytest.raises(NotABundle, match="cannot be opened"):
            found(bytes(whole))

    def test_holds_a_piece_of_a_large_file_in_memory_only(self) -> None:
        content, size = os.urandom(MEGABYTE), 30

        def pieces() -> Iterator[bytes]:
            for _ in range(size):
                yield content

        tracemalloc.start()
        try:
            file = _File(encrypted_zip("run.exe", pieces(), "infected"))
            made = tracemalloc.get_traced_memory()[1] - len(file.whole)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            enclosed_sha256(file.stream(), len(file.whole), Enclosed("run.exe", size * MEGABYTE, "infected"))
            read = tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()
        assert made < 10 * MEGABYTE
        assert read < 10 * MEGABYTE


class _File:
    """What was written, kept once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.whole = bytearray()
        for piece in pieces:
            self.whole += piece

    def stream(self) -> IO[bytes]:
        return cast("IO[bytes]", _View(memoryview(self.whole)))


class _View(io.RawIOBase):
    """A file that lies in memory and is not copied to be read."""

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view, self._at = view, 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, len(self._view))[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = len(self._view) if size is None or size < 0 else self._at + size
        found = bytes(self._view[self._at : end])
        self._at += len(found)
        return found
