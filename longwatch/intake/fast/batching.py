# SPDX-License-Identifier: Apache-2.0
"""Storing arrivals: alone when there is time, together when many are waiting.

A few writers take whatever has gathered while they were busy. Nobody waits for company: the first arrival is
stored at once, alone; under load one commit and one ledger entry serve many.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from longwatch.core.actor import Actor
from longwatch.intake.arrival import Arrival, Received, SourceFacts
from longwatch.intake.fast.answers import Unavailable
from longwatch.intake.statement import RECEIVE, outcomes, parameters

WRITERS = 2
LARGEST_BATCH = 256
LONGEST_QUEUE = 10_000
NOT_NOW = "The database does not answer. Nothing was stored for sure; send it again."
Connection = psycopg.AsyncConnection[Any]
Waiting = tuple[Arrival, "asyncio.Future[Received]"]
log = logging.getLogger(__name__)


async def store(
    connection: Connection, actor: Actor, source: SourceFacts, arrivals: Sequence[Arrival], content_type: str
) -> list[Received]:
    """Store arrivals of one sender at one source with one statement; they are durable when it has committed."""
    values = parameters(actor.through("api"), source, arrivals, content_type=content_type)
    cursor = await connection.execute(RECEIVE, values, prepare=True, binary=True)
    return outcomes(arrivals, await cursor.fetchall())


class Writers:
    """Gathers arrivals by sender, source and type, and stores them."""

    def __init__(self, pool: "AsyncConnectionPool[Any]", writers: int = WRITERS) -> None:
        self._pool = pool
        self._free = writers
        self._waiting: dict[tuple[UUID, UUID, str], tuple[Actor, SourceFacts, deque[Waiting]]] = {}
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, actor: Actor, source: SourceFacts, arrival: Arrival, content_type: str) -> Received:
        """Store one arrival; returns when it is durable."""
        if self._count >= LONGEST_QUEUE:
            raise Unavailable("More signals are waiting than can be stored at the moment.")
        future: asyncio.Future[Received] = asyncio.get_running_loop().create_future()
        key = (actor.id, source.id, content_type)
        group = self._waiting.get(key)
        if group is None:
            group = self._waiting[key] = (actor, source, deque())
        group[2].append((arrival, future))
        self._count += 1
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._write(), name="write signals")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def stop(self) -> None:
        """Finish what is waiting."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._write_on_one_connection()
        finally:
            self._free += 1

    async def _write_on_one_connection(self) -> None:
        try:
            async with self._pool.connection() as connection:
                while self._waiting and not connection.closed:
                    await self._write_some(connection)
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning("There is no connection to store signals with: %s", error)
            waiting, self._waiting, self._count = self._waiting, {}, 0
            for _, _, queue in waiting.values():
                self._fail(queue, Unavailable(NOT_NOW))

    async def _write_some(self, connection: Connection) -> None:
        """Take the group that has waited longest and store it."""
        key = next(iter(self._waiting))
        actor, source, queue = self._waiting.pop(key)
        batch = [queue.popleft() for _ in range(min(len(queue), LARGEST_BATCH))]
        self._count -= len(batch)
        if queue:
            # To the end of the line: other senders have their turn.
            self._waiting[key] = (actor, source, queue)
        try:
            await self._store(connection, actor, source, batch, key[2])
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            self._fail(batch, error)

    async def _store(
        self, connection: Connection, actor: Actor, source: SourceFacts, batch: Sequence[Waiting], content_type: str
    ) -> None:
        try:
            results = await store(connection, actor, source, [arrival for arrival, _ in batch], content_type)
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError) and connection.closed:
                log.warning("Signals could not be stored: %s", error)
                raise Unavailable(NOT_NOW) from error
            if len(batch) == 1:
                raise
            # One of them cannot be stored; the others must not suffer for it.
            await self._one_by_one(connection, actor, source, batch, content_type)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _one_by_one(
        self, connection: Connection, actor: Actor, source: SourceFacts, batch: Sequence[Waiting], content_type: str
    ) -> None:
        for waiting in batch:
            try:
                await self._store(connection, actor, source, [waiting], content_type)
            except Exception as error:  # noqa: BLE001 - the next one may be fine
                self._fail([waiting], error)

    def _fail(self, batch: Iterable[Waiting], error: Exception) -> None:
        for _, future in batch:
            with suppress(asyncio.InvalidStateError):
                future.set_exception(error)
