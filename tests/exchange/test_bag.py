# SPDX-License-Identifier: Apache-2.0
"""The bag: what public tools accept, written as it comes."""

import subprocess
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import bagit
import pytest

from longwatch.exchange.archive import opened
from longwatch.exchange.bag import BagWriter, checked_path

MADE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MEGABYTE = b"\0" * 1_000_000


class Sink(BytesIO):
    """A stream that keeps nothing."""

    def write(self, data: object) -> int:
        return memoryview(data).nbytes  # type: ignore[arg-type]


def a_bag(folder: Path) -> Path:
    """A small bag, unpacked."""
    file = folder / "bag.zip"
    with file.open("wb") as stream, BagWriter(stream, "one", MADE) as bag:
        bag.payload("letter.txt", [b"Dear ", b"Sir"])
        bag.payload("exhibits/0001-café.txt", [b"second"], size=6, packed=False)
        bag.tag("longwatch/VERIFY.md", b"# How")
        seal = bag.seal({"External-Identifier": "CASE-1\nTwo: lines"})
        bag.unlisted("longwatch/seal.sig", seal[:3])
    with ZipFile(file) as archive:
        archive.extractall(folder)
    return folder / "one"


class TestBagWriter:
    def test_makes_a_bag_that_the_reference_implementation_accepts(self, tmp_path: Path) -> None:
        assert bagit.Bag(str(a_bag(tmp_path))).validate()

    def test_makes_manifests_that_coreutils_check(self, tmp_path: Path) -> None:
        bag = a_bag(tmp_path)
        for tool in ("sha256", "sha512"):
            for manifest in (f"manifest-{tool}.txt", f"tagmanifest-{tool}.txt"):
                subprocess.run([f"{tool}sum", "--strict", "-c", manifest], cwd=bag, check=True, capture_output=True)

    def test_says_version_1_0_and_how_much_it_carries(self, tmp_path: Path) -> None:
        bag = a_bag(tmp_path)
        assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        assert (bag / "bag-info.txt").read_text() == "External-Identifier: CASE-1 Two: lines\nPayload-Oxum: 14.2\n"

    def test_packs_nothing_that_a_reader_would_take_for_a_bomb(self, tmp_path: Path) -> None:
        file = tmp_path / "zeros.zip"
        with file.open("wb") as stream, BagWriter(stream, "one", MADE) as bag:
            bag.payload("disk.img", [MEGABYTE] * 12, size=12_000_000)
            bag.payload("list.json", iter([MEGABYTE] * 12))
            bag.payload("small.log", [MEGABYTE])
            bag.seal({})
        with opened(file) as archive, ZipFile(file) as plain:
            assert sum(map(len, archive.chunks("data/disk.img"))) == 12_000_000
            assert plain.getinfo("one/data/disk.img").compress_type == ZIP_STORED
            assert plain.getinfo("one/data/small.log").compress_size < 10_000

    def test_refuses_a_path_twice(self) -> None:
        with BagWriter(BytesIO(), "one", MADE) as bag:
            bag.payload("a", [b""])
            with pytest.raises(ValueError, match="already"):
                bag.payload("a", [b""])

    def test_holds_no_file_in_memory_and_writes_more_than_four_gigabytes(self) -> None:
        def chunks() -> Iterator[bytes]:
            for _ in range(60):
                yield MEGABYTE

        tracemalloc.start()
        with BagWriter(Sink(), "one", MADE) as bag:
            written = bag.payload("large", chunks(), size=5_000_000_000, packed=False)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert written.size == 60_000_000
        assert peak < 5_000_000


class TestCheckedPath:
    @pytest.mark.parametrize("path", ["/etc/passwd", "../up", "a//b", "a\\b", "a\nb", "100%", "."])
    def test_refuses_what_could_leave_the_bag_or_needs_escaping(self, path: str) -> None:
        with pytest.raises(ValueError, match="cannot be a path"):
            checked_path(path)
