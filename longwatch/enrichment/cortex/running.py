# SPDX-License-Identifier: Apache-2.0
"""Runs one Cortex analyzer for one thing: a folder with its input, a process with bounds, and what it left behind."""

import functools
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from longwatch.enrichment.cortex.contract import Analyzer, Report, Unusable, report

SECONDS = 120.0
MEMORY = 1024 * 1024 * 1024
MOST_ANSWER = 8 * 1024 * 1024
ALONE = ("--user", "--map-root-user", "--net", "--kill-child")


def run(analyzer: Analyzer, folder: Path, job: dict[str, Any], *, seconds: float = SECONDS) -> Report:
    """Ask an analyzer; whatever becomes of it, the answer is a report.

    It gets the job's folder as its argument and, as older ones want it, the input on the standard input too; it gets
    nothing of our environment, and no network unless the administrator gave it one.
    """
    with tempfile.TemporaryDirectory(prefix="longwatch-job-") as name:
        place = Path(name)
        (place / "input").mkdir()
        (place / "output").mkdir()
        content = json.dumps(job).encode()
        (place / "input" / "input.json").write_bytes(content)
        try:
            said = _run(_command(analyzer, folder, place), folder, place, content, seconds)
            return report(_answer(place, said))
        except subprocess.TimeoutExpired:
            return Report(False, error="too_long")
        except (OSError, Unusable) as error:
            return Report(False, error=str(error)[:500])


def _command(analyzer: Analyzer, folder: Path, place: Path) -> list[str]:
    program = (folder / analyzer.command).resolve()
    if not program.is_relative_to(folder.resolve()):
        raise Unusable("The command is outside the analyzer's folder.")
    words = [str(program), str(place)]
    if analyzer.network:
        return words
    if not can_be_alone():
        raise Unusable("This system cannot keep an analyzer from the network.")
    return [str(shutil.which("unshare")), *ALONE, "--", *words]


@functools.cache
def can_be_alone() -> bool:
    """Whether processes without network can be started here."""
    program = shutil.which("unshare")
    if program is None:
        return False
    tried = subprocess.run([program, *ALONE, "--", "true"], capture_output=True, timeout=10, check=False)
    return tried.returncode == 0


def _run(command: Sequence[str], folder: Path, place: Path, content: bytes, seconds: float) -> bytes:
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(place),
        "TMPDIR": str(place),
    }
    limits = f"ulimit -v {MEMORY // 1024}; ulimit -c 0; exec {shlex.join(command)}"
    with subprocess.Popen(
        ["/bin/sh", "-c", limits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
        env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, _nothing = process.communicate(content, timeout=seconds)
            return said[:MOST_ANSWER]
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _answer(place: Path, said: bytes) -> bytes:
    """The file that it left, or else what it said; a link in its place is none."""
    file = place / "output" / "output.json"
    if file.is_file() and not file.is_symlink():
        if file.stat().st_size > MOST_ANSWER:
            raise Unusable("The answer is too large.")
        return file.read_bytes()
    return said
