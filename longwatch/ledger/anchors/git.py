# SPDX-License-Identifier: Apache-2.0
"""A git repository: one file `checkpoint`, committed each time; whoever fetches it holds the history of the ledger."""

import os
import subprocess
from pathlib import Path

from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, Task

SECONDS = 60
FILE = "checkpoint"
# Nothing asks a question, and no hook or setting of another user runs.
CALM = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
WHO = ("-c", "user.name=Longwatch", "-c", "user.email=longwatch@localhost", "-c", "commit.gpgsign=false")


def keep(repository: Path, task: Task) -> Receipt:
    """Commit the checkpoint to an existing working copy, and push when it knows where to."""
    if not (repository / ".git").exists():
        raise AnchorFailed(f"{repository} is not a working copy of a git repository.")
    (repository / FILE).write_text(task.checkpoint.note, encoding="utf-8")
    _git(repository, "add", "--", FILE)
    if _git(repository, "status", "--porcelain", "--", FILE):
        _git(repository, *WHO, "commit", "--quiet", "-m", f"Checkpoint {task.checkpoint.size}", "--", FILE)
    if _git(repository, "remote"):
        _git(repository, "push", "--quiet")
    return Receipt(_git(repository, "rev-parse", "HEAD").strip().encode())


def _git(repository: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *words], env={**os.environ, **CALM}, capture_output=True, text=True,  # noqa: S607
            check=False, timeout=SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AnchorFailed(f"git cannot be run: {error}.") from error
    if done.returncode:
        raise AnchorFailed(f"git {words[0]} refused: {done.stderr.strip()[:300]}")
    return done.stdout
