# SPDX-License-Identifier: Apache-2.0
"""POST /api/v1/signals and /api/v1/signals/bulk, and other vendors' ways in (intake/ways): a bare ASGI application with
its own connections."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from longwatch.core.environment import current
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import INTAKE, address
from longwatch.intake.arrival import SourceFacts, arrive, understood
from longwatch.intake.fast import answers
from longwatch.intake.fast.announcing import Announcer
from longwatch.intake.fast.answers import Answer, Receive, Scope, Send, Unavailable
from longwatch.intake.fast.batching import NOT_NOW, Writers, store
from longwatch.intake.fast.body import (
    LARGEST_BULK,
    LARGEST_SIGNAL,
    Gone,
    TooSlow,
    body,
    content_type,
    header,
    idempotency_key,
    named_source,
)  # fmt: skip
from longwatch.intake.fast.bulk import Tally, store_all, understand
from longwatch.intake.fast.idempotency import once
from longwatch.intake.fast.keeping import keep_lines, keep_refused, keep_split_lines, keep_whole
from longwatch.intake.fast.limits import Limits
from longwatch.intake.fast.tokens import Sender, Tokens
from longwatch.intake.lines import Line, lines_of
from longwatch.intake.mapping import Whole
from longwatch.intake.ways.entrances import entrance
from longwatch.intake.ways.hooks import Doors
from longwatch.intake.ways.strangers import Strangers

BULK_PATH = "/api/v1/signals/bulk"
MOST_CONNECTIONS = 8
# Bulk requests hold a connection and much memory; more of them wait.
BULKS_AT_ONCE = 3
# A sender slower than this gives its place to those who wait.
BODY_SECONDS = 60.0
CONNECT_SECONDS = 10
# A body larger than this may hold so many records that others would wait: it is understood beside them.
LARGE = 50_000
# Each connection costs the database ten megabytes; one that nobody needed for so long is closed, one after the other.
IDLE_SECONDS = 3
IN_PART = (
    "The database stopped answering after {} of {} lines were stored. Send all again: those count as repeats then."
)
Connection = psycopg.AsyncConnection[Any]
log = logging.getLogger(__name__)


@dataclass
class Intake:
    """What lives as long as the process: connections, memory of tokens, limits, writers."""

    pool: "AsyncConnectionPool[Connection]"
    tokens: Tokens
    limits: Limits
    writers: Writers
    announcer: Announcer
    bulks: asyncio.Semaphore
    doors: Doors
    strangers: Strangers

    async def stop(self) -> None:
        """Finish what is waiting and let go of the connections."""
        await self.writers.stop()
        await self.announcer.stop()
        await self.pool.close()


_intake: Intake | None = None


async def startup() -> Intake:
    """Open the intake, once; the first request does it when the server did not."""
    global _intake
    if _intake is None:
        pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            address(current()).conninfo(INTAKE, application_name=INTAKE),
            kwargs={"autocommit": True, "prepare_threshold": 2},
            min_size=1, max_size=MOST_CONNECTIONS, max_idle=IDLE_SECONDS, timeout=CONNECT_SECONDS, open=False,
            name="intake",
        )  # fmt: skip
        bulks = asyncio.Semaphore(BULKS_AT_ONCE)
        _intake = Intake(pool, Tokens(pool), Limits(), Writers(pool), Announcer(pool), bulks, Doors(pool), Strangers())
        await pool.open()
    return _intake


async def shutdown() -> None:
    """Close the intake, if it was open."""
    global _intake
    intake, _intake = _intake, None
    if intake is not None:
        await intake.stop()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for signals, or the server's start and stop messages."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    try:
        answer = await _answer(scope, receive)
    except Gone:
        return
    await answer.send(send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await startup()
        else:
            await shutdown()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(scope: Scope, receive: Receive) -> Answer:
    try:
        intake = _intake or await startup()
        if (enter := entrance(scope["path"])) is not None:
            return await enter(intake, scope, receive)
        sender = await intake.tokens.sender(header(scope, b"authorization"))
        act = _many if scope["path"] == BULK_PATH else _one
        return await act(intake, sender, scope, receive)
    except Gone:
        raise
    except (psycopg.OperationalError, PoolTimeout) as error:
        return answers.refused(Unavailable(NOT_NOW) if not isinstance(error, Unavailable) else error)
    except Exception as error:  # noqa: BLE001 - every failure has an answer
        return answers.refused(error)


async def _one(intake: Intake, sender: Sender, scope: Scope, receive: Receive) -> Answer:
    key = idempotency_key(scope)
    raw = await body(scope, receive, LARGEST_SIGNAL)
    slug = named_source(scope)
    bound = await intake.tokens.source(sender, slug) if slug or sender.source_id else None
    kind = content_type(scope)
    whole = await _read_or_keep(intake, sender, bound, raw, kind)
    source = bound or await intake.tokens.source(sender, whole.pieces[0].signal.source or "")
    intake.limits.take(source, len(whole.pieces))
    act = _alone if len(whole.pieces) == 1 and not whole.faults else _several
    return await act(intake, sender, source, whole, _Body(raw, kind, key))


async def _alone(intake: Intake, sender: Sender, source: SourceFacts, whole: Whole, sent: "_Body") -> Answer:
    """Store the one signal of a body; nobody waits for company unless it is to be done once for a key."""
    [piece] = whole.pieces
    arrival = arrive(source, piece.signal, piece.raw, read_as=piece.format)
    if not sent.key and whole.is_all_of(sent.raw):
        result = await intake.writers.receive(sender.actor, source, arrival, sent.content_type)
        intake.announcer.changed(source.compartment_id, int(result.created))
        return answers.received(result)
    new = 0

    async def act(connection: Connection) -> Answer:
        nonlocal new
        [result] = await store(connection, sender.actor, source, [arrival], sent.content_type)
        if not whole.is_all_of(sent.raw):
            await keep_whole(connection, sender.actor, source, whole, (sent.raw, sent.content_type))
        new = int(result.created)
        return answers.received(result)

    answer = await _together(intake, sender, sent, act)
    intake.announcer.changed(source.compartment_id, new)
    return answer


async def _several(intake: Intake, sender: Sender, source: SourceFacts, whole: Whole, sent: "_Body") -> Answer:
    """Store each signal of one body, which is kept whole; parts that gave none are listed and kept."""
    tally = Tally(unit="element")
    for fault in whole.faults:
        tally.reject_part(fault.place, fault.error)
    raws = {piece.place: piece.raw for piece in whole.pieces}
    arrivals = [
        (piece.place, source, arrive(source, piece.signal, piece.raw, read_as=piece.format)) for piece in whole.pieces
    ]

    async def act(connection: Connection) -> Answer:
        await store_all(connection, sender.actor, arrivals, tally)
        await keep_whole(connection, sender.actor, source, whole, (sent.raw, sent.content_type))
        refused = [(place, raws[place]) for place in sorted(tally.refused)]
        await keep_lines(connection, sender.actor, source, refused, tally.why)
        return tally.answer()

    answer = await _together(intake, sender, sent, act)
    intake.announcer.changed(source.compartment_id, tally.created)
    return answer


@dataclass(frozen=True, slots=True)
class _Body:
    """What was sent in one request, and the key under which it is done once."""

    raw: bytes
    content_type: str
    key: str


async def _together(
    intake: Intake, sender: Sender, sent: _Body, act: Callable[[Connection], Awaitable[Answer]]
) -> Answer:
    """Do it in one transaction, and once for a key."""
    async with intake.pool.connection() as connection:
        if sent.key:
            return await once(connection, sender.token_id, sent.key, sent.raw, act)
        async with connection.transaction():
            return await act(connection)


async def _read_or_keep(intake: Intake, sender: Sender, source: SourceFacts | None, raw: bytes, kind: str) -> Whole:
    """What is in the bytes; what cannot be read is refused, and kept when it is known where it belongs."""
    try:
        if len(raw) > LARGE:
            return await asyncio.to_thread(understood, source, raw, kind)
        return understood(source, raw, kind)
    except LongwatchError as refusal:
        if source is not None:
            intake.limits.take(source, 1)
            await keep_refused(intake.pool, sender.actor, source, (raw, kind), refusal)
        raise


async def _many(intake: Intake, sender: Sender, scope: Scope, receive: Receive) -> Answer:
    key = idempotency_key(scope)
    async with intake.bulks:
        content = await _in_time(body(scope, receive, LARGEST_BULK))
        lines = lines_of(content)
        sources = _Sources(intake, sender, named_source(scope))
        if sources.fixed:
            intake.limits.take(await sources(""), len(lines))

        arrivals, tally = await understand(lines, sources)
        if sources.fixed and len(arrivals) > len(lines):
            intake.limits.take(await sources(""), len(arrivals) - len(lines))

        async def together(connection: Connection) -> Answer:
            await store_all(connection, sender.actor, arrivals, tally)
            await _keep_lines(connection, sender, sources, lines, tally)
            return tally.answer()

        try:
            async with intake.pool.connection() as connection:
                if key:
                    answer = await once(connection, sender.token_id, key, content, together)
                else:
                    answer = await together(connection)
        except psycopg.OperationalError as error:
            if key or not tally.accepted:
                raise
            log.warning("A bulk request was stored in part: %s", error)
            answer = answers.refused(Unavailable(IN_PART.format(tally.accepted, len(arrivals))))
    for compartment in {source.compartment_id for source in sources.used.values()}:
        intake.announcer.changed(compartment, tally.created_in[compartment])
    return answer


async def _keep_lines(
    connection: Connection, sender: Sender, sources: "_Sources", lines: Sequence[Line], tally: Tally
) -> None:
    """Keep the lines that no signal has all bytes of, and what is refused, when it is known where it belongs."""
    for source in {each.id: each for each, _, _ in tally.split}.values():
        split = [(raw, whole) for each, raw, whole in tally.split if each.id == source.id]
        await keep_split_lines(connection, sender.actor, source, split)
    if sources.fixed:
        refused = [line for line in lines if line[0] in tally.refused]
        await keep_lines(connection, sender.actor, await sources(""), refused, tally.why)


async def _in_time(content: Awaitable[bytes]) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await content
    except TimeoutError:
        raise TooSlow(f"The body did not arrive within {BODY_SECONDS:.0f} seconds. Send fewer lines at once.") from None


class _Sources:
    """The sources of one bulk request: one for all lines, or each line names its own."""

    def __init__(self, intake: Intake, sender: Sender, slug: str) -> None:
        self._intake, self._sender, self._slug = intake, sender, slug
        self.fixed = bool(slug or sender.source_id)
        self.used: dict[str, SourceFacts] = {}

    async def __call__(self, slug: str) -> SourceFacts:
        wanted = "" if self.fixed else slug
        source = self.used.get(wanted)
        if source is None:
            source = self.used[wanted] = await self._intake.tokens.source(self._sender, self._slug or slug)
        if not self.fixed:
            self._intake.limits.take(source, 1)
        return source
