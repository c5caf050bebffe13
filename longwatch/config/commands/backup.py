# SPDX-License-Identifier: Apache-2.0
"""`longwatch backup FILE`: everything an installation holds, in one file."""

import argparse
import tempfile
from pathlib import Path

from longwatch.config import archive, dumping, schema
from longwatch.config.running import database
from longwatch.core import clock
from longwatch.core.environment import (
    EVIDENCE_KEY,
    EVIDENCE_KEY_COMMAND,
    EXPORT_KEY,
    LEDGER_KEY,
    LEDGER_KEY_COMMAND,
    SECRET_KEY,
    Environment,
    current,
)
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from longwatch.version import VERSION


def run(arguments: argparse.Namespace) -> int:
    """Back up while everything runs; refuses to overwrite a file, and a database of another version."""
    environment, file = current(), Path(arguments.file).expanduser().resolve()
    if file.exists():
        raise Conflict(f"{file} exists already; choose another name.")
    with database(environment) as address:
        if not schema.is_migrated(address):
            raise Conflict("The database is not of this version: run longwatch migrate first.")
        back_up(environment, address, file, keys=not arguments.without_keys)
    if arguments.without_keys:
        kept = " and ".join(f"{environment.data / name}" for name in archive.SECRETS)
        print(f"{file} holds database and evidence, and no keys: keep {kept} elsewhere, or no file can be read again.")
        return 0
    print(f"{file} holds database, evidence and keys. It can be read by whoever gets it: keep it safe.")
    for elsewhere in (SECRET_KEY, LEDGER_KEY, LEDGER_KEY_COMMAND, EVIDENCE_KEY, EVIDENCE_KEY_COMMAND, EXPORT_KEY):
        if environment.is_set(elsewhere):
            print(f"{elsewhere.name} is not in it: keep that as well.")
    return 0


def back_up(environment: Environment, address: Address, file: Path, *, keys: bool = True) -> None:
    """Dump first, evidence second: what the database knows of is then in the file."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".longwatch-backup-") as folder:
        dump = Path(folder) / archive.DUMP
        dumping.dump(dumping.programs(environment, address), address, dump)
        archive.write(file, _manifest(address, dump, keys=keys), dump, environment.data)


def _manifest(address: Address, dump: Path, *, keys: bool) -> archive.Manifest:
    made_at, server = clock.now().isoformat(), dumping.server_version(address)
    return archive.Manifest(archive.FORMAT, VERSION, server, made_at, archive.sha256(dump), keys)
