# SPDX-License-Identifier: Apache-2.0
"""What the processes that the supervisor starts are given."""

import sys
from pathlib import Path

import pytest

from longwatch.config.supervision import Child

NAME = "MALLOC_ARENA_MAX"


def seen_by_child(file: Path) -> str:
    """The setting of the memory allocator in a process that the supervisor started."""
    child = Child("test", [sys.executable, "-c", f"import os; open({str(file)!r}, 'w').write(os.environ['{NAME}'])"])
    child.start()
    child.wait(30)
    return file.read_text()


class TestChild:
    """Child"""

    def test_returns_freed_memory_to_the_system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(NAME, raising=False)
        assert seen_by_child(tmp_path / "seen") == "2"

    def test_keeps_what_the_operator_set(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(NAME, "7")
        assert seen_by_child(tmp_path / "seen") == "7"
