# SPDX-License-Identifier: Apache-2.0
"""Roles, database and extensions: everything that needs an administrator, done again at every upgrade."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, sql

from longwatch.core.postgres.address import (
    APP,
    ENGINE,
    INTAKE,
    OWNER,
    SEARCH,
    SEQUENCER,
    VERIFIER,
    Address,
    role_password,
)
from longwatch.core.postgres.failure import PostgresError
from longwatch.core.postgres.programs import OLDEST

LOGIN_ROLES = (OWNER, APP, INTAKE, VERIFIER, SEQUENCER, ENGINE)
RUNTIME_ROLES = (APP, INTAKE, VERIFIER, SEQUENCER, ENGINE)
EXTENSIONS = ("pg_trgm", "btree_gin")
# One number for all starters of one server; roles belong to the server, not to a database.
BOOTSTRAP_LOCK = 0x10C6_3A7C


@dataclass(frozen=True, slots=True)
class Step:
    """One statement an administrator runs, in the server or in the product's database."""

    statement: sql.Composed
    inside: bool = False


def bootstrap(address: Address) -> None:
    """Make or repair roles, database, extensions and grants.

    Refuses a server older than 15, and one whose administrator may not do this: the sentence then holds the SQL
    to run by hand.
    """
    with _connect(address, "postgres") as server:
        _refuse_old(server)
        server.execute("select pg_advisory_lock(%s)", [BOOTSTRAP_LOCK])
        try:
            _prepare(server, address)
        except psycopg.errors.InsufficientPrivilege as error:
            # Fine when an administrator has done it by hand before.
            if not _is_prepared(address):
                raise PostgresError(_instructions(server, address, error)) from None
        _refuse_powerful_roles(server)


def role_steps(address: Address, existing: set[str]) -> list[Step]:
    """The statements that make the roles, or give them today's passwords."""
    steps = [_role_step(address, role, exists=role in existing) for role in LOGIN_ROLES]
    if SEARCH not in existing:
        steps.append(_step("create role {} nologin", SEARCH))
    # So that migrations can hand functions over to the search role.
    return [*steps, _step("grant {} to {}", SEARCH, OWNER)]


def database_steps(address: Address) -> list[Step]:
    """The statement that makes the database."""
    return [
        Step(
            sql.SQL("create database {} owner {} encoding 'UTF8' template template0").format(
                sql.Identifier(address.database), sql.Identifier(OWNER)
            )
        )
    ]


def inside_steps(address: Address) -> list[Step]:
    """The statements that close the database to everybody but our roles and add the extensions."""
    name = address.database
    steps = [
        _step("revoke all on database {} from public", name),
        _step("grant connect, create, temporary on database {} to {}", name, OWNER),
        *(_step("grant connect on database {} to {}", name, role) for role in RUNTIME_ROLES),
        # No tables of their own, which could pass for ours.
        *(_step("revoke temporary on database {} from {}", name, role) for role in RUNTIME_ROLES),
        _step("revoke all on schema public from public"),
        # A function's new owner must be allowed to create in its schema.
        _step("grant usage, create on schema public to {}, {}", OWNER, SEARCH),
        *(_step("grant usage on schema public to {}", role) for role in RUNTIME_ROLES),
        *(_step("create extension if not exists {}", extension) for extension in EXTENSIONS),
    ]
    return [Step(step.statement, inside=True) for step in steps]


def _role_step(address: Address, role: str, *, exists: bool) -> Step:
    verb = "alter" if exists else "create"
    text = verb + " role {} login password {}"
    password = sql.Literal(role_password(address.secret_key, role))
    return Step(sql.SQL(text).format(sql.Identifier(role), password))


def _step(text: str, *names: str) -> Step:
    return Step(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))


def _connect(address: Address, database: str) -> Connection[tuple[Any, ...]]:
    try:
        return psycopg.connect(address.admin_conninfo(database), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise PostgresError(f"The database does not answer the administrator: {_first_line(error)}") from error


def _refuse_old(server: Connection[tuple[Any, ...]]) -> None:
    if server.info.server_version // 10_000 < OLDEST:
        raise PostgresError(f"The server is PostgreSQL {server.info.server_version // 10_000}: {OLDEST} is needed.")


def _existing_roles(server: Connection[tuple[Any, ...]]) -> set[str]:
    return {row[0] for row in server.execute("select rolname from pg_roles where rolname like 'longwatch\\_%'")}


def _database_exists(server: Connection[tuple[Any, ...]], database: str) -> bool:
    return server.execute("select 1 from pg_database where datname = %s", [database]).fetchone() is not None


def _prepare(server: Connection[tuple[Any, ...]], address: Address) -> None:
    _run(server, role_steps(address, _existing_roles(server)))
    if not _database_exists(server, address.database):
        _run(server, database_steps(address))
    with _connect(address, address.database) as inside:
        _run(inside, inside_steps(address))


def _run(connection: Connection[tuple[Any, ...]], steps: list[Step]) -> None:
    for step in steps:
        connection.execute(step.statement)


def _is_prepared(address: Address) -> bool:
    try:
        for role in LOGIN_ROLES:
            psycopg.connect(address.conninfo(role), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _refuse_powerful_roles(server: Connection[tuple[Any, ...]]) -> None:
    """Row security is the wall: a role of ours that can step over it is refused."""
    rows = server.execute(
        "select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname = any(%s)",
        [[*LOGIN_ROLES, SEARCH]],
    ).fetchall()
    if rows:
        names = ", ".join(row[0] for row in rows)
        raise PostgresError(f"These roles could bypass row security: {names}. Take SUPERUSER and BYPASSRLS from them.")


def _instructions(connection: Connection[tuple[Any, ...]], address: Address, error: psycopg.Error) -> str:
    everything = [*role_steps(address, set()), *database_steps(address), *inside_steps(address)]
    lines = [f"{step.statement.as_string(connection)};" for step in everything]
    split = next(number for number, step in enumerate(everything) if step.inside)
    lines.insert(split, f"\\connect {address.database}")
    return (
        f"The account in DATABASE_URL may not prepare the server: {_first_line(error)}\n"
        "Ask an administrator to run this in psql; leave out roles that exist:\n\n" + "\n".join(lines)
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
