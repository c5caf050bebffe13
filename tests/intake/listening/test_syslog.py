# SPDX-License-Identifier: Apache-2.0
"""Syslog over real sockets on this machine."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from longwatch.intake.listening import syslog
from longwatch.intake.listening.framing import LARGEST
from longwatch.intake.listening.peers import Peers, networks
from longwatch.intake.listening.syslog import Datagrams, Streams, gather

HERE = "127.0.0.1"


async def sent_over_tcp(*pieces: bytes, peers: Peers | None = None, queue_size: int = 100) -> list[bytes]:
    """What a listener took of one connection."""
    queue: asyncio.Queue[bytes] = asyncio.Queue(queue_size)
    server = await asyncio.start_server(Streams(queue, peers or Peers()).serve, HERE, 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
        await reader.read()
        writer.close()
    return [queue.get_nowait() for _ in range(queue.qsize())]


class TestStreams:
    def test_take_lines_counted_messages_and_the_last_without_an_end(self) -> None:
        assert asyncio.run(sent_over_tcp(b"<13>one\n7 <13>t", b"wo<13>three")) == [b"<13>one", b"<13>two", b"<13>three"]

    def test_take_nothing_from_elsewhere(self) -> None:
        async def attempt() -> list[bytes]:
            try:
                return await sent_over_tcp(b"<13>one\n", peers=Peers(networks(["192.0.2.0/24"], "X")))
            except ConnectionError:  # It is closed at once, which may be noticed while sending.
                return []

        assert asyncio.run(attempt()) == []

    def test_close_on_a_message_beyond_measure_and_keep_what_came_before(self) -> None:
        async def attempt() -> list[bytes]:
            try:
                return await sent_over_tcp(b"<13>one\n", b"x" * (LARGEST + 10))
            except ConnectionError:
                return [b"<13>one"]

        assert asyncio.run(attempt()) == [b"<13>one"]

    def test_close_when_nothing_comes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(syslog, "IDLE_SECONDS", 0.01)

        async def silent() -> bytes:
            server = await asyncio.start_server(Streams(asyncio.Queue(), Peers()).serve, HERE, 0)
            async with server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
                left = await reader.read()
                writer.close()
                return left

        assert asyncio.run(silent()) == b""


class TestDatagrams:
    def test_take_one_message_each_and_lose_what_is_too_much(self) -> None:
        async def attempt() -> tuple[list[bytes], int]:
            queue: asyncio.Queue[bytes] = asyncio.Queue(2)
            protocol = Datagrams(queue, Peers())
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: protocol, local_addr=(HERE, 0)
            )
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for message in (b"<13>one\n", b"\n", b"<13>two", b"<13>three"):
                    sender.sendto(message, transport.get_extra_info("sockname"))
                async with asyncio.timeout(10):
                    while not protocol.lost:  # noqa: ASYNC110 - nothing tells when a datagram has come
                        await asyncio.sleep(0.01)
            transport.close()
            return [queue.get_nowait() for _ in range(queue.qsize())], protocol.lost

        assert asyncio.run(attempt()) == ([b"<13>one", b"<13>two"], 1)

    def test_take_nothing_from_elsewhere(self) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        protocol = Datagrams(queue, Peers(networks(["192.0.2.0/24"], "X")))
        protocol.datagram_received(b"<13>one", (HERE, 1))
        assert (queue.empty(), protocol.lost) == (True, 0)


class TestGather:
    def test_hands_on_together_what_has_come(self) -> None:
        async def attempt() -> list[list[bytes]]:
            queue: asyncio.Queue[bytes] = asyncio.Queue()
            taken: list[list[bytes]] = []

            async def take(messages: Sequence[bytes]) -> None:
                taken.append(list(messages))

            for message in (b"1", b"2", b"3"):
                queue.put_nowait(message)
            gathering = asyncio.create_task(gather(queue, take, 2))
            await queue.join()
            gathering.cancel()
            return taken

        assert asyncio.run(attempt()) == [[b"1", b"2"], [b"3"]]

    def test_loses_one_message_at_most_to_what_nobody_foresaw(self) -> None:
        async def taken() -> list[bytes]:
            queue: asyncio.Queue[bytes] = asyncio.Queue()
            found: list[bytes] = []

            async def take(messages: Sequence[bytes]) -> None:
                if b"odd" in messages:
                    raise RuntimeError
                found.extend(messages)

            for message in (b"1", b"odd", b"2"):
                queue.put_nowait(message)
            gathering = asyncio.create_task(gather(queue, take, 10))
            await queue.join()
            queue.put_nowait(b"3")
            await queue.join()
            gathering.cancel()
            return found

        assert asyncio.run(taken()) == [b"1", b"2", b"3"]
