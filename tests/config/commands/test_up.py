# SPDX-License-Identifier: Apache-2.0
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longwatch.core.postgres.processes import cluster_processes, wait_until_gone
from tests.fixtures.server import free_port

PATIENCE = 120

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory the server's account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="lw-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Installation:
    """`longwatch up` in a process of its own, with an empty data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        kept = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "LONGWATCH_SECRET_KEY"}
        }
        self.variables = {
            **kept,
            "LONGWATCH_DATA": str(data),
            "LONGWATCH_PORT": str(self.port),
            "LONGWATCH_BASE_URL": f"http://127.0.0.1:{self.port}",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        began = time.monotonic()
        with (self.data / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "longwatch", "up"], env=self.variables, stdout=log, stderr=log
            )
        self.until(lambda: self.get("/healthz")["status"] == "ok")
        return time.monotonic() - began

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(kind)
        return self.process.wait(PATIENCE)

    def get(self, path: str) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refusal:
            return dict(json.load(refusal))

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if is_so():
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        pytest.fail((self.data / "up.log").read_text(errors="replace")[-4000:])

    def is_ready(self) -> bool:
        return self.get("/readyz")["status"] == "ready"

    def children(self, word: str) -> list[int]:
        """Process numbers of our own children whose command line ends with the word."""
        found = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        ours = [line.split(None, 1) for line in found.splitlines() if line.rstrip().endswith(f"longwatch {word}")]
        return [int(pid) for pid, _ in ours if self._is_ours(int(pid))]

    def _is_ours(self, pid: int) -> bool:
        try:
            return f"LONGWATCH_DATA={self.data}\0" in Path(f"/proc/{pid}/environ").read_text()
        except OSError:
            return False

    @property
    def cluster(self) -> Path:
        return self.data / "postgres" / "data"


@pytest.fixture
def installation(home: Path) -> Iterator[Installation]:
    made = Installation(home)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it may be ending already
            os.kill(pid, signal.SIGKILL)


class TestUp:
    def test_starts_everything_from_nothing_and_stops_cleanly(self, installation: Installation) -> None:
        installation.start()
        installation.until(installation.is_ready)
        assert installation.stop() == 0
        assert cluster_processes(installation.cluster) == []
        assert installation.children("web") == installation.children("worker") == []
        assert installation.start() < 10  # the promise is 5 s on a machine that does nothing else
        assert installation.stop(signal.SIGINT) == 0

    def test_leaves_a_port_and_a_data_directory_to_the_one_that_has_them(
        self, installation: Installation, home: Path
    ) -> None:
        installation.start()
        again = subprocess.run(
            [sys.executable, "-m", "longwatch", "up"], env=installation.variables, capture_output=True, text=True
        )
        assert again.returncode != 0
        assert f"The data directory {home} is in use by another Longwatch." in again.stderr
        assert installation.stop() == 0

    def test_recovers_when_everything_is_killed(self, installation: Installation) -> None:
        installation.start()
        installation.until(installation.is_ready)
        assert installation.process is not None
        installation.process.kill()
        kill(cluster_processes(installation.cluster))
        installation.process.wait()
        installation.start()
        installation.until(installation.is_ready)
        assert installation.stop() == 0

    def test_children_end_when_only_the_supervisor_is_killed(self, installation: Installation) -> None:
        installation.start()
        assert installation.process is not None
        installation.process.kill()
        installation.process.wait()
        assert wait_until_gone(installation.cluster, 20)
        installation.until(lambda: not installation.children("web") and not installation.children("worker"))

    def test_starts_again_what_ends(self, installation: Installation) -> None:
        installation.start()
        installation.until(installation.is_ready)
        kill([*installation.children("web"), *cluster_processes(installation.cluster)])
        time.sleep(0.5)
        installation.until(installation.is_ready)
