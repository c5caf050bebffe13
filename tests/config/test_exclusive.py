# SPDX-License-Identifier: Apache-2.0
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.config.exclusive import InUse, data_directory, free_port, lock_file
from longwatch.core.environment import Environment
from tests.fixtures.server import free_port as any_free_port

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
input()
"""


def environment(data: Path, port: int = 1) -> Environment:
    return Environment({"LONGWATCH_DATA": str(data), "LONGWATCH_HOST": "127.0.0.1", "LONGWATCH_PORT": str(port)})


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


class TestFreePort:
    def test_refuses_one_on_which_a_program_listens(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(InUse, match=f"Port {port} on 127.0.0.1 is in use by another program"):
                free_port(environment(tmp_path, port), 0)

    def test_takes_one_on_which_nobody_does(self, tmp_path: Path) -> None:
        free_port(environment(tmp_path, any_free_port()), 0)
