# SPDX-License-Identifier: Apache-2.0
"""Removing bundles whose time is over."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from longwatch.exchange.services import sweeping


def aged(folder: Path, name: str, seconds: float) -> Path:
    file = folder / name
    file.write_bytes(b"x")
    os.utime(file, (time.time() - seconds,) * 2)
    return file


class TestRemove:
    """remove"""

    def test_removes_the_files_of_just_those_bundles(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "directory", lambda: tmp_path)
        gone, never_made = uuid4(), uuid4()
        files = [aged(tmp_path, f"{gone.hex}.zip", -60), aged(tmp_path, f"{uuid4().hex}.zip", -60)]
        assert sweeping.remove([gone, never_made]) == 1
        assert [each.exists() for each in files] == [False, True]


class TestSweep:
    """sweep"""

    def test_removes_only_what_is_older_than_its_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "directory", lambda: tmp_path)
        old, broken = aged(tmp_path, "a.zip", 60), aged(tmp_path, "b.part", sweeping.PART_SECONDS + 60)
        fresh, running = aged(tmp_path, "c.zip", -60), aged(tmp_path, "d.part", 60)
        assert sweeping.sweep() == 2
        assert [each.exists() for each in (old, broken, fresh, running)] == [False, False, True, True]
