# SPDX-License-Identifier: Apache-2.0
"""How many bytes a request may send, held before Django spools the body to disk."""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from longwatch.core.problem import CONTENT_TYPE, problem_document

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SENTENCE = "The request is larger than allowed here. Nothing was stored; send it in smaller parts."
# Everything in a form beside its files.
ROOM = 2_000_000
# The public form takes files from anybody; its own limit says so in the reporter's language.
PUBLIC = re.compile(r"/report(/.*)?")
FILES = re.compile(r"/files/of/.*|/api/v1/records/[^/]+/[^/]+/exhibits")


class TooMuch(Exception):  # ends the reading, is never shown
    """More bytes arrived than the address takes."""


class BodyLimit:
    """Answers 413 to a body that says, or turns out, to be larger than its address takes."""

    def __init__(self, application: Application, *, ordinary: int, files: int, public: int) -> None:
        self.application = application
        self.ordinary, self.files, self.public = ordinary, files, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it keeps to its limit."""
        most = self.limit(scope["path"])
        if _announced(scope) > most:
            await _refuse(send)
            return
        answered = False

        async def counted_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.application(scope, _counted(receive, most), counted_send)
        except TooMuch:
            if not answered:
                await _refuse(send)

    def limit(self, path: str) -> int:
        """The most bytes that an address takes."""
        if PUBLIC.fullmatch(path):
            return self.public + ROOM
        return (self.files if FILES.fullmatch(path) else self.ordinary) + ROOM


def _counted(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooMuch
        return message

    return counted


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


async def _refuse(send: Send) -> None:
    body = json.dumps(problem_document(413, SENTENCE, code="too_large")).encode()
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
