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
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from longwatch.enrichment.cortex.contract import Analyzer, Report, Unusable, report

MOST_ANSWER = 8 * 1024 * 1024
MOST_WRITTEN = 256 * 1024 * 1024
MOST_OPEN = 256
# Its own processes end with it; and it sees no others.
APART = ("--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
ALONE = (*APART, "--net")
# What lies under these is not there for it; afterwards it can undo nothing of that.
WITHOUT = 'for place in "$@"; do mount -t tmpfs -o ro,size=4k none "$place" || exit 97; done'
POWERLESS = "exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "


def run(analyzer: Analyzer, folder: Path, job: dict[str, Any], *, hidden: Iterable[Path] = ()) -> Report:
    """Ask an analyzer; whatever becomes of it, the answer is a report.

    It gets the job's folder as its argument and, as older ones want it, the input on the standard input too; it gets
    nothing of our environment, sees nothing under the hidden places, and no network unless it was given one.
    """
    with tempfile.TemporaryDirectory(prefix="longwatch-job-") as name:
        place = Path(name)
        (place / "input").mkdir()
        (place / "output").mkdir()
        content = json.dumps(job).encode()
        (place / "input" / "input.json").write_bytes(content)
        try:
            said = _run(_command(analyzer, folder, place, hidden), analyzer, folder, place, content)
            return report(_answer(place, said))
        except subprocess.TimeoutExpired:
            return Report(False, failure="too_long")
        except Unusable as error:
            return Report(False, error=str(error)[:500], failure=error.failure)
        except OSError as error:
            return Report(False, error=str(error.strerror)[:500], failure="not_started")


def _command(analyzer: Analyzer, folder: Path, place: Path, hidden: Iterable[Path]) -> str:
    """One line for the shell: bounds, then out of the others' sight, then without any power, then the program."""
    program = (folder / analyzer.command).resolve()
    if not program.is_relative_to(folder.resolve()):
        raise Unusable("The command is outside the analyzer's folder.", "not_started")
    if not os.access(program, os.X_OK):
        raise Unusable("The program is not there, or may not be run.", "not_started")
    words = shlex.join([str(program), str(place)])
    bounds = (
        f"ulimit -v {analyzer.megabytes * 1024}; ulimit -t {analyzer.seconds}; ulimit -c 0; ulimit -n {MOST_OPEN}; "
        f"ulimit -f {MOST_WRITTEN // 512}; "
    )
    if can_be_alone():
        places = [str(each.resolve()) for each in hidden if each.is_dir()]
        inner = f"{WITHOUT}; {bounds}{POWERLESS}{words}"
        apart = APART if analyzer.network else ALONE
        return "exec " + shlex.join(["unshare", *apart, "--", "/bin/sh", "-c", inner, "analyzer", *places])
    if not analyzer.network:
        raise Unusable("This system cannot keep an analyzer from the network.", "not_alone")
    return f"{bounds}exec {words}"


@functools.cache
def can_be_alone() -> bool:
    """Whether processes without network, and out of sight of what is ours, can be started here."""
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        return False
    inner = f"mount -t tmpfs none /mnt && {POWERLESS}true"
    tried = ["unshare", *ALONE, "--", "/bin/sh", "-c", inner]
    try:
        return subprocess.run(tried, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(command: str, analyzer: Analyzer, folder: Path, place: Path, content: bytes) -> bytes:
    environment = {
        "PATH": f"{folder}/.venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8",
        "HOME": str(place), "TMPDIR": str(place),
    }  # fmt: skip
    # What it says goes to a file, so that saying very much is bounded as writing is.
    with (place / "said").open("w+b") as said, subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=said, stderr=subprocess.DEVNULL, cwd=folder,
        env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.communicate(content, timeout=analyzer.seconds)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        said.seek(0)
        return said.read(MOST_ANSWER + 1)


def _answer(place: Path, said: bytes) -> bytes:
    """The file that it left, or else what it said; a link in its place is none."""
    file = place / "output" / "output.json"
    if file.is_file() and not file.is_symlink():
        with file.open("rb") as stream:
            said = stream.read(MOST_ANSWER + 1)
    if len(said) > MOST_ANSWER:
        raise Unusable("The answer is too large.", "too_much")
    return said
