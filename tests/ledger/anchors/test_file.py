# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from longwatch.ledger.anchors.file import AnchorFileUnreadable, keep, read_lines
from longwatch.ledger.anchors.plugin import AnchorFailed, Task


class TestKeep:
    def test_appends_a_line_that_can_be_read_again(self, tmp_path: Path, task: Task) -> None:
        place = tmp_path / "other" / "checkpoints"
        keep(place, task)
        keep(place, task)
        assert [(line.note, line.vkeys) for line in read_lines(place)] == [(task.checkpoint.note, task.vkeys)] * 2

    def test_makes_a_file_that_nobody_else_reads(self, tmp_path: Path, task: Task) -> None:
        keep(tmp_path / "checkpoints", task)
        assert (tmp_path / "checkpoints").stat().st_mode & 0o777 == 0o600

    def test_says_when_the_place_cannot_be_written(self, tmp_path: Path, task: Task) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(AnchorFailed, match="cannot be written"):
            keep(tmp_path / "file" / "checkpoints", task)


class TestReadLines:
    def test_finds_nothing_where_there_is_no_file(self, tmp_path: Path) -> None:
        assert read_lines(tmp_path / "none") == []

    def test_names_a_damaged_line(self, tmp_path: Path, task: Task) -> None:
        keep(tmp_path / "c", task)
        with (tmp_path / "c").open("a") as stream:
            stream.write("{half a li\n")
        with pytest.raises(AnchorFileUnreadable, match="Line 2"):
            read_lines(tmp_path / "c")
