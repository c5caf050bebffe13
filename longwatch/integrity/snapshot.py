# SPDX-License-Identifier: Apache-2.0
"""One moment of the database, seen by several processes that share the work."""

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from typing import Any, TypeVar

import django
import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")
Task = tuple[Callable[..., Any], tuple[Any, ...]]

# A piece of the tree is sorted in memory; a spill to disk doubles what it costs.
WORK_MEM = "set local work_mem = '64MB'"


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
        connection.execute("set local timezone = 'UTC'")
        connection.execute(WORK_MEM)
        yield connection
        connection.rollback()


class Crew:
    """Those who do the work: this process, or several that see the same moment."""

    def __init__(self, connection: Connection, snapshot: Snapshot, processes: int) -> None:
        self._connection, self._snapshot, self._processes = connection, snapshot, processes
        self._pool: ProcessPoolExecutor | None = None

    def share(self, work: Callable[..., Result], tasks: Sequence[tuple[Any, ...]]) -> list[Result]:
        """The results of `work(connection, *task)`, in order."""
        return self.share_all([(work, task) for task in tasks])

    def share_all(self, tasks: Sequence[Task]) -> list[Any]:
        """The results of different works, in order."""
        if self._processes < 2 or len(tasks) < 2:
            return [work(self._connection, *task) for work, task in tasks]
        if self._pool is None:
            self._pool = _pool(self._snapshot, self._processes)
        futures: list[Future[Any]] = [self._pool.submit(_work, work, task) for work, task in tasks]
        return [future.result() for future in futures]

    def close(self) -> None:
        """Send the other processes home, without what they have not begun."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def crew(connection: Connection, snapshot: Snapshot, processes: int) -> Iterator[Crew]:
    """A crew that goes home at the end."""
    found = Crew(connection, snapshot, processes)
    try:
        yield found
    finally:
        found.close()


def _pool(snapshot: Snapshot, processes: int) -> ProcessPoolExecutor:
    # A copy of this process is there at once, but with threads it may hold a lock for ever.
    method = "fork" if threading.active_count() == 1 else "spawn"
    return ProcessPoolExecutor(
        processes, mp_context=get_context(method), initializer=_join, initargs=(snapshot, method == "spawn")
    )


# Of a further process: its connection, for as long as it lives.
_own: list[Connection] = []
_held = ExitStack()


def _join(snapshot: Snapshot, is_new: bool) -> None:
    # Rows hold no cycles; to look for some again and again, costs a tenth.
    gc.disable()
    if is_new:
        django.setup()
    _own.append(_held.enter_context(seeing(snapshot)))


def _work(work: Callable[..., Result], task: tuple[Any, ...]) -> Result:
    return work(_own[0], *task)


_names = count()


def rows(connection: Connection, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, fetched piece by piece."""
    with connection.cursor(name=f"verify_{next(_names)}", binary=True) as cursor:
        cursor.itersize = 5_000
        cursor.execute(statement, values)
        yield from cursor


def everything(connection: Connection, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement at once."""
    return connection.execute(statement, values, binary=True).fetchall()
