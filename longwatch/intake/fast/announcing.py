# SPDX-License-Identifier: Apache-2.0
"""Tells live pages that signals came, a few times a second at most: a notification in each transaction would
make all commits wait for one lock."""

import asyncio
import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from longwatch.web.live import CHANNEL

PAUSE_SECONDS = 0.25
TOPIC = "inbox"
log = logging.getLogger(__name__)


class Announcer:
    """Collects compartments with new signals and announces each at most four times a second."""

    def __init__(self, pool: "AsyncConnectionPool[Any]") -> None:
        self._pool = pool
        self._changed: set[UUID] = set()
        self._task: asyncio.Task[None] | None = None

    def changed(self, compartment_id: UUID) -> None:
        """Signals have come into this compartment, and are committed."""
        self._changed.add(compartment_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._announce(), name="announce signals")

    async def stop(self) -> None:
        """Announce nothing more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _announce(self) -> None:
        while self._changed:
            changed, self._changed = self._changed, set()
            payloads = [f"{TOPIC}|{compartment}" for compartment in changed]
            try:
                async with self._pool.connection() as connection:
                    await connection.execute("select pg_notify(%s, p) from unnest(%s::text[]) p", [CHANNEL, payloads])
            except (psycopg.Error, PoolTimeout):
                # The signals are safe; pages that miss this see them at their next change or reload.
                log.warning("Live pages were not told of new signals", exc_info=True)
            await asyncio.sleep(PAUSE_SECONDS)
