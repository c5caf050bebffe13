# SPDX-License-Identifier: Apache-2.0
"""Where listeners put what they take: the source that the setting names, through the intake's own role."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from longwatch.core import clock
from longwatch.core.actor import Actor, system
from longwatch.core.environment import SettingError
from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import SourceFacts, arrive
from longwatch.intake.delivery_models import Way
from longwatch.intake.fast.announcing import Announcer
from longwatch.intake.fast.keeping import keep
from longwatch.intake.fast.tokens import Sender, Tokens
from longwatch.intake.keeping import Kept
from longwatch.intake.opening import open_each
from longwatch.intake.statement import RECEIVE, outcomes, parameters

PLAIN = "text/plain"
LINES = "application/x-ndjson"
LONGEST_PAUSE = 30.0
NAMED = "select id, org_id from intake_source where (slug = %s or id::text = %s) limit 2"
Connection = psycopg.AsyncConnection[Any]
log = logging.getLogger(__name__)


class Taking:
    """Stores messages at one source, and tries again until the database has them."""

    def __init__(self, pool: "AsyncConnectionPool[Connection]", name: str, setting: str, way: Way) -> None:
        self._pool, self._name, self._setting, self._way = pool, name, setting, way
        self._tokens, self._announcer = Tokens(pool), Announcer(pool)
        self._sender: Sender | None = None

    async def find(self) -> SourceFacts:
        """The source as it is now; refuses (a setting) one that is not there or not the only one of its name."""
        if self._sender is None:
            async with self._pool.connection() as connection:
                rows = await (await connection.execute(NAMED, [self._name, self._name])).fetchall()
            if len(rows) != 1:
                raise SettingError(self._setting, "the short name of one source, or its identifier")
            self._sender = _sender(rows[0][0], system(rows[0][1], via=str(self._way)))
        return await self._tokens.source(self._sender, "")

    async def take(self, messages: Sequence[bytes]) -> None:
        """Store messages; while the database does not answer, they wait here, and their senders behind them."""
        pause = 1.0
        while True:
            try:
                return await self._store(messages)
            except (psycopg.OperationalError, PoolTimeout) as error:
                log.warning("Messages wait for the database: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except psycopg.Error as error:
                return await self._one_by_one(messages, error)
            except LongwatchError as refusal:
                log.warning("Messages are not taken: %s", refusal.sentence)
                return None

    async def _one_by_one(self, messages: Sequence[bytes], error: psycopg.Error) -> None:
        """One of them cannot be stored; the others must not suffer for it, and it is kept as it is."""
        if len(messages) > 1:
            for message in messages:
                await self.take([message])
            return
        log.warning("A message could not be stored and is kept: %s", error)
        source = await self.find()
        kept = Kept(messages[0], PLAIN, self._way, reason="The database could not store what was read from it.")
        async with self._pool.connection() as connection:
            await keep(connection, source, kept, _by(self._sender))

    async def stop(self) -> None:
        """Announce nothing more."""
        await self._announcer.stop()

    async def _store(self, messages: Sequence[bytes]) -> None:
        source = await self.find()
        by = _by(self._sender).through(str(self._way))
        contents = open_each(messages, source, content_type=PLAIN, received_at=clock.now())
        arrivals = [arrive(source, each.signal, each.raw, read_as=each.format) for each in contents.opened]
        created = 0
        async with self._pool.connection() as connection, connection.transaction():
            if arrivals:
                cursor = await connection.execute(RECEIVE, parameters(by, source, arrivals, content_type=PLAIN))
                created = sum(each.created for each in outcomes(arrivals, await cursor.fetchall()))
            for part in contents.to_keep(LINES, self._way):
                await keep(connection, source, part, by)
        if created:
            self._announcer.changed(source.compartment_id, created)


def _sender(source_id: UUID, actor: Actor) -> Sender:
    return Sender(source_id, actor, source_id, None)


def _by(sender: Sender | None) -> Actor:
    if sender is None:
        raise TypeError("The source was not looked up.")
    return sender.actor
