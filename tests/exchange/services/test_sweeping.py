# SPDX-License-Identifier: Apache-2.0
"""Removing bundles whose time is over."""

import os
import time
from pathlib import Path

import pytest

from longwatch.exchange.services import sweeping


def aged(folder: Path, name: str, seconds: float) -> Path:
    file = folder / name
    file.write_bytes(b"x")
    os.utime(file, (time.time() - seconds,) * 2)
    return file


class TestSweep:
    """sweep"""

    def test_removes_only_what_is_older_than_its_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sweeping, "directory", lambda: tmp_path)
        old, broken = aged(tmp_path, "a.zip", 60), aged(tmp_path, "b.part", sweeping.PART_SECONDS + 60)
        fresh, running = aged(tmp_path, "c.zip", -60), aged(tmp_path, "d.part", 60)
        assert sweeping.sweep() == 2
        assert [each.exists() for each in (old, broken, fresh, running)] == [False, False, True, True]
