# SPDX-License-Identifier: Apache-2.0
"""The database's version: one fingerprint of every migration and SQL file, kept as the database's comment."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

from longwatch.core.postgres.address import OWNER, Address
from longwatch.core.postgres.bootstrap import EXTENSIONS, LOGIN_ROLES

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth.account",
    "procrastinate.contrib.django",
)
STORED = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"


@cache
def fingerprint() -> str:
    """A hash over all migrations, ours and the libraries', and our SQL files; needs no Django."""
    digest = hashlib.sha256(repr((EXTENSIONS, LOGIN_ROLES)).encode())
    for name, file in sorted(_files()):
        digest.update(f"{name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def comment() -> str:
    """What the database says about itself when it is of this version."""
    return f"Longwatch {fingerprint()}"


def is_migrated(address: Address) -> bool:
    """Tell whether the database is of this version; False also when there is none yet."""
    try:
        with psycopg.connect(address.conninfo(OWNER), connect_timeout=10) as connection:
            row = connection.execute(STORED).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] == comment()


def _files() -> list[tuple[str, Path]]:
    ours = [*PACKAGE.glob("*/sql/*.sql"), *PACKAGE.glob("*/migrations/*.py")]
    theirs = [(library, file) for library in LIBRARIES for file in _migrations(library)]
    return [(str(file.relative_to(PACKAGE)), file) for file in ours] + [
        (f"{library}/{file.name}", file) for library, file in theirs
    ]


def _migrations(library: str) -> list[Path]:
    """Found beside the top package: to ask for the inner one would load Django, and keep 15 MB of it for good."""
    top, *inner = library.split(".")
    spec = find_spec(top)
    places = (spec.submodule_search_locations or []) if spec else []
    return [file for place in places for file in Path(place, *inner, "migrations").glob("*.py")]
