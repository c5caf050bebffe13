# SPDX-License-Identifier: Apache-2.0
import errno
import fcntl
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longwatch.config.exclusive import InUse, Unusable, data_directory, free_port, lock_file
from longwatch.core.environment import Environment
from tests.fixtures.server import free_port as any_free_port

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
input()
"""


def environment(data: Path, port: int = 1, host: str = "127.0.0.1") -> Environment:
    return Environment({"LONGWATCH_DATA": str(data), "LONGWATCH_HOST": host, "LONGWATCH_PORT": str(port)})


def refuse_with(problem: OSError) -> Callable[..., None]:
    """In the place of a call to the system."""

    def refuse(*_arguments: object) -> None:
        raise problem

    return refuse


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the directory."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock_file(tmp_path))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


class TestDataDirectory:
    def test_is_refused_while_another_process_uses_it(self, tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
        with pytest.raises(InUse, match="is in use by another Longwatch"), data_directory(environment(tmp_path), 0):
            pass

    def test_is_free_once_that_one_was_killed(self, tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
        holder.kill()
        holder.wait()
        with data_directory(environment(tmp_path), 0):
            pass

    def test_says_at_once_that_it_cannot_be_locked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fcntl, "flock", refuse_with(OSError(errno.ENOLCK, "No locks available")))
        with (
            pytest.raises(Unusable, match=r"cannot be locked.*: No locks available"),
            data_directory(environment(tmp_path)),
        ):
            pass


class TestFreePort:
    def test_refuses_one_on_which_a_program_listens(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(InUse, match=f"Port {port} on 127.0.0.1 is in use by another program"):
                free_port(environment(tmp_path, port), 0)

    def test_takes_one_on_which_nobody_does(self, tmp_path: Path) -> None:
        free_port(environment(tmp_path, any_free_port()), 0)

    def test_says_at_once_that_the_port_is_forbidden(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket.socket, "bind", refuse_with(PermissionError(errno.EACCES, "Permission denied")))
        began = time.monotonic()
        with pytest.raises(Unusable, match=r"cannot listen on port 80 of 127.0.0.1.*: Permission denied\."):
            free_port(environment(tmp_path, 80))
        assert time.monotonic() - began < 2

    def test_says_at_once_that_the_host_is_none_of_ours(self, tmp_path: Path) -> None:
        with pytest.raises(Unusable, match=r"of no-such-host\.invalid"):
            free_port(environment(tmp_path, any_free_port(), "no-such-host.invalid"), 0)
