# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from longwatch.core.postgres.address import APP, OWNER, SEARCH, Address
from longwatch.core.postgres.bootstrap import bootstrap
from longwatch.core.postgres.failure import PostgresError

NAME = "test_lw_bootstrap"
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
        connection.execute("create role test_lw_weak login password 'weak'")
        yield replace(fresh, administrator={"user": "test_lw_weak", "password": "weak"})
        connection.execute("drop role test_lw_weak")


class TestBootstrap:
    def test_lets_every_login_role_in_and_nobody_else(self, fresh: Address, weak: Address) -> None:
        bootstrap(fresh)
        for role in (OWNER, APP, "longwatch_intake", "longwatch_verifier"):
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

    def test_refuses_roles_that_could_bypass_row_security(self, fresh: Address) -> None:
        with admin(fresh) as connection:
            connection.execute(f"alter role {APP} bypassrls")
            try:
                with pytest.raises(PostgresError, match="could bypass row security: longwatch_app"):
                    bootstrap(fresh)
            finally:
                connection.execute(f"alter role {APP} nobypassrls")
