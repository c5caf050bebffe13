# SPDX-License-Identifier: Apache-2.0
import subprocess
from pathlib import Path

import pytest

from longwatch.ledger.anchors.git import keep
from longwatch.ledger.anchors.plugin import AnchorFailed, Task
from tests.ledger.anchors.conftest import task_of


def git(place: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(place), *words], check=True, capture_output=True, text=True).stdout


class TestGit:
    def test_commits_each_checkpoint_and_pushes_it(self, tmp_path: Path, task: Task) -> None:
        git(tmp_path, "init", "--quiet", "--bare", "-b", "main", "far.git")
        git(tmp_path, "clone", "--quiet", "far.git", "near")
        keep(tmp_path / "near", task)
        receipt = keep(tmp_path / "near", task_of(15))
        said = git(tmp_path / "far.git", "log", "--format=%s %H").splitlines()
        assert [line.split()[1] for line in said] == ["15", "12"]
        assert said[0].endswith(receipt.raw.decode())
        assert git(tmp_path / "far.git", "show", "HEAD:checkpoint") == task_of(15).checkpoint.note

    def test_refuses_what_is_no_working_copy(self, tmp_path: Path, task: Task) -> None:
        with pytest.raises(AnchorFailed, match="not a working copy"):
            keep(tmp_path, task)
