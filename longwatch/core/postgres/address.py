# SPDX-License-Identifier: Apache-2.0
"""Where the database is and who connects to it as what."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from longwatch.core.environment import DATABASE_URL, Environment, SettingError
from longwatch.core.postgres.cluster import SUPERUSER
from longwatch.core.postgres.place import PORT, known_place

OWNER: Final = "longwatch_owner"
APP: Final = "longwatch_app"
INTAKE: Final = "longwatch_intake"
VERIFIER: Final = "longwatch_verifier"
SEARCH: Final = "longwatch_search"
SEQUENCER: Final = "longwatch_sequencer"
ENGINE: Final = "longwatch_engine"

DATABASE = "longwatch"
# An administrator's URL usually names one of these; the product never lives there.
ADMINISTRATIVE = frozenset({"", "postgres", "template1", "defaultdb"})


@dataclass(frozen=True)
class Address:
    """A database of one server, with the administrator's way in and the roles' passwords."""

    server: dict[str, str]
    database: str
    administrator: dict[str, str] = field(repr=False)
    secret_key: str = field(repr=False)

    def conninfo(self, role: str, **options: str | int) -> str:
        """The connection string of one of our roles."""
        password = role_password(self.secret_key, role)
        return make_conninfo("", **self.server, dbname=self.database, user=role, password=password, **options)

    def admin_conninfo(self, database: str) -> str:
        """The administrator's connection string for one database."""
        return make_conninfo("", **self.server, **self.administrator, dbname=database)

    def named(self, database: str) -> "Address":
        """The same server with another database."""
        return Address(self.server, database, self.administrator, self.secret_key)


def role_password(secret_key: str, role: str) -> str:
    """The password of a role: derived from the secret key, so that nothing more must be kept."""
    return hmac.new(secret_key.encode(), role.encode(), hashlib.sha256).hexdigest()


def is_embedded(environment: Environment) -> bool:
    """Tell whether the database is the embedded one."""
    return not environment.is_set(DATABASE_URL)


def address(environment: Environment) -> Address:
    """Return the address of the external or the embedded database; the latter need not run yet."""
    if is_embedded(environment):
        return _embedded(environment)
    return _external(environment.text(DATABASE_URL), environment.secret_key)


def _embedded(environment: Environment) -> Address:
    place = known_place(environment.data)
    try:
        password = place.superuser_password.read_text(encoding="ascii").strip()
    except OSError:
        password = ""  # Not made yet, or not ours to read: the administrator's way in is then closed.
    server = {"host": str(place.sockets), "port": str(PORT)}
    return Address(server, DATABASE, {"user": SUPERUSER, "password": password}, environment.secret_key)


def _external(url: str, secret_key: str) -> Address:
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        # Without its cause: that would repeat the URL and the password in it.
        raise SettingError(DATABASE_URL.name, "like postgresql://user:password@host:5432/longwatch") from None
    named = parts.pop("dbname", "")
    administrator: dict[str, str] = {name: parts.pop(name) for name in ("user", "password") if name in parts}
    database = DATABASE if named in ADMINISTRATIVE else named
    return Address(parts, database, administrator, secret_key)
