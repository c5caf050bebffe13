# SPDX-License-Identifier: Apache-2.0
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from longwatch.core.postgres.account import server_account
from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.place import LONGEST_SOCKET_PATH, Place, known_place, prepare_place
from tests.core.postgres.conftest import ServerMaker

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root's server runs as another account")


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Permissions and owners of a directory and all its parents."""
    found = {path: path.stat() for path in (folder, *folder.parents)}
    return {path: (stat.st_mode, stat.st_uid, stat.st_gid) for path, stat in found.items()}


class TestPreparePlace:
    def test_many_starters_at_once_agree_on_one(self, home: Path) -> None:
        account = server_account("longwatch-pg")
        folders = [home / str(number) for number in range(40)]
        with ThreadPoolExecutor(4) as starters:
            found = list(
                starters.map(lambda folder: prepare_place(folder, account), [f for f in folders for _ in range(4)])
            )
        assert len(set(found)) == len(folders)

    def test_touches_no_permission_outside_its_own_directory(self, home: Path, make_server: ServerMaker) -> None:
        before = modes(home)
        server = make_server(home)
        server.start()
        server.stop()
        assert modes(home) == before
        assert modes(server.cluster.programs.directory)  # still there, and still readable by us

    @AS_ROOT
    def test_goes_elsewhere_when_a_parent_is_closed(self, home: Path, make_server: ServerMaker) -> None:
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        server = make_server(closed / "var")
        base = server.cluster.place.base
        before = modes(closed)
        try:
            server.start()
            assert base.parent == Path("/var/lib/longwatch")
            assert known_place(closed / "var").base == base
            assert modes(closed) == before
        finally:
            server.stop()
            shutil.rmtree(base)

    @AS_ROOT
    def test_does_not_start_empty_when_the_old_place_became_unreachable(self, home: Path) -> None:
        closed = home / "closed"
        closed.mkdir(mode=0o755)
        account = server_account("longwatch-pg")
        prepare_place(closed, account).data.mkdir()
        closed.chmod(0o700)
        with pytest.raises(PostgresError, match="cannot reach"):
            prepare_place(closed, account)

    def test_refuses_a_socket_directory_of_somebody_else(self, home: Path) -> None:
        place = Place(home / "postgres")
        place.base.mkdir()
        place.sockets.symlink_to("/tmp")
        with pytest.raises(PostgresError, match="belongs to somebody else"):
            prepare_place(home, server_account("longwatch-pg"))


class TestSockets:
    def test_stay_beside_the_data_when_the_path_is_short(self) -> None:
        assert Place(Path("/srv/lw/postgres")).sockets == Path("/srv/lw/postgres/run")

    def test_move_to_a_short_path_when_it_is_too_long(self) -> None:
        place = Place(Path("/srv") / ("long" * 30))
        assert len(str(place.sockets)) < LONGEST_SOCKET_PATH
        assert place.sockets == Place(place.base).sockets

    def test_a_server_with_a_long_path_starts(self, home: Path, make_server: ServerMaker) -> None:
        server = make_server(home / ("long" * 30))
        server.start()
        server.stop()
        shutil.rmtree(server.cluster.place.sockets)
