# SPDX-License-Identifier: Apache-2.0
"""One moment of the database, seen by several processes that share the work."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

import django
import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")
Work = Callable[..., Result]

# A piece of the tree is sorted in memory; a spill to disk doubles what it costs.
WORK_MEM = "set local work_mem = '64MB'"
# Each process takes half a second to start; little work is done sooner without them.
WORTH_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How to see the same moment again: the way in, and the name under which the moment is kept."""

    conninfo: str
    name: str


@contextmanager
def moment(conninfo: str) -> Iterator[tuple[Connection, Snapshot]]:
    """A connection that goes on seeing one moment, and how others see it."""
    with _connected(conninfo) as connection:
        row = connection.execute("select pg_export_snapshot()").fetchone()
        yield connection, Snapshot(conninfo, str(row[0]) if row else "")


@contextmanager
def seeing(snapshot: Snapshot) -> Iterator[Connection]:
    """A further connection that sees the moment of a snapshot."""
    with _connected(snapshot.conninfo) as connection:
        connection.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(snapshot.name)))
        yield connection


@contextmanager
def _connected(conninfo: str) -> Iterator[Connection]:
    with psycopg.connect(conninfo) as connection:
        set_json_loads(msgspec.json.decode, connection)
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set local timezone = 'UTC'")
        connection.execute(WORK_MEM)
        yield connection
        connection.rollback()


def shared(snapshot: Snapshot, work: "Work[Result]", tasks: Sequence[tuple[Any, ...]], processes: int) -> list[Result]:
    """The results of `work(snapshot, *task)` in order, by several processes when there is much to do."""
    if processes < 2 or len(tasks) < WORTH_PROCESSES:
        return [work(snapshot, *task) for task in tasks]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        futures = [pool.submit(work, snapshot, *task) for task in tasks]
        return [future.result() for future in futures]


def rows(connection: Connection, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, fetched piece by piece."""
    with connection.cursor(name="verify", binary=True) as cursor:
        cursor.itersize = 5_000
        cursor.execute(statement, values)
        yield from cursor


def everything(connection: Connection, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement at once."""
    return connection.execute(statement, values, binary=True).fetchall()
