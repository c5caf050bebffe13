# SPDX-License-Identifier: Apache-2.0
"""Every parser of hostile input, fuzzed with coverage as the guide: `make fuzz` (FUZZ_SECONDS each)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.parsers import PARSERS

pytest.importorskip("atheris", reason="there is no coverage guided fuzzer for this Python")
ROOT = Path(__file__).resolve().parents[2]
SECONDS = os.environ.get("FUZZ_SECONDS", "")
# For a start on a busy machine, and for the last input.
GRACE = 120


def guided(name: str, seconds: float, folder: Path) -> tuple[list[bytes], str]:
    """What was found, with all that the fuzzer said."""
    (folder / "data").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", name, str(int(seconds)), str(folder)],
        cwd=ROOT,
        env={**os.environ, "LONGWATCH_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=seconds + GRACE,
    )
    found = [each.read_bytes() for each in folder.glob("*-*") if each.is_file()]
    assert found or done.returncode == 0, done.stderr[-4000:]
    return found, done.stdout + done.stderr


@pytest.mark.slow
def test_finds_what_random_bytes_do_not(tmp_path: Path) -> None:
    found, said = guided("planted", 60, tmp_path)
    assert found, said
    assert "ZeroDivisionError" in said


@pytest.mark.skipif(not SECONDS, reason="make fuzz sets FUZZ_SECONDS")
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", [parser.name for parser in PARSERS])
def test_finds_nothing(name: str, tmp_path: Path) -> None:
    found, said = guided(name, float(SECONDS), tmp_path)
    assert found == [], said[-4000:]
