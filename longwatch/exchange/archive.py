# SPDX-License-Identifier: Apache-2.0
"""A bundle's file, read with care: nothing is unpacked, and nothing in a hostile zip leads outside or fills memory."""

import stat
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_FILES = 500_000
# Beyond this a file was made to be small and become large, which nothing of ours is.
MOST_INFLATION = 400
INFLATION_FROM = 10_000_000
LARGEST_TEXT = 512_000_000
CHUNK = 1 << 20
ENCRYPTED = 0x1


class NotABundle(Exception):
    """The file is no bundle that can be checked; the words say why."""


class Archive:
    """The files of one bundle, by their path inside its one folder."""

    def __init__(self, zip_file: ZipFile, size: int) -> None:
        self._zip = zip_file
        self.name, self._entries = _checked(zip_file.infolist(), size)

    @property
    def paths(self) -> list[str]:
        """Every file."""
        return list(self._entries)

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._entries

    def size(self, path: str) -> int:
        """How long a file says that it is; reading it fails when that is not so."""
        return self._entries[path].file_size

    def chunks(self, path: str) -> Iterator[bytes]:
        """The content of a file in pieces; refuses one that is damaged or longer than it says."""
        left = self._entries[path].file_size
        try:
            with self._zip.open(self._entries[path]) as file:
                while piece := file.read(CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise NotABundle(f"{path} is longer than the archive says")
                    yield piece
        except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error) as error:
            raise NotABundle(f"{path} cannot be read from the archive: {error}") from None

    @contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        """A file to be read from anywhere, which costs reading all of it again each time that it goes back."""
        try:
            with self._zip.open(self._entries[path]) as file:
                yield file
        except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error) as error:
            raise NotABundle(f"{path} cannot be read from the archive: {error}") from None

    def content(self, path: str) -> bytes:
        """The whole content of a small file; refuses a file that is not there or too large for a text."""
        if path not in self._entries:
            raise NotABundle(f"{path} is missing")
        if self._entries[path].file_size > LARGEST_TEXT:
            raise NotABundle(f"{path} is too large to be read as a text")
        return b"".join(self.chunks(path))

    def lines(self, path: str) -> Iterator[bytes]:
        """The lines of a text, one in memory at a time."""
        rest = b""
        for piece in self.chunks(path):
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > LARGEST_TEXT:
                raise NotABundle(f"{path} has a line that is too long")
            yield from whole
        if rest:
            yield rest


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The bundle in a file; refuses what is no zip, or one that was made to do harm."""
    try:
        with file.open("rb") as stream:
            yield from _opened(stream, file.stat().st_size)
    except (OSError, BadZipFile, UnicodeDecodeError, RuntimeError, zlib.error, EOFError) as error:
        raise NotABundle(f"{file} cannot be read as a zip: {error}") from None


def _opened(stream: IO[bytes], size: int) -> Iterator[Archive]:
    with ZipFile(stream) as zip_file:
        yield Archive(zip_file, size)


def _checked(entries: list[ZipInfo], size: int) -> tuple[str, dict[str, ZipInfo]]:
    if len(entries) > MOST_FILES:
        raise NotABundle(f"the archive has more than {MOST_FILES:,} files")
    if sum(entry.compress_size for entry in entries) > size:
        raise NotABundle("files of the archive lie over each other, as in one made to fill a disk")
    files: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for entry in entries:
        _refuse(entry)
        folded = unicodedata.normalize("NFC", entry.filename).casefold()
        if folded in seen:
            raise NotABundle(f"{entry.filename!r} is in the archive twice")
        seen.add(folded)
        if not entry.is_dir():
            files[entry.filename] = entry
    return _inside_one_folder(files)


def _refuse(entry: ZipInfo) -> None:
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    # What Python made of the name may differ from what stands in the file: a zero byte ends it.
    parts = entry.orig_filename.rstrip("/").split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in entry.orig_filename or "\0" in entry.orig_filename:
        raise NotABundle(f"{name!r} would be unpacked outside its folder")
    if ":" in parts[0]:
        raise NotABundle(f"{name!r} would be unpacked outside its folder")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise NotABundle(f"{name!r} is not a plain file but a link or a device")
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise NotABundle(f"{name!r} is encrypted, or packed in a way that bundles are not")
    if entry.file_size > INFLATION_FROM and entry.file_size > MOST_INFLATION * max(entry.compress_size, 1):
        raise NotABundle(f"{name!r} was made to become very large")


def _inside_one_folder(files: dict[str, ZipInfo]) -> tuple[str, dict[str, ZipInfo]]:
    folders = {name.partition("/")[0] for name in files}
    if len(folders) != 1 or any("/" not in name for name in files):
        raise NotABundle("a bundle is one folder in a zip, and this is not")
    (folder,) = folders
    return folder, {name.partition("/")[2]: entry for name, entry in files.items()}
