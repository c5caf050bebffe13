# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from longwatch.core.postgres.address import APP, OWNER, SEARCH, Address, address
from longwatch.core.postgres.bootstrap import LOGIN_ROLES, bootstrap
from longwatch.core.postgres.failure import PostgresError
from tests.core.postgres.conftest import ServerMaker, environment_of
from tests.fixtures.database import SUFFIX

NAME = f"test_lw_{SUFFIX}_bootstrap"
WEAK = f"test_lw_{SUFFIX}_weak"
Row = tuple[object, ...]


def admin(address: Address, database: str = "postgres") -> "psycopg.Connection[Row]":
    return psycopg.connect(address.admin_conninfo(database), autocommit=True)


@pytest.fixture
def fresh(database_server: Address) -> Iterator[Address]:
    yield database_server.named(NAME)
    with admin(database_server) as connection:
        connection.execute(f"drop database if exists {NAME} with (force)")


@pytest.fixture
def weak(fresh: Address) -> Iterator[Address]:
    """The same server, with an administrator who may do nothing."""
    with admin(fresh) as connection:
        connection.execute(f"create role {WEAK} login password 'weak'")
        yield replace(fresh, administrator={"user": WEAK, "password": "weak"})
        connection.execute(f"drop role {WEAK}")


class TestBootstrap:
    def test_lets_every_login_role_in_and_nobody_else(self, fresh: Address, weak: Address) -> None:
        bootstrap(fresh)
        for role in LOGIN_ROLES:
            psycopg.connect(fresh.conninfo(role)).close()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(weak.admin_conninfo(NAME))

    def test_may_be_repeated(self, fresh: Address) -> None:
        bootstrap(fresh)
        bootstrap(fresh)

    def test_the_application_role_may_not_create_tables(self, fresh: Address) -> None:
        bootstrap(fresh)
        with psycopg.connect(fresh.conninfo(APP)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (id int)")

    def test_the_owner_can_hand_functions_to_the_search_role(self, fresh: Address) -> None:
        bootstrap(fresh)
        with psycopg.connect(fresh.conninfo(OWNER)) as connection:
            connection.execute("create function one() returns int language sql as 'select 1'")
            connection.execute(f"alter function one() owner to {SEARCH}")

    def test_tells_an_administrator_what_to_run_when_it_may_not(self, weak: Address) -> None:
        with pytest.raises(PostgresError, match='create role "longwatch_owner" login'):
            bootstrap(weak)

    def test_is_content_with_a_server_prepared_by_hand(self, fresh: Address, weak: Address) -> None:
        bootstrap(fresh)
        bootstrap(weak)

    def test_refuses_roles_that_could_bypass_row_security(self, home: Path, make_server: ServerMaker) -> None:
        # On a server of its own: roles belong to the server, and other tests rely on them at the same time.
        make_server(home).start()
        place = address(environment_of(home))
        bootstrap(place)
        with admin(place) as connection:
            connection.execute(f"alter role {APP} bypassrls")
        with pytest.raises(PostgresError, match="could bypass row security: longwatch_app"):
            bootstrap(place)
