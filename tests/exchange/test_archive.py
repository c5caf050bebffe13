# SPDX-License-Identifier: Apache-2.0
"""Hostile files: refused with a sentence, without writing or filling anything."""

import stat
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from longwatch.exchange.archive import NotABundle, opened


def zipped(path: Path, *entries: tuple[str | ZipInfo, bytes], method: int = ZIP_DEFLATED) -> Path:
    """A zip as somebody else makes it."""
    with ZipFile(path, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def link(name: str) -> ZipInfo:
    """A symbolic link, as Unix puts it into a zip."""
    entry = ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


class TestOpened:
    def test_reads_the_files_of_the_one_folder(self, tmp_path: Path) -> None:
        with opened(zipped(tmp_path / "x.zip", ("bag/a", b"1\n2"), ("bag/data/b", b""))) as archive:
            assert (archive.name, archive.paths, archive.content("a")) == ("bag", ["a", "data/b"], b"1\n2")
            assert list(archive.lines("a")) == [b"1", b"2"]

    @pytest.mark.parametrize(
        "name", ["../up", "bag/../../up", "/etc/passwd", "bag\\..\\up", "C:/windows", "bag//a", "bag/./a"]
    )
    def test_refuses_paths_that_lead_outside(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(NotABundle, match="outside"), opened(zipped(tmp_path / "x.zip", (name, b""))):
            pass

    def test_refuses_links(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "x.zip", (link("bag/a"), b"/etc/passwd"))
        with pytest.raises(NotABundle, match="link"), opened(file):
            pass

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize("names", [("bag/a", "bag/a"), ("bag/a", "bag/A"), ("bag/caf\u00e9", "bag/cafe\u0301")])
    def test_refuses_a_name_twice(self, tmp_path: Path, names: tuple[str, str]) -> None:
        file = zipped(tmp_path / "x.zip", *((name, b"") for name in names))
        with pytest.raises(NotABundle, match="twice"), opened(file):
            pass

    def test_refuses_what_was_made_to_become_large(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "x.zip", ("bag/a", b"\0" * 20_000_000))
        with pytest.raises(NotABundle, match="very large"), opened(file):
            pass

    def test_refuses_files_that_lie_over_each_other(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "x.zip", *((f"bag/{n}", b"x" * 10_000) for n in range(3)), method=0)
        raw = file.read_bytes()
        one = raw[: raw.index(b"PK\x03\x04", 4)]
        # The directory of three files over the bytes of one.
        directory = bytearray(raw[raw.index(b"PK\x01\x02") :])
        at = 0
        while (at := directory.find(b"PK\x01\x02", at)) >= 0:
            directory[at + 42 : at + 46] = bytes(4)
            at += 4
        end = directory.index(b"PK\x05\x06")
        directory[end + 16 : end + 20] = len(one).to_bytes(4, "little")
        file.write_bytes(one + bytes(directory))
        with pytest.raises(NotABundle, match="over each other"), opened(file):
            pass

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
    def test_refuses_what_is_no_zip(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(NotABundle, match="cannot be read"), opened(tmp_path / "x.zip"):
            pass

    def test_refuses_other_packing_and_several_folders(self, tmp_path: Path) -> None:
        with (
            pytest.raises(NotABundle, match="packed"),
            opened(zipped(tmp_path / "x.zip", ("bag/a", b"a"), method=ZIP_BZIP2)),
        ):
            pass
        with (
            pytest.raises(NotABundle, match="one folder"),
            opened(zipped(tmp_path / "x.zip", ("bag/a", b""), ("other/a", b""))),
        ):
            pass

    def test_refuses_damaged_bytes_when_they_are_read(self, tmp_path: Path) -> None:
        file = zipped(tmp_path / "x.zip", ("bag/a", b"hello" * 100), method=0)
        file.write_bytes(file.read_bytes().replace(b"hello", b"jello", 1))
        with opened(file) as archive, pytest.raises(NotABundle, match="cannot be read"):
            archive.content("a")
