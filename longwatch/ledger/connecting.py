# SPDX-License-Identifier: Apache-2.0
"""Connections of their own as one of our roles, to the database that Django uses."""

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
    """As the one role that may have the tree written; each statement commits."""
    with as_role(SEQUENCER) as connection:
        yield connection


@contextmanager
def as_role(role: str) -> Iterator[Connection]:
    """As a role that signs in; each statement commits, unless a transaction is begun."""
    place = connections["default"].get_connection_params()
    wanted = {name: place[name] for name in ("host", "port", "dbname", "sslmode", "sslrootcert") if name in place}
    password = role_password(current().secret_key, role)
    with psycopg.connect(
        **wanted, user=role, password=password, application_name=role, connect_timeout=10, autocommit=True
    ) as connection:
        yield connection
