# SPDX-License-Identifier: Apache-2.0
"""A checkpoint to anchor, and small HTTP servers that stand on 127.0.0.1."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from longwatch.core import clock
from longwatch.ledger.anchors.plugin import Task
from longwatch.ledger.checkpoint import Tree, body, stored
from longwatch.ledger.note import Signer, sign

SIGNER = Signer("example.org/ledger/1", b"\x07" * 32)
Answer = Callable[[str, bytes], tuple[int, bytes]]


def task_of(size: int, last_size: int = 0) -> Task:
    """A signed checkpoint of a tree of this size."""
    note = sign(body(Tree(SIGNER.verifier.name, size, bytes(32))), SIGNER)
    return Task(stored(size, note, clock.now()), (SIGNER.verifier.vkey,), last_size, lambda _old, _new: [b"\x01" * 32])


@pytest.fixture
def task() -> Task:
    return task_of(12)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that answers each POST with what `answer` makes of its path and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = answer(self.path, sent)
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", said.decode())
                said = b""
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
