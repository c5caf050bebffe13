# SPDX-License-Identifier: Apache-2.0
"""`longwatch listen`: syslog and mails, as the settings say."""

import argparse
import asyncio
import logging
import signal
import ssl
from contextlib import AsyncExitStack, suppress
from typing import Any

from psycopg_pool import AsyncConnectionPool

from longwatch.config import listeners
from longwatch.config.receiving_mails import receiving_mails
from longwatch.core.environment import (
    SMTP,
    SYSLOG_ALLOW,
    SYSLOG_SOURCE,
    SYSLOG_TCP,
    SYSLOG_TLS,
    SYSLOG_TLS_CA,
    SYSLOG_TLS_CERT,
    SYSLOG_TLS_KEY,
    SYSLOG_UDP,
    Environment,
    current,
)
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import INTAKE, address
from longwatch.intake.delivery_models import Way
from longwatch.intake.listening.peers import Peers, networks
from longwatch.intake.listening.receiving import Taking
from longwatch.intake.listening.syslog import Datagrams, Streams, gather, server_context

LONGEST_QUEUE = 20_000
BATCH = 250
DRAIN_SECONDS = 10.0
log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Listen until told to stop; refuses settings that cannot be used."""
    environment = current()
    if not listeners.is_wanted(environment):
        raise LongwatchError(
            "No listener is configured: set LONGWATCH_SYSLOG_UDP, _TCP or _TLS, or LONGWATCH_SMTP.",
            code="nothing_to_do",
        )
    listeners.check(environment)
    asyncio.run(_listen(environment))
    return 0


async def _listen(environment: Environment) -> None:
    stopping = asyncio.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(kind, stopping.set)
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        address(environment).conninfo(INTAKE, application_name="longwatch_listen"), kwargs={"autocommit": True},
        min_size=1, max_size=2, timeout=10, open=False, name="listen",
    )  # fmt: skip
    async with pool, AsyncExitStack() as stack:
        if listeners.is_syslog_wanted(environment):
            await listening(environment, pool, stack)
        if environment.is_set(SMTP):
            await receiving_mails(environment, stack)
        await stopping.wait()


async def listening(environment: Environment, pool: "AsyncConnectionPool[Any]", stack: AsyncExitStack) -> list[int]:
    """Start the listeners, to be stopped with the stack; returns the ports, in the order UDP, TCP, TLS."""
    taking = Taking(pool, environment.text(SYSLOG_SOURCE), SYSLOG_SOURCE.name, Way.SYSLOG)
    await taking.find()
    stack.push_async_callback(taking.stop)
    queue: asyncio.Queue[bytes] = asyncio.Queue(LONGEST_QUEUE)
    stack.push_async_callback(_finish, asyncio.create_task(gather(queue, taking.take, BATCH)), queue)
    peers = Peers(networks(environment.names(SYSLOG_ALLOW), SYSLOG_ALLOW.name))
    ports = []
    if (at := listeners.address(environment, SYSLOG_UDP)) is not None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Datagrams(queue, peers), local_addr=(at.host, at.port)
        )
        stack.callback(transport.close)
        ports.append(transport.get_extra_info("sockname")[1])
    streams = Streams(queue, peers)
    for setting in (SYSLOG_TCP, SYSLOG_TLS):
        if (at := listeners.address(environment, setting)) is not None:
            context = _context(environment) if setting is SYSLOG_TLS else None
            server = await asyncio.start_server(streams.serve, at.host, at.port, ssl=context)
            stack.callback(server.close)
            ports.append(server.sockets[0].getsockname()[1])
    log.info("Listening for syslog on %s", ", ".join(map(str, ports)))
    return ports


def _context(environment: Environment) -> ssl.SSLContext:
    return server_context(
        environment.text(SYSLOG_TLS_CERT), environment.text(SYSLOG_TLS_KEY), environment.text(SYSLOG_TLS_CA)
    )


async def _finish(gathering: "asyncio.Task[None]", queue: "asyncio.Queue[bytes]") -> None:
    """Store what has come, for as long as that is quick, then stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await queue.join()
    gathering.cancel()
    with suppress(asyncio.CancelledError):
        await gathering
