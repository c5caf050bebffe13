# SPDX-License-Identifier: Apache-2.0
"""A reachable database for the length of one command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from longwatch.core.environment import DATA, SECRET_KEY, Environment
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import Address, address, is_embedded
from longwatch.core.postgres.place import known_place
from longwatch.core.postgres.server import EmbeddedServer, embedded_server


class NoInstallation(LongwatchError):
    """The data directory holds no installation, and this command makes none."""

    status = 404
    default_code = "no_installation"

    def __init__(self, environment: Environment) -> None:
        which = "the default" if not environment.is_set(DATA) else f"as {DATA.name} says"
        super().__init__(
            f"There is no Longwatch in {environment.data} ({which}), and nothing was made there. "
            f"Say with {DATA.name} where it is, or begin one there with longwatch up."
        )


def is_begun(environment: Environment) -> bool:
    """Whether there is an installation: a database in the data directory, or the key that opens an external one."""
    if is_embedded(environment):
        return known_place(environment.data).data.exists()
    return environment.is_set(SECRET_KEY) or (environment.data / "secret_key").exists()


@contextmanager
def database(environment: Environment, *, may_begin: bool = False) -> Iterator[Address]:
    """The database's address; an embedded server is started for as long as needed, or the running one is used.

    Refuses (NoInstallation) a data directory without one, unless this command may begin it.
    """
    if not may_begin and not is_begun(environment):
        raise NoInstallation(environment)
    server = started_server(environment)
    try:
        yield address(environment)
    finally:
        if server is not None:
            server.stop()


def started_server(environment: Environment) -> EmbeddedServer | None:
    """The embedded server, started; None when the database is an external one."""
    if not is_embedded(environment):
        return None
    server = embedded_server(environment)
    server.start()
    base = server.cluster.place.base
    if not base.is_relative_to(environment.data):
        print(f"The database is in {base}: its system account cannot enter {environment.data}.", file=sys.stderr)
    return server


def say_data_directory(environment: Environment) -> None:
    """Say which data directory is used, and that a new installation is made where there is none."""
    known = "" if is_begun(environment) else ", which holds no installation yet: a new one is made there"
    print(f"Data directory {environment.data}{known}", flush=True)
