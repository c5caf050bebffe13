# SPDX-License-Identifier: Apache-2.0
"""A reachable database for the length of one command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from longwatch.core.environment import Environment
from longwatch.core.postgres.address import Address, address, is_embedded
from longwatch.core.postgres.server import EmbeddedServer, embedded_server


@contextmanager
def database(environment: Environment) -> Iterator[Address]:
    """The database's address; an embedded server is started for as long as needed, or the running one is used."""
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
