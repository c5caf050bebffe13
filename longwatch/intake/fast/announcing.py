# SPDX-License-Identifier: Apache-2.0
"""Tells live pages that signals came, a few times a second at most: a notification in each transaction would
make all commits wait for one lock."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from longwatch.web.live import CHANNEL, payload

PAUSE_SECONDS = 0.25
TOPIC = "inbox"
log = logging.getLogger(__name__)


class Announcer:
    """Collects what comes into compartments and announces each, with its number, at most four times a second."""

    def __init__(self, pool: "AsyncConnectionPool[Any]") -> None:
        self._pool = pool
        self._changed: Counter[UUID] = Counter()
        self._task: asyncio.Task[None] | None = None

    def changed(self, compartment_id: UUID, new: int) -> None:
        """Signals have come into this compartment, so many of them new, and are committed."""
        self._changed[compartment_id] += new
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
            changed, self._changed = self._changed, Counter()
            payloads = [payload(TOPIC, compartment, new) for compartment, new in changed.items()]
            try:
                async with self._pool.connection() as connection:
                    await connection.execute("select pg_notify(%s, p) from unnest(%s::text[]) p", [CHANNEL, payloads])
            except (psycopg.Error, PoolTimeout):
                # The signals are safe; pages that miss this see them at their next change or reload.
                log.warning("Live pages were not told of new signals", exc_info=True)
            await asyncio.sleep(PAUSE_SECONDS)
