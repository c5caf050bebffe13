# SPDX-License-Identifier: Apache-2.0
"""`longwatch restore FILE`: an installation back from a backup."""

import argparse
import json
import os
import shutil
import tarfile
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from longwatch.config import archive, dumping
from longwatch.config.running import database, say_data_directory
from longwatch.config.supervision import command, run_once
from longwatch.core.environment import Environment, current
from longwatch.core.errors import Conflict, Invalid
from longwatch.core.postgres.address import Address
from longwatch.core.postgres.bootstrap import bootstrap
from longwatch.ledger.memory import memory_file

# Not autovacuum's workers: dropping the database ends those.
BUSY = """
    select count(*) from pg_stat_activity
    where datname = %s and pid <> pg_backend_pid() and backend_type = 'client backend'
"""
LEAVING = 3.0
AGAIN = 0.1


def run(arguments: argparse.Namespace) -> int:
    """Fill this installation; refuses a running one, and one with content unless told to replace it."""
    environment, file = current(), Path(arguments.file).expanduser().resolve()
    say_data_directory(environment)
    environment.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=environment.data, prefix=".restore-") as folder:
        _restore(current(), unpacked(file, Path(folder)), replace=arguments.replace)
    print("Restored. Run longwatch verify to check the ledger.")
    return 0


def unpacked(file: Path, folder: Path) -> Path:
    """The parts of a backup in a folder; refuses what is none, and a damaged one."""
    if not tarfile.is_tarfile(file):
        raise Invalid("This file is not a Longwatch backup.")
    with tarfile.open(file) as tar:
        manifest = archive.read_manifest(tar)
        wanted = (archive.MANIFEST, archive.DUMP, archive.SECRET_KEY, archive.KEYS, archive.EVIDENCE)
        archive.extract(tar, wanted, folder)
    if archive.sha256(folder / archive.DUMP) != manifest.dump_sha256:
        raise Invalid("The backup is damaged: the database dump does not match its hash.")
    return folder


def _restore(environment: Environment, parts: Path, *, replace: bool) -> None:
    _refuse_without_keys(environment, parts)
    with database(environment, may_begin=True) as address:
        bootstrap(address)
        _refuse_content(environment, address, replace=replace)
        _empty(address)
        dumping.restore(dumping.programs(environment, address), address, parts / archive.DUMP)
        _put_back(parts / archive.EVIDENCE, environment.data / archive.EVIDENCE)
        _put_back(parts / archive.SECRET_KEY, environment.data / archive.SECRET_KEY)
        _put_back(parts / archive.KEYS, environment.data / archive.KEYS)
        _forget_what_was_signed(environment)
        # With the key that is now in place: role passwords derive from it.
        run_once(command("migrate"), "The restored database could not be brought to this version; see above.")


def _refuse_without_keys(environment: Environment, parts: Path) -> None:
    """New keys, made at the first start, could neither read the evidence nor go on with the ledger."""
    complete = json.loads((parts / archive.MANIFEST).read_text(encoding="utf-8")).get("keys", True)
    if not complete and not (environment.data / archive.KEYS).exists():
        wanted = f"put secret_key and keys of the backed-up installation into {environment.data} first"
        raise Conflict(f"This backup was made without keys: {wanted}.", code="keys_missing")


def _refuse_content(environment: Environment, address: Address, *, replace: bool) -> None:
    if not _deserted(address):
        raise Conflict("Longwatch is running: stop it before restoring.")
    with psycopg.connect(address.admin_conninfo(address.database)) as inside:
        filled = inside.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    if not replace and ((filled and filled[0]) or (environment.data / archive.EVIDENCE).exists()):
        raise Conflict("There is content here already: add --replace to overwrite it.")


def _deserted(address: Address) -> bool:
    """Whether nobody is connected; one that has just hung up is listed for a moment longer."""
    deadline = time.monotonic() + LEAVING
    with psycopg.connect(address.admin_conninfo("postgres"), autocommit=True) as admin:
        while (row := admin.execute(BUSY, [address.database]).fetchone()) and row[0]:
            if time.monotonic() > deadline:
                return False
            time.sleep(AGAIN)
    return True


def _empty(address: Address) -> None:
    """An empty database under the same name, with our roles let in."""
    name = sql.Identifier(address.database)
    with psycopg.connect(address.admin_conninfo("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {}").format(name))
    bootstrap(address)
    with psycopg.connect(address.admin_conninfo(address.database), autocommit=True) as inside:
        for (extension,) in inside.execute("select extname from pg_extension where extname <> 'plpgsql'").fetchall():
            # The dump brings them.
            inside.execute(sql.SQL("drop extension {}").format(sql.Identifier(extension)))


def _forget_what_was_signed(environment: Environment) -> None:
    """What was sealed after the backup is not in it: the anchors say so, and sealing goes on from the backup."""
    kept = memory_file(environment)
    if kept.exists():
        kept.replace(kept.with_name(f"{kept.name}-before-restore"))


def _put_back(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(source, target)
