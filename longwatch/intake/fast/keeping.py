# SPDX-License-Identifier: Apache-2.0
"""Nothing that an authenticated sender sent is lost because it could not be read: its bytes are kept."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.delivery_models import DeliveryState, Way
from longwatch.intake.keeping import KEEP, NDJSON, Kept, keeping, left_over, why
from longwatch.intake.lines import Line
from longwatch.intake.mapping import Whole

Connection = psycopg.AsyncConnection[Any]


async def keep(connection: Connection, source: SourceFacts, kept: Kept, by: Actor) -> None:
    """Keep a body whole; durable when the transaction has committed."""
    await connection.execute(KEEP, keeping(source, kept, by), binary=True)


async def keep_refused(
    pool: "AsyncConnectionPool[Connection]", sender: Actor, source: SourceFacts, body: tuple[bytes, str],
    refusal: LongwatchError,
) -> None:  # fmt: skip
    """Keep what is about to be refused because it cannot be read: bytes and content type."""
    raw, content_type = body
    if raw and source.enabled:
        async with pool.connection() as connection:
            await keep(connection, source, Kept(raw, content_type, Way.API, reason=why(refusal)), sender.through("api"))


async def keep_lines(
    connection: Connection, sender: Actor, source: SourceFacts, lines: Sequence[Line], reason: str
) -> None:
    """Keep the lines of a bulk request that are refused, together and as they came."""
    if lines:
        raw = b"\n".join(line for _, line in lines)
        await keep(connection, source, Kept(raw, NDJSON, Way.API, reason=reason), sender.through("api"))


async def keep_split_lines(
    connection: Connection, sender: Actor, source: SourceFacts, lines: Sequence[tuple[bytes, Whole]]
) -> None:
    """Keep the lines of a bulk request that hold several signals, together, and their parts that gave none."""
    if lines:
        raw, signals = b"\n".join(line for line, _ in lines), sum(len(whole.pieces) for _, whole in lines)
        kept = Kept(raw, NDJSON, Way.API, DeliveryState.STORED, signals=signals)
        await keep(connection, source, kept, sender.through("api"))
    left = [(fault.raw, fault.error) for _, whole in lines for fault in whole.faults]
    for part in left_over(left, NDJSON, Way.API):
        await keep(connection, source, part, sender.through("api"))


async def keep_whole(
    connection: Connection, sender: Actor, source: SourceFacts, whole: Whole, body: tuple[bytes, str]
) -> None:
    """Keep a body that no signal has all bytes of, and each part of it that gave no signal."""
    raw, content_type = body
    kept = Kept(raw, content_type, Way.API, DeliveryState.STORED, signals=len(whole.pieces))
    left = [(fault.raw, fault.error) for fault in whole.faults]
    for part in [kept, *left_over(left, content_type, Way.API)]:
        await keep(connection, source, part, sender.through("api"))
