# SPDX-License-Identifier: Apache-2.0
"""PATCH of a resumable upload, piece by piece as it arrives: Django would first store the whole body, unsealed.

Django is asked first, without the body: it finds out who asks and whether they may (tus_answer of the view puts a
permit into the slot). Only then the body is read.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

from longwatch.core.errors import LongwatchError
from longwatch.core.problem import CONTENT_TYPE, refusal_document
from longwatch.evidence.services.uploading import Permit, Writer

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Result = TypeVar("Result")

log = logging.getLogger(__name__)
SLOT = "longwatch.upload"
ADDRESS = re.compile(r"/(?:files|api/v1)/uploads/[0-9a-f-]{36}")
PIECE_BYTES = 1024 * 1024
# A sender who is silent for longer has to ask again.
SILENCE_SECONDS = 45.0
FAILED = "Something went wrong here; it was logged. What arrived before is kept."
LEFT_OUT = frozenset({b"content-length", b"transfer-encoding"})


@dataclass(slots=True)
class Slot:
    """What the view grants, on its way out of Django."""

    permit: Permit | None = None


@dataclass(slots=True)
class _Caught:
    """Django's answer, held back."""

    messages: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        start = next(m for m in self.messages if m["type"] == "http.response.start")
        return [(bytes(name).lower(), bytes(value)) for name, value in start["headers"]]


class StreamedUploads:
    """Stands before the pages and takes the bodies of uploads from them."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a piece of an upload here; pass on everything else."""
        if scope["type"] != "http" or scope["method"] != "PATCH" or not ADDRESS.fullmatch(scope["path"]):
            await self.application(scope, receive, send)
            return
        slot, caught = Slot(), _Caught()
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in LEFT_OUT]
        await self.application({**scope, "headers": headers, SLOT: slot}, _no_body(), caught.send)
        if slot.permit is None:
            for message in caught.messages:
                await send(message)
            return
        await _answer(slot.permit, caught.headers, receive, send)


def _no_body() -> Receive:
    """A body of nothing, whose sender then stays silent."""
    said = False

    async def receive() -> Message:
        nonlocal said
        if said:
            await asyncio.Event().wait()
        said = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


async def _answer(permit: Permit, headers: list[tuple[bytes, bytes]], receive: Receive, send: Send) -> None:
    try:
        row = await _received(permit, receive)
        status, body = 204, b""
        kept = [(b"upload-offset", str(row.received).encode())]
        if row.exhibit_id:
            kept.append((b"longwatch-exhibit", str(row.exhibit_id).encode()))
    except _Gone:
        return
    except Exception as error:
        refusal = error if isinstance(error, LongwatchError) else LongwatchError(FAILED)
        if refusal is not error:
            log.exception("An upload failed")
        # What else was coming is not read: the connection ends here.
        status, body = (refusal.status if refusal is error else 500), json.dumps(refusal_document(refusal)).encode()
        kept = [(b"connection", b"close"), (b"content-type", CONTENT_TYPE.encode())]
    names = {name for name, _value in kept} | {b"content-length", b"content-type"}
    length = [(b"content-length", str(len(body)).encode())] if status != 204 else []
    others = [(name, value) for name, value in headers if name not in names]
    await send({"type": "http.response.start", "status": status, "headers": [*others, *kept, *length]})
    await send({"type": "http.response.body", "body": body})


class _Gone(Exception):  # nobody is there to be told
    """The sender went away in the middle."""


async def _received(permit: Permit, receive: Receive) -> Any:
    writer = await _in_thread(partial(Writer, permit))
    try:
        await _copy(receive, writer)
        row = await _in_thread(writer.end)
    except BaseException as error:
        await asyncio.shield(_in_thread(partial(writer.__exit__, type(error), error, None)))
        raise
    await _in_thread(partial(writer.__exit__, None, None, None))
    return row


async def _copy(receive: Receive, writer: Writer) -> None:
    buffer, more = bytearray(), True
    while more:
        try:
            message = await asyncio.wait_for(receive(), SILENCE_SECONDS)
        except TimeoutError:
            message = {"type": "http.disconnect"}
        if message["type"] == "http.disconnect":
            if buffer:
                await _in_thread(partial(writer.write, bytes(buffer)))
            raise _Gone
        buffer += message.get("body", b"")
        more = message.get("more_body", False)
        if len(buffer) >= PIECE_BYTES or not more:
            await _in_thread(partial(writer.write, bytes(buffer)))
            buffer.clear()


async def _in_thread(act: Callable[[], Result]) -> Result:
    return await sync_to_async(partial(_and_close, act), thread_sensitive=False)()


def _and_close(act: Callable[[], Result]) -> Result:
    """Do it, and give the connection of this thread back: it may not come here again."""
    try:
        return act()
    finally:
        connections.close_all()
