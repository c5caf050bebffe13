# SPDX-License-Identifier: Apache-2.0
"""Which server processes of a cluster are alive, told from the files and /proc, never from names alone."""

import os
import signal
import time
from pathlib import Path

READY = b"ready"
STATUS_LINE = 7


def written_pid(data: Path) -> int | None:
    """The process number in postmaster.pid, or None when there is no readable one."""
    lines = _pid_file_lines(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def is_ready(data: Path) -> bool:
    """Tell whether the server says in postmaster.pid that it accepts connections."""
    lines = _pid_file_lines(data)
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == READY


def cluster_processes(data: Path) -> list[int]:
    """The live processes that run the server program in this cluster: the server and its children.

    Zombies do not count: they hold nothing. Without /proc, only the written process number is known.
    """
    proc = Path("/proc")
    if not (proc / "self" / "cwd").exists():
        pid = written_pid(data)
        return [pid] if pid and _exists(pid) else []
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit() and _works_in(entry, data)]


def wait_until_gone(data: Path, seconds: float) -> bool:
    """Wait for the processes of the cluster to end; tell whether they did."""
    deadline = time.monotonic() + seconds
    while cluster_processes(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def end_leftovers(data: Path) -> bool:
    """End server children that outlived a killed server, first kindly; tell whether all are gone."""
    for kind in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        for pid in cluster_processes(data):
            _signal(pid, kind)
        if wait_until_gone(data, 5):
            return True
    return False


def _pid_file_lines(data: Path) -> list[bytes]:
    try:
        return (data / "postmaster.pid").read_bytes().splitlines()
    except OSError:
        return []


def _works_in(entry: Path, data: Path) -> bool:
    try:
        state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        is_server = (entry / "exe").readlink().name.startswith("postgres")
        return is_server and state not in "ZX" and (entry / "cwd").readlink() == data
    except OSError:
        return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal(pid: int, kind: signal.Signals) -> None:
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return
