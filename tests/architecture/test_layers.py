# SPDX-License-Identifier: Apache-2.0
"""The package order holds, and the check that holds it turns red on a planted import."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT

CHECK = Path(sys.executable).with_name("lint-imports")


def lint(place: Path) -> "subprocess.CompletedProcess[str]":
    """Check the package order of the source in a folder."""
    variables = os.environ | {"PYTHONPATH": str(place)}
    return subprocess.run(
        [str(CHECK), "--no-cache"], cwd=place, env=variables, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's modules and the contracts, to plant something in."""
    keep = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "sql", "data", "typst")
    shutil.copytree(PACKAGE, tmp_path / "longwatch", ignore=keep)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


class TestPackageOrder:
    def test_holds(self, copy: Path) -> None:
        done = lint(copy)
        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize(
        ("module", "planted", "broken"),
        [
            ("incidents/selectors.py", "from longwatch.cases import models as planted", "packages below it BROKEN"),
            ("cases/views/case.py", "from longwatch.ledger import models as planted", "ledger rows BROKEN"),
            ("records/services/tasks.py", "from longwatch.records import views as planted", "other way BROKEN"),
        ],
    )
    def test_is_seen_broken(self, copy: Path, module: str, planted: str, broken: str) -> None:
        path = copy / "longwatch" / module
        path.write_text(f"{path.read_text()}\n{planted}\n")
        done = lint(copy)
        assert done.returncode == 1
        assert broken in " ".join(done.stdout.split())
