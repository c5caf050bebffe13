# SPDX-License-Identifier: Apache-2.0
"""Runs a command against a passing PostgreSQL server, which it finds by DATABASE_URL as an installation does.

The server is the system's newest one (15 or later), else the bundled one. It belongs to nobody's data directory, and
is gone with the command, also when that is interrupted. It is quick because nothing in it must survive a crash.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from longwatch.core.environment import PG_USER
from longwatch.core.postgres.account import server_account
from longwatch.core.postgres.cluster import Cluster, with_reachable_programs
from longwatch.core.postgres.place import make_own, prepare_place
from longwatch.core.postgres.programs import OLDEST, SYSTEM_TREE, Programs, find_programs, programs_in
from longwatch.core.postgres.server import launch

PATIENCE = 60
ADMINISTRATOR = "somebody"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def main(words: list[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    programs = newest_programs()
    folder = Path(tempfile.mkdtemp(prefix="longwatch-external-"))
    try:
        folder.chmod(0o755)
        with passing_server(folder, programs) as url:
            print(f"Against PostgreSQL {programs.major} at a DATABASE_URL of its own", flush=True)
            # Tests of our own supervisor start servers themselves: with the same programs.
            variables = {**os.environ, "DATABASE_URL": url, "LONGWATCH_PG_BIN": str(programs.directory)}
            return _run(words, variables)
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def newest_programs() -> Programs:
    """Those of the system, newest first; without any that are new enough, the bundled ones."""
    found = [int(each.parent.name) for each in SYSTEM_TREE.glob("*/bin") if each.parent.name.isdecimal()]
    usable = [version for version in found if version >= OLDEST and _bin(version, "initdb").exists()]
    return programs_in(_bin(max(usable))) if usable else find_programs()


@contextmanager
def passing_server(folder: Path, programs: Programs) -> Iterator[str]:
    """The URL of a server in an empty folder, for as long as the context lasts."""
    account = server_account(PG_USER.default)
    cluster = with_reachable_programs(prepare_place(folder, account), programs, account)
    password = secrets.token_hex(12)
    _initialise(cluster, password)
    port = _free_port()
    server = launch(cluster, *(f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()))
    url = f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{port}/postgres"
    try:
        _wait(url, server, cluster.place.log)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown
        server.wait(PATIENCE)


def _bin(version: int, program: str = "") -> Path:
    return SYSTEM_TREE / str(version) / "bin" / program


def _initialise(cluster: Cluster, password: str) -> None:
    make_own(cluster.place.data, 0o700, cluster.account)
    file = cluster.place.superuser_password
    file.touch(0o600)
    file.write_text(password, encoding="ascii")
    cluster.account.own(file)
    done = cluster.run(
        "initdb", "-D", str(cluster.place.data), "-U", ADMINISTRATOR, f"--pwfile={file}", "--no-sync",
        "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"The server does not start:\n{log.read_text(errors='replace')[-2000:]}")


def _run(words: list[str], variables: dict[str, str]) -> int:
    process = subprocess.Popen(words, env=variables)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait(PATIENCE)
        raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
