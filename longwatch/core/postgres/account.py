# SPDX-License-Identifier: Apache-2.0
"""The system account that runs the embedded server.

PostgreSQL refuses to run as root. When Longwatch itself runs as root, the server runs as an unprivileged
account of its own (`longwatch-pg`, or LONGWATCH_PG_USER), which is created with `useradd --system` when it is
missing. Otherwise the server runs as whoever starts Longwatch, and nothing is created.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.programs import CALM


class Identity(TypedDict, total=False):
    """The part of subprocess arguments that says who runs the program."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Who runs the PostgreSQL programs, and whether that means giving up root."""

    uid: int
    gid: int
    drops: bool

    @property
    def identity(self) -> Identity:
        """The subprocess arguments that make a program run as this account."""
        return Identity(user=self.uid, group=self.gid, extra_groups=[]) if self.drops else Identity()

    def own(self, path: Path) -> None:
        """Give one file or directory of ours to the account."""
        if self.drops:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, path: Path) -> bool:
        """Tell whether the account can get to an existing path through all its parent directories."""
        if not self.drops:
            return os.access(path, os.R_OK)
        test = ["/usr/bin/test" if Path("/usr/bin/test").exists() else "/bin/test", "-r", str(path)]
        return subprocess.run(test, cwd="/", env=CALM, check=False, **self.identity).returncode == 0


def server_account(name: str) -> ServerAccount:
    """Return the account to run the server as; under root it is made when it does not exist."""
    if os.geteuid() != 0:
        return ServerAccount(os.getuid(), os.getgid(), drops=False)
    entry = _entry(name) or _created(name)
    if entry.pw_uid == 0:
        raise PostgresError(f"The account {name} is root; LONGWATCH_PG_USER must be an unprivileged one.")
    return ServerAccount(entry.pw_uid, entry.pw_gid, drops=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created(name: str) -> pwd.struct_passwd:
    for command in _ways_to_create(name):
        if shutil.which(command[0]):
            subprocess.run(
                command, capture_output=True, check=False, env=CALM | {"PATH": os.defpath + ":/usr/sbin:/sbin"}
            )
            break
    entry = _entry(name)
    if entry is None:
        raise PostgresError(
            f"The system account {name} cannot be made here: create it, or run Longwatch as a plain user."
        )
    return entry


def _ways_to_create(name: str) -> Sequence[list[str]]:
    nologin = "/usr/sbin/nologin"
    return (
        [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            nologin,
            name,
        ],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", name],  # BusyBox
    )
