# SPDX-License-Identifier: Apache-2.0
"""Storing what came through a way in: its signals, or the body as it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import Arrival, SourceFacts, arrive
from longwatch.intake.delivery_models import Way
from longwatch.intake.fast.bulk import CHUNK
from longwatch.intake.fast.keeping import keep
from longwatch.intake.keeping import Kept
from longwatch.intake.opening import Contents, Opened, open_whole
from longwatch.intake.statement import RECEIVE, outcomes, parameters

if TYPE_CHECKING:
    from longwatch.intake.fast.serving import Intake

Connection = psycopg.AsyncConnection[Any]
# What takes longer to read than others may wait.
LARGE = 50_000
UNSTORABLE = "The database could not store what was read from it."


@dataclass(frozen=True, slots=True)
class Came:
    """A body, with how it came."""

    raw: bytes
    content_type: str
    way: Way = Way.WEBHOOK


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a body: how many signals it gave, how many of them new; or why it was kept as it is."""

    accepted: int = 0
    created: int = 0
    reason: str = ""


async def deliver(intake: "Intake", source: SourceFacts, came: Came, *, by: Actor) -> Outcome:
    """Store the signals in a body; one that cannot be read is kept as it is, and the outcome says why."""
    try:
        contents = await _opened(came, source)
    except LongwatchError as refusal:
        return await keep_only(intake, source, came, refusal.sentence, by=by)
    return await deliver_opened(intake, source, came, contents, by=by)


async def _opened(came: Came, source: SourceFacts) -> Contents:
    """What it holds; a large one is read aside, so that nobody else's alert waits for it."""
    now = clock.now()
    if len(came.raw) <= LARGE:
        return open_whole(came.raw, source, content_type=came.content_type, received_at=now)
    return await asyncio.to_thread(open_whole, came.raw, source, content_type=came.content_type, received_at=now)


async def deliver_opened(
    intake: "Intake", source: SourceFacts, came: Came, contents: Contents, *, by: Actor
) -> Outcome:
    """Store signals that were read from a body, all or none; parts that could not be read are kept."""
    by = by.through(by.via)
    intake.limits.take(source, max(len(contents.opened), 1))
    arrivals = [_arrival(source, each) for each in contents.opened]
    try:
        async with intake.pool.connection() as connection, connection.transaction():
            created = await _store(connection, source, arrivals, came.content_type, by)
            await _keep_rest(connection, source, came, contents, by)
    except psycopg.DataError:
        return await keep_only(intake, source, came, UNSTORABLE, by=by)
    intake.announcer.changed(source.compartment_id, created)
    return Outcome(len(arrivals), created, contents.reason)


async def keep_only(intake: "Intake", source: SourceFacts, came: Came, reason: str, *, by: Actor) -> Outcome:
    """Keep a body for somebody to look at; nothing is kept of an empty one."""
    intake.limits.take(source, 1)
    if came.raw:
        async with intake.pool.connection() as connection:
            await keep(connection, source, Kept(came.raw, came.content_type, came.way, reason=reason), by)
    return Outcome(reason=reason)


def _arrival(source: SourceFacts, opened: Opened) -> Arrival:
    return arrive(source, opened.signal, opened.raw, read_as=opened.format)


async def _store(
    connection: Connection, source: SourceFacts, arrivals: Sequence[Arrival], content_type: str, by: Actor
) -> int:
    """Store arrivals, in the order in which all do, so that two requests cannot wait for each other."""
    ordered = sorted(arrivals, key=lambda each: each.key)
    created = 0
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        values = parameters(by, source, part, content_type=content_type)
        cursor = await connection.execute(RECEIVE, values, prepare=True, binary=True)
        created += sum(each.created for each in outcomes(part, await cursor.fetchall()))
    return created


async def _keep_rest(connection: Connection, source: SourceFacts, came: Came, contents: Contents, by: Actor) -> None:
    """Keep a body that was split, since nothing else has all of it; and parts of it that could not be read."""
    for part in contents.to_keep(came.content_type, came.way):
        await keep(connection, source, part, by)
