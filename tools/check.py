# SPDX-License-Identifier: Apache-2.0
"""Runs every check, shows what failed at the end, and how long each took."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

RULES = sorted(str(path) for path in ROOT.glob("tests/**/test_*rules.py"))
QUICK = ["tests/architecture", "tests/ledger", "tests/access/test_context.py", *RULES]
CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "layers": [str(BIN / "lint-imports"), "--no-cache"],
    "sizes": [sys.executable, "-m", "tools.sizes"],
    "templates": [str(BIN / "djlint"), "longwatch", "--lint", "--quiet"],
    "types": [str(BIN / "mypy")],
    # What can be known within a minute: the guards of the architecture, the ledger, access and all pure rules.
    "tests": [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow and not browser", *QUICK],
}


def main() -> int:
    failed = [name for name, words in CHECKS.items() if not _passes(name, words)]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _passes(name: str, words: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
