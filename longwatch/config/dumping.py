# SPDX-License-Identifier: Apache-2.0
"""pg_dump and pg_restore as the administrator: row security would hide rows from everybody else."""

import os
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from longwatch.core.environment import PG_BIN, Environment
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import OWNER, Address
from longwatch.core.postgres.programs import CALM, Programs, programs_of_version


def programs(environment: Environment, address: Address) -> Programs:
    """The programs that fit the server; refuses when the machine has none."""
    return programs_of_version(server_version(address), environment.text(PG_BIN))


def server_version(address: Address) -> int:
    """The server's major version."""
    with psycopg.connect(address.conninfo(OWNER), connect_timeout=10) as connection:
        return connection.info.server_version // 10_000


def dump(tools: Programs, address: Address, file: Path) -> None:
    """Write a consistent copy of the database, which goes on working."""
    _run(tools, "pg_dump", address, "--format=custom", "--no-sync", f"--file={file}", "--dbname")


def restore(tools: Programs, address: Address, file: Path) -> None:
    """Fill an empty database, in one transaction."""
    _run(tools, "pg_restore", address, "--single-transaction", "--exit-on-error", str(file), "--dbname")


def _run(tools: Programs, name: str, address: Address, *options: str) -> None:
    conninfo, password = _without_password(address.admin_conninfo(address.database))
    # The password travels in the environment: everybody can read the words of a command.
    variables = {**os.environ, **CALM, "PGPASSWORD": password}
    done = subprocess.run(
        [tools.path(name), *options, conninfo], env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LongwatchError(f"{name} refused: {done.stderr.strip()}", code="dump_failed")


def _without_password(conninfo: str) -> tuple[str, str]:
    parts = {key: str(value) for key, value in conninfo_to_dict(conninfo).items() if value is not None}
    password = parts.pop("password", "")
    return make_conninfo("", **parts), password
