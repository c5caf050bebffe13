# SPDX-License-Identifier: Apache-2.0
"""A Longwatch of our own: `longwatch up` in a data directory of its own, on a free loopback port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from bench.machine import PROC, processes, tree
from longwatch.core.environment import Environment
from longwatch.core.parenthood import end_with_parent
from longwatch.core.postgres.address import Address, address
from longwatch.core.postgres.place import known_place
from longwatch.core.postgres.processes import written_pid

HOST = "127.0.0.1"
START_SECONDS = 120.0
FIRST_PAGE = "/accounts/login/"


class Installation:
    """Starts, stops and looks into one `longwatch up`."""

    def __init__(self, kept: Path | None) -> None:
        self.kept = kept
        self.data = (kept or Path(tempfile.mkdtemp(prefix="longwatch-bench-"))).resolve()
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o755)  # The server's system account must be able to enter.
        self.port = _free_port()
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "longwatch.config.settings", "LONGWATCH_DATA": str(self.data),
            "LONGWATCH_HOST": HOST, "LONGWATCH_PORT": str(self.port), "LONGWATCH_LOG_LEVEL": "WARNING",
            "LONGWATCH_BASE_URL": f"http://{HOST}:{self.port}", "LONGWATCH_HOSTS": "", "LONGWATCH_DEBUG": "0",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The address of the pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def address(self) -> Address:
        """The way into the database, also as its administrator."""
        return address(Environment(os.environ))

    def administrator(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection as the database's administrator, who fills tables past walls and guards."""
        return psycopg.connect(self.address.admin_conninfo(self.address.database), autocommit=True)

    def start(self) -> float:
        """Start everything; the seconds until the first page is there."""
        began = time.perf_counter()
        with (self.data / "up.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "longwatch", "up"], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=end_with_parent(signal.SIGTERM),
            )  # fmt: skip
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                log = (self.data / "up.log").read_text()[-3000:]
                raise RuntimeError(f"{FIRST_PAGE} does not answer (run `make assets`?):\n{log}")
            time.sleep(0.01)
        return time.perf_counter() - began

    def stop(self) -> None:
        """Stop everything, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.process = None

    def close(self) -> None:
        """Stop everything and remove the data directory, unless it was given by name."""
        self.stop()
        if self.kept is None:
            shutil.rmtree(self.data, ignore_errors=True)

    @property
    def pids(self) -> list[int]:
        """All processes of this installation."""
        return tree(self.process.pid) if self.process is not None else []

    @property
    def roots(self) -> dict[str, int]:
        """The roots of the process trees to account for: pages and database."""
        database = written_pid(known_place(self.data).data)
        if database is None:
            raise RuntimeError("The database does not run.")
        return {"app": self._child("web"), "pg": database}

    def groups(self) -> dict[str, list[int]]:
        """All processes by what they are."""
        named = {"web": tree(self._child("web")), "worker": tree(self._child("worker")), "pg": tree(self.roots["pg"])}
        known = {pid for pids in named.values() for pid in pids}
        return {**named, "supervisor": [pid for pid in self.pids if pid not in known]}

    def _child(self, word: str) -> int:
        ours = self.process.pid if self.process else 0
        for pid, (parent, _) in processes().items():
            if parent == ours and (PROC / str(pid) / "cmdline").read_bytes().endswith(f"longwatch\0{word}\0".encode()):
                return pid
        raise RuntimeError(f"longwatch {word} does not run.")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.base + FIRST_PAGE, timeout=5) as answer:  # noqa: S310 - our own server
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
