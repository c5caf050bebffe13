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
from longwatch.intake.keeping import KEEP, Kept, keeping
from longwatch.intake.lines import Line
from longwatch.intake.mapping import Whole

NDJSON = "application/x-ndjson"
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
            await keep(
                connection, source, Kept(raw, content_type, Way.API, reason=_why(refusal)), sender.through("api")
            )


async def keep_lines(
    connection: Connection, sender: Actor, source: SourceFacts, lines: Sequence[Line], why: str
) -> None:
    """Keep the lines of a bulk request that are refused, together and as they came."""
    if lines:
        raw = b"\n".join(line for _, line in lines)
        await keep(connection, source, Kept(raw, NDJSON, Way.API, reason=why), sender.through("api"))


async def keep_whole(connection: Connection, sender: Actor, source: SourceFacts, whole: Whole, raw: bytes) -> None:
    """Keep a body that was split, since nothing else has all of it."""
    kept = Kept(raw, "", Way.API, DeliveryState.STORED, signals=len(whole.pieces))
    await keep(connection, source, kept, sender.through("api"))


def _why(refusal: LongwatchError) -> str:
    fields = getattr(refusal, "fields", None) or {}
    named = next((f"{name}: {sentence}" for name, sentence in fields.items() if name != "body"), "")
    return named or refusal.sentence
