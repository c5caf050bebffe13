# SPDX-License-Identifier: Apache-2.0
"""The embedded server's life: started as our own child, waited for, stopped, and found again after a crash."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from longwatch.core.environment import PG_BIN, PG_USER, Environment
from longwatch.core.parenthood import end_with_parent
from longwatch.core.postgres.account import server_account
from longwatch.core.postgres.cluster import Cluster, with_reachable_programs
from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.place import Place, prepare_place
from longwatch.core.postgres.processes import (
    cluster_processes,
    end_leftovers,
    is_ready,
    wait_until_gone,
    written_pid,
)
from longwatch.core.postgres.programs import find_programs

START_SECONDS = 60.0
STOP_SECONDS = 30.0
ATTEMPTS = 3
LARGEST_LOG = 10_000_000


@dataclass
class EmbeddedServer:
    """One embedded server, supervised by this process or by another one that runs already."""

    cluster: Cluster
    process: subprocess.Popen[bytes] | None = None
    _lock: int | None = field(default=None, repr=False)

    @property
    def is_ours(self) -> bool:
        """Tell whether this process supervises the server, or only uses it."""
        return self._lock is not None

    def start(self) -> None:
        """Return when the server accepts connections: it is started, or found running under another supervisor.

        A crash is repaired first: leftover children are ended and a stale lock file is removed.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._take_lock():
            if self._other_is_ready():
                return
            _pause(deadline, "Another process holds the database, but it does not start.")
        try:
            self._start_own(deadline)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server if it is ours, after its current transactions were rolled back; then let go of it."""
        if self.process is not None:
            _end(self.process)
            self.process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def has_ended(self) -> bool:
        """Tell whether our server is gone without having been stopped."""
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        """Start our server again after it has ended."""
        self.process = None
        self._start_own(time.monotonic() + START_SECONDS)

    def _take_lock(self) -> bool:
        handle = os.open(self.cluster.place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._lock = handle
        return True

    def _other_is_ready(self) -> bool:
        data = self.cluster.place.data
        return is_ready(data) and bool(cluster_processes(data))

    def _start_own(self, deadline: float) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            self._clear_away_earlier_run()
            self.cluster.prepare()
            self.process = launch(self.cluster)
            if self._became_ready(deadline):
                return
            self.process = None
            time.sleep(attempt)
        raise PostgresError(f"The database does not start. It says:\n{_end_of(self.cluster.place.log)}")

    def _became_ready(self, deadline: float) -> bool:
        """Wait until the server is ready (True) or has given up (False)."""
        process, data = self.process, self.cluster.place.data
        while process is not None and process.poll() is None:
            if written_pid(data) == process.pid and is_ready(data):
                return True
            _pause(deadline, f"The database takes too long to start: see {self.cluster.place.log}.")
        return False

    def _clear_away_earlier_run(self) -> None:
        """End what an earlier supervisor left: we hold the lock, so nobody else looks after it."""
        data = self.cluster.place.data
        if cluster_processes(data):
            self.cluster.run("pg_ctl", "-D", str(data), "-m", "fast", "-w", "-t", "20", "stop")
        if not wait_until_gone(data, 2) and not end_leftovers(data):
            raise PostgresError("Processes of an earlier database do not end; restart the machine or end them.")
        # PostgreSQL trusts this file too far: a recycled process number makes it refuse to start. With no process
        # left it is stale, and shared memory still in use would be noticed by its own, separate check.
        (data / "postmaster.pid").unlink(missing_ok=True)


def embedded_server(environment: Environment) -> EmbeddedServer:
    """Return the not yet started server of this data directory, with its directories made."""
    account = server_account(environment.text(PG_USER))
    place = prepare_place(environment.data, account)
    programs = find_programs(environment.text(PG_BIN))
    return EmbeddedServer(with_reachable_programs(place, programs, account))


def launch(cluster: Cluster, *options: str) -> subprocess.Popen[bytes]:
    """Start the server of a cluster as our own child, which ends with us; it is not ready yet."""
    with _open_log(cluster.place) as log:
        return subprocess.Popen(
            [cluster.programs.path("postgres"), "-D", str(cluster.place.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=cluster.variables,
            # Ctrl-C in a terminal reaches the whole session; the database must be the last to stop.
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGINT),
            **cluster.account.identity,
        )


def _open_log(place: Place) -> BinaryIO:
    if place.log.exists() and place.log.stat().st_size > LARGEST_LOG:
        place.log.replace(place.log.with_name("log.1"))
    return place.log.open("ab")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown; after a while insist on an immediate one, which the next start recovers from."""
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(kind)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def _pause(deadline: float, complaint: str) -> None:
    if time.monotonic() > deadline:
        raise PostgresError(complaint)
    time.sleep(0.02)


def _end_of(file: Path, lines: int = 12) -> str:
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(nothing)"
