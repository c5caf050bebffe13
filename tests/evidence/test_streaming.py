# SPDX-License-Identifier: Apache-2.0
"""What the streaming door takes, and what it leaves to the pages; the rest: tests/search/test_upload_views.py."""

import asyncio

import pytest

from longwatch.evidence.streaming import Message, Receive, Scope, Send, StreamedUploads

UPLOAD = "/files/uploads/00000000-0000-4000-8000-000000000001"


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body that came through."""
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-size", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": b""})


def answer(method: str, path: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"12345", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"content-length", b"5")]}
    asyncio.run(StreamedUploads(pages)(scope, receive, send))
    return sent


class TestStreamedUploads:
    @pytest.mark.parametrize(("method", "path"), [("POST", UPLOAD), ("PATCH", "/files/1"), ("GET", "/board")])
    def test_leaves_everything_else_to_the_pages(self, method: str, path: str) -> None:
        assert answer(method, path)[0]["headers"] == [(b"x-size", b"5")]

    @pytest.mark.parametrize("path", [UPLOAD, UPLOAD.replace("/files", "/api/v1")])
    def test_asks_without_the_body_and_passes_a_refusal_on(self, path: str) -> None:
        start = answer("PATCH", path)[0]
        assert (start["status"], start["headers"]) == (404, [(b"x-size", b"0")])
