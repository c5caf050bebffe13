# SPDX-License-Identifier: Apache-2.0
"""Where the embedded server keeps its files.

    <base>/data        the cluster, 0700
    <base>/run         the socket directory
    <base>/superuser   the superuser's password, 0600
    <base>/log         what the server says
    <base>/lock        held while somebody supervises the server

The base is `<data directory>/postgres`. Under root the server runs as its own account, which cannot enter a
directory below, say, /root. Longwatch never opens up a parent directory: it then keeps the cluster in
`/var/lib/longwatch/<hash of the data directory>` and writes that address to `<data directory>/postgres-is-at`,
so that later starts find it even when permissions have changed.
"""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from longwatch.core.postgres.account import ServerAccount
from longwatch.core.postgres.failure import PostgresError

PORT = 5432
LONGEST_SOCKET_PATH = 100
FAR_AWAY = Path("/var/lib/longwatch")
SHORT = Path("/tmp")  # noqa: S108 - a Unix socket needs a short path; ownership is checked below.


@dataclass(frozen=True, slots=True)
class Place:
    """The directories of one embedded server."""

    base: Path

    @property
    def data(self) -> Path:
        """The cluster itself."""
        return self.base / "data"

    @property
    def superuser_password(self) -> Path:
        """The file with the superuser's password."""
        return self.base / "superuser"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.base / "log"

    @property
    def lock(self) -> Path:
        """The file locked by the supervisor."""
        return self.base / "lock"

    @property
    def programs(self) -> Path:
        """Where copies of unreachable PostgreSQL programs go."""
        return self.base / "programs"

    @property
    def sockets(self) -> Path:
        """The socket directory: inside the base, or a short path when that is too long for a socket."""
        inside = self.base / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return inside
        return SHORT / f"longwatch-{os.getuid()}-{_short_hash(self.base)}"


def known_place(data_directory: Path) -> Place:
    """Return where the server of this data directory is, or would be by default; changes nothing."""
    try:
        return Place(Path(_signpost(data_directory).read_text(encoding="utf-8").strip()))
    except OSError:
        return Place(data_directory / "postgres")


def prepare_place(data_directory: Path, account: ServerAccount) -> Place:
    """Make the directories and return where they are.

    The base stays ours: as root we write there, and the account must not be able to put links in our way.
    """
    data_directory.mkdir(parents=True, exist_ok=True)
    with _alone(data_directory):
        place = known_place(data_directory)
        _make(place.base, 0o755)
        if not account.reaches(place.base):
            place = _place_far_away(data_directory, place, account)
        make_own(place.sockets, 0o755 if account.drops else 0o700, account)
    return place


@contextmanager
def _alone(data_directory: Path) -> Iterator[None]:
    """While no other starter is between making a directory and giving it to the account."""
    opened = os.open(data_directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _place_far_away(data_directory: Path, near: Place, account: ServerAccount) -> Place:
    if near.data.exists():
        raise PostgresError(f"The database account cannot reach {near.base} any more: check the parents' permissions.")
    near.base.rmdir()
    far = Place(FAR_AWAY / _short_hash(data_directory))
    _make(far.base, 0o755)
    if not account.reaches(far.base):
        raise PostgresError(f"The database account can reach neither {near.base} nor {far.base}: set LONGWATCH_DATA.")
    _signpost(data_directory).write_text(f"{far.base}\n", encoding="utf-8")
    return far


def _signpost(data_directory: Path) -> Path:
    return data_directory / "postgres-is-at"


def make_own(directory: Path, mode: int, account: ServerAccount) -> None:
    """Make a directory that belongs to the server's account; refuses one that somebody else put there."""
    if not directory.exists():
        _make(directory, mode)
        account.own(directory)
    _refuse_foreign(directory, {account.uid})


def _make(directory: Path, mode: int) -> None:
    if not directory.exists():
        directory.mkdir(mode=mode, parents=True)
        directory.chmod(mode)
    _refuse_foreign(directory, {os.geteuid()})


def _refuse_foreign(directory: Path, owners: set[int]) -> None:
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise PostgresError(f"{directory} belongs to somebody else; the database is not started there.")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
