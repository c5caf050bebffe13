# SPDX-License-Identifier: Apache-2.0
"""Connections as the sequencer, the one role that may have the tree written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

from longwatch.core.environment import current
from longwatch.core.postgres.address import SEQUENCER, role_password

Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def as_sequencer() -> Iterator[Connection]:
    """A connection of its own to the database that Django uses; each statement commits."""
    place = connections["default"].get_connection_params()
    wanted = {name: place[name] for name in ("host", "port", "dbname", "sslmode", "sslrootcert") if name in place}
    password = role_password(current().secret_key, SEQUENCER)
    with psycopg.connect(
        **wanted, user=SEQUENCER, password=password, application_name=SEQUENCER, connect_timeout=10, autocommit=True
    ) as connection:
        yield connection
