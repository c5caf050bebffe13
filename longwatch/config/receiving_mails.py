# SPDX-License-Identifier: Apache-2.0
"""The mail listener, as the settings say: recipients looked up and mails stored on threads of their own."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import TypeVar

from django.db import close_old_connections, connection

from longwatch.config import listeners
from longwatch.core.environment import (
    SMTP,
    SMTP_ALLOW,
    SMTP_MAX_MB,
    SMTP_PER_MINUTE,
    SMTP_TLS_CERT,
    SMTP_TLS_KEY,
    Environment,
    SettingError,
)
from longwatch.intake.listening.peers import Peers, networks
from longwatch.intake.listening.smtp import MOST_CONNECTIONS, MOST_OF_ONE, Desk, Reception
from longwatch.intake.listening.syslog import server_context
from longwatch.intake.services.mailing import source_of_address, take_mail

THREADS = 2
MEGABYTE = 1_000_000
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


async def receiving_mails(environment: Environment, stack: AsyncExitStack) -> int:
    """Start the mail listener, to be stopped with the stack; returns the port."""
    at = listeners.address(environment, SMTP)
    if at is None:
        raise SettingError(SMTP.name, "an address and a port, such as 127.0.0.1:2525")
    # The library tells every sender and recipient, which nobody needs in a log.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    desk, peers, context = _desk(stack), _peers(environment), _context(environment)
    largest = environment.number(SMTP_MAX_MB) * MEGABYTE
    server = await asyncio.get_running_loop().create_server(
        lambda: Reception(desk, peers, largest, context), at.host, at.port
    )
    stack.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    log.info("Taking mails on %d", port)
    return port


def _desk(stack: AsyncExitStack) -> Desk:
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")
    stack.callback(pool.shutdown)

    async def knows(recipient: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(pool, _connected(lambda: _is_known(recipient)))

    async def take(recipients: Sequence[str], raw: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(pool, _connected(lambda: _take(recipients, raw)))

    return Desk(knows, take)


def _connected(act: Callable[[], Answer]) -> Callable[[], Answer]:
    """The same, with a connection to the database that works, and is given back."""

    def run() -> Answer:
        close_old_connections()
        try:
            return act()
        finally:
            connection.close()

    return run


def _is_known(recipient: str) -> bool:
    source = source_of_address(recipient)
    return source is not None and source.enabled


def _take(recipients: Sequence[str], raw: bytes) -> None:
    """Store a mail once for each source that it was sent to."""
    found = [source for each in recipients if (source := source_of_address(each)) is not None]
    for source in {each.id: each for each in found}.values():
        take_mail(source, raw)


def _peers(environment: Environment) -> Peers:
    a_minute = environment.number(SMTP_PER_MINUTE)
    return Peers(
        networks(environment.names(SMTP_ALLOW), SMTP_ALLOW.name), per_second=max(1, a_minute // 60), burst=a_minute,
        most=MOST_CONNECTIONS, most_of_one=MOST_OF_ONE,
    )  # fmt: skip


def _context(environment: Environment) -> ssl.SSLContext | None:
    if not environment.is_set(SMTP_TLS_CERT):
        return None
    return server_context(environment.text(SMTP_TLS_CERT), environment.text(SMTP_TLS_KEY), "")
