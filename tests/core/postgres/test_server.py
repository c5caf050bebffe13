# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from longwatch.core.postgres.address import address
from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.processes import cluster_processes, wait_until_gone
from longwatch.core.postgres.server import EmbeddedServer
from tests.core.postgres.conftest import ServerMaker, environment_of

HOLDER = """
import sys, time
from longwatch.core.environment import current
from longwatch.core.postgres.server import embedded_server
server = embedded_server(current())
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


def connect(data: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(address(environment_of(data)).admin_conninfo("postgres"), autocommit=True)


def data_of(server: EmbeddedServer) -> Path:
    return server.cluster.place.data


def kill_everything(data: Path) -> None:
    for pid in cluster_processes(data):
        with contextlib.suppress(ProcessLookupError):  # it may be ending already
            os.kill(pid, signal.SIGKILL)


def holder(data: Path) -> "subprocess.Popen[str]":
    """Another process that supervises the server of this data directory."""
    variables = {**os.environ, **environment_of(data).variables}
    process = subprocess.Popen([sys.executable, "-c", HOLDER], env=variables, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


class TestStart:
    def test_answers_on_the_socket_and_nowhere_else(self, home: Path, make_server: ServerMaker) -> None:
        make_server(home).start()
        with connect(home) as connection:
            rows = connection.execute("select setting from pg_settings where name = 'listen_addresses'")
            assert rows.fetchone() == ("",)

    def test_lets_nobody_in_without_a_password(self, home: Path, make_server: ServerMaker) -> None:
        make_server(home).start()
        host = address(environment_of(home)).server["host"]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"host={host} port=5432 user=postgres dbname=postgres password=wrong")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its privileges")
    def test_does_not_run_as_root(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == server.cluster.account.uid != 0

    def test_keeps_the_data_over_a_restart(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        with connect(home) as connection:
            connection.execute("create table kept as select 1 as one")
        server.stop()
        make_server(home).start()
        with connect(home) as connection:
            assert connection.execute("select one from kept").fetchone() == (1,)

    def test_refuses_data_of_another_version(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        server.stop()
        (data_of(server) / "PG_VERSION").write_text("9\n")
        with pytest.raises(PostgresError, match="was made by PostgreSQL 9"):
            make_server(home).start()

    def test_shows_the_log_when_it_cannot_start(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        server.stop()
        with (data_of(server) / "postgresql.conf").open("a") as configuration:
            configuration.write("no_such_setting = 1\n")
        with pytest.raises(PostgresError, match="no_such_setting"):
            make_server(home).start()


class TestCrash:
    def test_every_acknowledged_row_is_there_after_killing_everything(
        self, home: Path, make_server: ServerMaker
    ) -> None:
        server = make_server(home)
        server.start()
        acknowledged = 0
        with connect(home) as connection:
            connection.execute("create table rows (id int)")
            for number in range(200):
                connection.execute("insert into rows values (%s)", [number])
                acknowledged += 1
            kill_everything(data_of(server))
        assert server.process is not None
        server.process.wait(10)
        assert server.has_ended()
        server.restart()
        with connect(home) as connection:
            assert connection.execute("select count(*) from rows").fetchone() == (acknowledged,)

    def test_starts_at_once_after_the_supervisor_was_killed_too(self, home: Path, make_server: ServerMaker) -> None:
        other = holder(home)
        server = make_server(home)
        other.kill()
        kill_everything(data_of(server))
        server.start()
        assert server.is_ours
        other.communicate()

    def test_a_server_whose_supervisor_was_killed_ends_by_itself(self, home: Path, make_server: ServerMaker) -> None:
        other = holder(home)
        server = make_server(home)
        assert cluster_processes(data_of(server))
        other.kill()
        other.communicate()
        assert wait_until_gone(data_of(server), 10)

    def test_a_recycled_process_number_does_not_keep_it_from_starting(
        self, home: Path, make_server: ServerMaker
    ) -> None:
        server = make_server(home)
        server.start()
        server.stop()
        stranger = subprocess.Popen(["sleep", "60"], **server.cluster.account.identity)
        (data_of(server) / "postmaster.pid").write_text(f"{stranger.pid}\n{data_of(server)}\n0\n5432\n\n\n\nready\n")
        make_server(home).start()
        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()


class TestSecondStarter:
    def test_uses_the_running_server(self, home: Path, make_server: ServerMaker) -> None:
        first, second = make_server(home), make_server(home)
        first.start()
        second.start()
        assert (first.is_ours, second.is_ours, second.process) == (True, False, None)

    def test_stopping_the_second_leaves_the_server_running(self, home: Path, make_server: ServerMaker) -> None:
        first, second = make_server(home), make_server(home)
        first.start()
        second.start()
        second.stop()
        with connect(home) as connection:
            assert connection.execute("select 1").fetchone() == (1,)

    def test_takes_over_after_the_first_has_stopped(self, home: Path, make_server: ServerMaker) -> None:
        first, second = make_server(home), make_server(home)
        first.start()
        first.stop()
        second.start()
        assert second.is_ours

    def test_many_first_starters_agree_on_one_server(self, home: Path) -> None:
        starters = [
            subprocess.Popen(
                [sys.executable, "-c", HOLDER.replace("server.process.pid", "server.is_ours")],
                env={**os.environ, **environment_of(home).variables},
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        said = [starter.stdout.readline().strip() for starter in starters if starter.stdout]
        for starter in starters:
            starter.kill()
            starter.communicate()
        assert sorted(said) == ["False", "False", "True"]
        assert wait_until_gone(home / "postgres" / "data", 10)


class TestStop:
    def test_ends_all_processes(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        with connect(home):
            server.stop()
        assert cluster_processes(data_of(server)) == []

    def test_is_quick_and_may_be_repeated(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home)
        server.start()
        began = time.monotonic()
        server.stop()
        server.stop()
        assert time.monotonic() - began < 5
