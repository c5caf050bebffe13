# SPDX-License-Identifier: Apache-2.0
"""`longwatch verify`: reads everything as the verifier, recomputes it, and says what does not hold."""

import argparse
import json
import os
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from longwatch.config import archive, dumping
from longwatch.config.commands.restore import unpacked
from longwatch.config.django_setup import set_up_django
from longwatch.config.running import database
from longwatch.core.counting import counted
from longwatch.core.environment import DATA, DATABASE_URL, Environment, current
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import VERIFIER, Address
from longwatch.core.postgres.bootstrap import bootstrap
from longwatch.core.postgres.failure import PostgresError
from longwatch.ledger.anchors.configured import anchor_file, authorities
from longwatch.ledger.memory import memory_file

HOLDS, BROKEN, UNCHECKED = 0, 1, 2
SHOWN = 50


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when everything holds, 1 when something does not, 2 when it could not be checked."""
    began = time.monotonic()
    try:
        found = _dump(arguments) if arguments.dump else _installation(arguments)
    except (psycopg.Error, PostgresError, LongwatchError, OSError) as error:
        sentence = getattr(error, "sentence", None) or f"{type(error).__name__}: {error}"
        print(f"longwatch: This could not be verified: {sentence}", file=sys.stderr)
        return UNCHECKED
    _say(found, time.monotonic() - began, as_json=arguments.json)
    return BROKEN if found.broken else HOLDS


def _installation(arguments: argparse.Namespace) -> Any:
    environment = current()
    with database(environment) as address:
        return _verified(address, environment, arguments, last_signed=memory_file(environment))


def _dump(arguments: argparse.Namespace) -> Any:
    """Verify a backup, or a dump of pg_dump alone, in a server that is thrown away; the anchors are this machine's."""
    environment, file = current(), Path(arguments.dump).expanduser().resolve()
    if not file.is_file():
        raise LongwatchError(f"There is no file {file}.", code="file_missing")
    with _throw_away(environment) as (other, folder):
        dump, evidence = _opened(file, folder)
        os.environ |= {DATA.name: str(folder)}
        os.environ.pop(DATABASE_URL.name, None)
        with database(other, may_begin=True) as address:
            bootstrap(address)
            _emptied(address)
            dumping.restore(dumping.programs(other, address), address, dump)
            arguments.without_files = arguments.without_files or not evidence
            return _verified(address, environment, arguments, last_signed=None)


@contextmanager
def _throw_away(environment: Environment) -> Iterator[tuple[Environment, Path]]:
    with tempfile.TemporaryDirectory(prefix="longwatch-verify-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # The server's own account has to enter.
        kept = {key: value for key, value in environment.variables.items() if key != DATABASE_URL.name}
        yield Environment({**kept, DATA.name: name}), folder


def _opened(file: Path, folder: Path) -> tuple[Path, bool]:
    """The dump, and whether its evidence came with it."""
    if not tarfile.is_tarfile(file):
        return file, False
    unpacked(file, folder)
    return folder / archive.DUMP, (folder / archive.EVIDENCE).exists()


def _emptied(address: Address) -> None:
    """Without the extensions that a new database gets: the dump brings them."""
    with psycopg.connect(address.admin_conninfo(address.database), autocommit=True) as inside:
        for (name,) in inside.execute("select extname from pg_extension where extname <> 'plpgsql'").fetchall():
            inside.execute(sql.SQL("drop extension {} cascade").format(sql.Identifier(name)))


def _verified(
    address: Address, environment: Environment, arguments: argparse.Namespace, *, last_signed: Path | None
) -> Any:
    set_up_django()
    verification = import_module("longwatch.integrity.verification")  # It loads models, so only now.
    files = [Path(name).expanduser().resolve() for name in arguments.anchors or []] or [anchor_file(environment)]
    return verification.verify(
        verification.Plan(
            address.conninfo(VERIFIER), files, last_signed, authorities(environment), not arguments.without_rows,
            not arguments.without_files, os.cpu_count() or 1,
        )
    )  # fmt: skip


def _say(found: Any, seconds: float, *, as_json: bool) -> None:
    looked = ", ".join(counted(number, name) for name, number in sorted(found.counts.items()))
    summary = f"{looked or 'Nothing'} verified in {seconds:.1f} s: " + (
        f"{counted(found.broken, 'faults')}." if found.broken else "everything holds."
    )
    if as_json:
        said = {
            "faults": found.faults, "broken": found.broken, "notes": found.notes, "counts": found.counts,
            "size": found.counts.get("entries", 0), "summary": summary,
        }  # fmt: skip
        print(json.dumps(said))
        return
    for sentence in found.faults[:SHOWN]:
        print(sentence)
    if found.broken > SHOWN:
        print(f"... and {counted(found.broken - SHOWN, 'more faults')} (--json lists a thousand).")
    for sentence in found.notes:
        print(f"Note: {sentence}")
    print(summary)
