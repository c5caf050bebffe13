# SPDX-License-Identifier: Apache-2.0
"""A light client: one thread, epoll, raw sockets, requests made beforehand. Closed loop, no think time."""

import gc
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
PATIENCE_SECONDS = 60.0


@dataclass
class Outcome:
    """What became of the requests."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the good answers came."""
        return percentile(self.times, share) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; not a number when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else float("nan")


class _Line:
    """One keep-alive connection with at most one request under way."""

    __slots__ = ("began", "received", "socket", "unsent")

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.received = b""
        self.unsent = memoryview(b"")
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.unsent, self.received, self.began = memoryview(request), b"", time.perf_counter()
        self.push()

    def push(self) -> None:
        """Send what the socket takes now."""
        try:
            while self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
        except BlockingIOError:
            return

    def answer(self) -> bytes | None:
        """The whole answer, or None while a part is missing."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head, found, body = self.received.partition(HEAD_END)
        if not found:
            return None
        length = head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]
        return self.received if len(body) >= int(length or 0) else None


def drive(host: str, port: int, requests: Sequence[bytes], connections: int) -> Outcome:
    """Send all requests over so many connections and time every answer."""
    outcome, waiting = Outcome(), iter(requests)
    lines = {line.socket.fileno(): line for line in (_Line(host, port) for _ in range(connections))}
    poll = select.epoll()
    gc.disable()
    try:
        began = time.perf_counter()
        busy = {number for number, line in lines.items() if _next(line, waiting, poll, new=True)}
        while busy:
            ready = poll.poll(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"no answer for {PATIENCE_SECONDS:g} s")
            for number, event in ready:
                if _went_on(lines[number], event, waiting, poll, outcome):
                    busy.discard(number)
        outcome.seconds = time.perf_counter() - began
    finally:
        gc.enable()
        poll.close()
        for line in lines.values():
            line.socket.close()
    return outcome


def _next(line: _Line, waiting: Iterator[bytes], poll: select.epoll, *, new: bool = False) -> bool:
    """Send the next request; tell whether there was one."""
    request = next(waiting, None)
    if request is None:
        return False
    line.send(request)
    wanted = select.EPOLLIN | (select.EPOLLOUT if line.unsent else 0)
    if new:
        poll.register(line.socket, wanted)
    elif line.unsent:
        poll.modify(line.socket, wanted)
    return True


def _went_on(line: _Line, event: int, waiting: Iterator[bytes], poll: select.epoll, outcome: Outcome) -> bool:
    """Go on with one connection; tell whether it has nothing more to do."""
    if line.unsent:
        line.push()
        if not line.unsent:
            poll.modify(line.socket, select.EPOLLIN)
    if not event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
        return False
    answer = line.answer()
    if answer is None:
        return False
    if answer.startswith(b"HTTP/1.1 2"):
        outcome.times.append(time.perf_counter() - line.began)
    else:
        outcome.bad.append(answer[:300].decode(errors="replace"))
    return not _next(line, waiting, poll)


def post(host: str, path: str, token: str, body: bytes, content_type: str) -> bytes:
    """A whole POST request with a bearer token."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
