# SPDX-License-Identifier: Apache-2.0
"""Bodies that are too large are refused before anything is written to disk."""

import asyncio
from typing import Any

import pytest

from longwatch.config.limits import ROOM, BodyLimit, Message


async def swallow(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads everything and says yes."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"yes"})


def answer(path: str, chunks: list[int], announced: int | None = None) -> int:
    """The status of a request with chunks of these sizes."""
    messages = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", str(announced).encode())] if announced is not None else []
    limit = BodyLimit(swallow, ordinary=0, files=5_000_000, public=1_000_000)
    asyncio.run(limit({"type": "http", "path": path, "headers": headers}, receive, send))
    return int(sent[0]["status"])


class TestBodyLimit:
    """BodyLimit"""

    def test_takes_what_fits(self) -> None:
        assert answer("/incidents", [ROOM]) == 200

    def test_refuses_an_announced_excess_without_reading(self) -> None:
        assert answer("/incidents", [], announced=ROOM + 1) == 413

    def test_refuses_an_unannounced_excess_while_reading(self) -> None:
        assert answer("/incidents", [ROOM, 1]) == 413

    @pytest.mark.parametrize("path", ["/files/of/incident/1", "/api/v1/records/case/1/exhibits"])
    def test_gives_files_their_room(self, path: str) -> None:
        assert answer(path, [ROOM, 4_000_000]) == 200

    @pytest.mark.parametrize(("size", "status"), [(900_000, 200), (1_000_001, 413)])
    def test_holds_the_public_form_to_its_own_limit(self, size: int, status: int) -> None:
        assert answer("/report", [ROOM, size]) == status
