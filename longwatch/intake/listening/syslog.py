# SPDX-License-Identifier: Apache-2.0
"""Syslog over UDP, TCP and TLS: messages as they came, into a queue that slows senders down when it is full."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from longwatch.intake.listening.framing import LARGEST, Frames, Overlong
from longwatch.intake.listening.peers import Peers

READ = 65_536
IDLE_SECONDS = 900.0
LOG_EVERY = 10_000
Take = Callable[[Sequence[bytes]], Awaitable[None]]
log = logging.getLogger(__name__)


class Datagrams(asyncio.DatagramProtocol):
    """One message a datagram. Whoever sends UDP cannot be slowed down: what is too much is lost, and counted."""

    def __init__(self, queue: "asyncio.Queue[bytes]", peers: Peers) -> None:
        self._queue, self._peers = queue, peers
        self.lost = 0

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Take one message."""
        message = data.strip(b"\r\n\x00")
        if not message or not self._peers.may(addr[0]):
            return
        if self._peers.wait(addr[0], 1) > 0 or self._queue.full():
            self.lost += 1
            if self.lost % LOG_EVERY == 1:
                log.warning("Syslog over UDP came faster than it could be taken; lost so far: %d", self.lost)
            return
        self._queue.put_nowait(message)


class Streams:
    """Connections over TCP or TLS."""

    def __init__(self, queue: "asyncio.Queue[bytes]", peers: Peers) -> None:
        self._queue, self._peers = queue, peers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take messages of one connection until it ends, falls silent, or cannot be followed any more."""
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        if not self._peers.enter(peer):
            writer.close()
            return
        try:
            await self._take(reader, peer)
        except Overlong:
            log.warning("A syslog message of %s is larger than %d bytes; the connection is closed", peer, LARGEST)
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
        finally:
            self._peers.leave(peer)
            writer.close()
            with suppress(Exception):
                await writer.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, peer: str) -> None:
        frames = Frames()
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                data = await reader.read(READ)
            messages = frames.feed(data) if data else [left for left in [frames.rest()] if left]
            if messages and (pause := self._peers.wait(peer, len(messages))) > 0:
                await asyncio.sleep(pause)
            for message in messages:
                await self._queue.put(message)
            if not data:
                return


async def gather(queue: "asyncio.Queue[bytes]", take: Take, largest: int) -> None:
    """Hand messages on, as many as have come, until cancelled."""
    while True:
        batch = [await queue.get()]
        while len(batch) < largest and not queue.empty():
            batch.append(queue.get_nowait())
        await _handed(take, batch)
        for _ in batch:
            queue.task_done()


async def _handed(take: Take, batch: list[bytes]) -> None:
    """Hand messages on; what nobody foresaw about one of them costs that one alone, and never the listener."""
    try:
        await take(batch)
    except Exception:
        if len(batch) == 1:
            log.exception("A message could not be taken, and is lost.")
            return
        log.exception("Messages could not be taken together, and are taken one by one.")
        for message in batch:
            await _handed(take, [message])


def server_context(certificate: str, key: str, authority: str) -> ssl.SSLContext:
    """TLS 1.2 or later with our certificate; with an authority, senders need certificates of theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key or None)
    if authority:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
