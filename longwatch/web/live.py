# SPDX-License-Identifier: Apache-2.0
"""Live pages: a change is announced inside its transaction, and whoever may know is told that something changed.

Only the fact travels, never content: the page fetches again through its own view, under row security. The fact
itself goes only to people inside the compartment, so that nobody can watch a restricted record move.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from longwatch.access.context import acting_as
from longwatch.access.permission import actor_in
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.environment import current
from longwatch.core.errors import NotFound
from longwatch.core.postgres.address import APP, address
from longwatch.web.views import render_refusal

CHANNEL = "longwatch_live"
# A process that is about to stop: open streams would hold it up. Browsers come back by themselves.
STOP = "stop"
PING_SECONDS = 15
# How long somebody taken out of a compartment may still learn that something in it moved.
RECHECK_SECONDS = 30
LONGEST_QUEUE = 100
# Topics and compartments whose last change is kept in mind; a page older than what was forgotten fetches once more.
MOST_REMEMBERED = 10_000
RECONNECT_SECONDS = 1.0


class Change(NamedTuple):
    """That something changed in a compartment, and how many new things came into it with that."""

    compartment: str
    new: int = 0


# Stands in a queue for no change at all: it only lets the stream go on and see that it should end.
WAKE = Change("")


def announce(topic: str, compartment_id: UUID, new: int = 0) -> None:
    """Tell live pages of a topic, when this transaction commits, that something changed or is new in a compartment."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, payload(topic, compartment_id, new)])


def payload(topic: str, compartment_id: UUID, new: int = 0) -> str:
    """What a notification says: topic, compartment and how many new things there are."""
    return f"{topic}|{compartment_id}|{new}"


def _understood(payload: str) -> tuple[str, Change]:
    topic, _, rest = payload.partition("|")
    compartment, _, new = rest.partition("|")
    return topic, Change(compartment, int(new[:9]) if new.isdecimal() else 0)


@dataclass(eq=False)
class Listener:
    """One open page: its topic and the compartments its reader is inside."""

    topic: str
    compartments: frozenset[str]
    queue: "asyncio.Queue[Change]" = field(default_factory=lambda: asyncio.Queue(LONGEST_QUEUE))
    dropped: bool = False

    def offer(self, topic: str, change: Change) -> None:
        """Pass a change on, if it concerns this page; a page that does not keep up is dropped and comes back."""
        if topic != self.topic or change.compartment not in self.compartments:
            return
        try:
            self.queue.put_nowait(change)
        except asyncio.QueueFull:
            self.dropped = True

    def drop(self) -> None:
        """End the page's stream when it has told what waits; its browser comes back."""
        self.dropped = True
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(WAKE)


class Hub:
    """One LISTEN connection a process, shared by all open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()
        # When each topic last changed in each compartment, and since when all of that is known.
        self._changed: dict[tuple[str, str], float] = {}
        self._known_since = math.inf

    async def join(self, listener: Listener) -> None:
        """Start telling a page, and return when it misses nothing any more; the first one starts the connection."""
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen(), name="live pages")
        await self._hears.wait()

    def leave(self, listener: Listener) -> None:
        """Stop telling a page."""
        self._listeners.discard(listener)

    def missed(self, listener: Listener, rendered: float) -> bool:
        """Whether anything may have changed for a page since its rendering began; true where nobody listened then."""
        changed = (self._changed.get((listener.topic, each), -math.inf) for each in listener.compartments)
        return not rendered >= self._known_since or any(at >= rendered for at in changed)

    async def close(self) -> None:
        """End the connection and all open pages, so that the process can stop."""
        for listener in self._listeners:
            listener.drop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await self._pass_on()
            except psycopg.OperationalError:
                # Whatever was missed while the database was away is fetched by the reconnecting pages.
                self._hears.clear()
                for listener in self._listeners:
                    listener.drop()
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _pass_on(self) -> None:
        conninfo = address(current()).conninfo(APP)
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as database:
            await database.execute(f"listen {CHANNEL}")
            self._known_since = clock.now().timestamp()
            self._hears.set()
            async for note in database.notifies():
                self._tell(note.payload)

    def _tell(self, payload: str) -> None:
        topic, change = _understood(payload)
        self._remember(topic, change.compartment)
        for listener in self._listeners:
            if topic == STOP:
                listener.drop()
            else:
                listener.offer(topic, change)

    def _remember(self, topic: str, compartment: str) -> None:
        now = clock.now().timestamp()
        if len(self._changed) >= MOST_REMEMBERED:
            self._changed.clear()
            self._known_since = now
        self._changed[topic, compartment] = now


hub = Hub()


async def live(request: HttpRequest, topic: str) -> HttpResponseBase:
    """A stream of server-sent events that says when something on the page's topic changed.

    `since` is when the page's rendering began, as the page was told.
    """
    actor = actor_in(request)
    if actor is None:
        # In a thread: a page is rendered while the streams of everybody go on.
        return await sync_to_async(render_refusal)(request, NotFound())
    listener = Listener(topic, await _compartments(actor))
    response = StreamingHttpResponse(
        _events(listener, actor, _moment(request.GET.get("since", ""))), content_type="text/event-stream"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -math.inf


async def _events(listener: Listener, actor: Actor, rendered: float) -> AsyncIterator[bytes]:
    checked = asyncio.get_running_loop().time()
    try:
        await hub.join(listener)
        # From here on nothing is missed; what happened between the page's rendering and now, it fetches again.
        yield b"event: ready\ndata: " + json.dumps({"missed": hub.missed(listener, rendered)}).encode() + b"\n\n"
        while not (listener.dropped and listener.queue.empty()):
            yield await _next(listener)
            if asyncio.get_running_loop().time() - checked > RECHECK_SECONDS:
                listener.compartments = await _compartments(actor)
                checked = asyncio.get_running_loop().time()
    finally:
        hub.leave(listener)


async def _next(listener: Listener) -> bytes:
    """The next change, with all that are already waiting counted in, and how many things are new; else a comment."""
    try:
        changes = [await asyncio.wait_for(listener.queue.get(), PING_SECONDS)]
    except TimeoutError:
        return b": still here\n\n"
    while not listener.queue.empty():
        changes.append(listener.queue.get_nowait())
    told = [change for change in changes if change is not WAKE]
    if not told:
        return b": ends\n\n"
    return b"data: " + json.dumps({"count": len(told), "new": sum(change.new for change in told)}).encode() + b"\n\n"


@sync_to_async
def _compartments(actor: Actor) -> frozenset[str]:
    try:
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute("select unnest(visible_compartments())::text")
            return frozenset(row[0] for row in cursor.fetchall())
    finally:
        connection.close()
