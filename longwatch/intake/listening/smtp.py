# SPDX-License-Identifier: Apache-2.0
"""A mail server for mails to us alone: it answers "taken" when a mail is durable, and relays nothing.

The library speaks the protocol; the content is read here, because the library keeps an object a line in memory and
would need gigabytes for a large mail of empty lines.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from longwatch.core.errors import LongwatchError
from longwatch.intake.listening.peers import Peers

END = b"\r\n.\r\n"
PIECE = 65_536
MOST_RECIPIENTS = 20
MOST_CONNECTIONS = 10
MOST_OF_ONE = 5
IDLE_SECONDS = 60.0
CONTENT_SECONDS = 600.0
LATER = "451 4.3.0 It cannot be stored now. Try again later."
# Per connection; mails have RCPT once for each recipient.
COMMANDS: dict[str, int] = {"*": 1_000}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """Who looks up recipients and stores mails: the first says whether an address is one of ours."""

    knows: Callable[[str], Awaitable[bool]]
    take: Callable[[Sequence[str], bytes], Awaitable[None]]


class Handling:
    """What the library asks us."""

    def __init__(self, desk: Desk, peers: Peers) -> None:
        self._desk, self._peers = desk, peers

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, unless its machine sends more than it may."""
        if self._peers.wait(peer_of(session), 1) > 0:
            return "451 4.7.1 Too many mails. Try again later."
        # Notices of delivery have no sender; for the library an empty one is none.
        envelope.mail_from = address or "<>"
        envelope.mail_options.extend(options)
        return "250 2.1.0 Go on"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that is one of ours."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await self._desk.knows(address)
        except Exception:
            log.warning("A recipient could not be looked up", exc_info=True)
            return LATER
        if not known:
            return "550 5.1.1 Nobody reads mails to this address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store a mail; whoever sent it keeps it until we have it."""
        content = envelope.content
        try:
            await self._desk.take(envelope.rcpt_tos, content if isinstance(content, bytes) else b"")
        except LongwatchError as refusal:
            log.warning("A mail is not taken: %s", refusal.sentence)
            return "550 5.7.1 It is not taken here"
        except Exception:
            log.warning("A mail waits at its sender", exc_info=True)
            return LATER
        return "250 2.6.0 Taken"


class Reception(SMTP):
    """One connection."""

    line_length_limit = PIECE

    def __init__(self, desk: Desk, peers: Peers, largest: int, context: ssl.SSLContext | None) -> None:
        super().__init__(
            Handling(desk, peers), data_size_limit=largest, enable_SMTPUTF8=True, hostname="longwatch",
            ident="Longwatch", tls_context=context, timeout=IDLE_SECONDS, command_call_limit=COMMANDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )  # fmt: skip
        self._peers, self._largest = peers, largest
        self._counted: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a peer in, unless there are too many connections, of this peer or of all."""
        if self._counted is None:
            peer = str((transport.get_extra_info("peername") or ("",))[0])
            if not self._peers.enter(peer):
                transport.write(b"421 4.7.0 Too many connections, or not from there\r\n")  # type: ignore[attr-defined]
                transport.close()
                return
            self._counted = peer
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it out."""
        if self._counted is not None:
            self._peers.leave(self._counted)
            self._counted = None
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the content, as one block."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 DATA stands alone")
            return
        await self.push("354 End it with a dot on a line of its own")
        try:
            async with asyncio.timeout(CONTENT_SECONDS):
                content, is_followed = await self._content()
        except (TimeoutError, ConnectionError):
            self._writer.close()
            return
        if is_followed:
            # Commands behind a mail would be another mail in disguise.
            await self.push("554 5.5.0 Wait for the answer before going on")
            self._writer.close()
            return
        if content is None:
            status = f"552 5.3.4 A mail may have {self._largest // 1_000_000} MB"
        else:
            self.envelope.content = self.envelope.original_content = content
            status = str(await self._call_handler_hook("DATA"))
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _content(self) -> tuple[bytes | None, bool]:
        """The content without what the protocol adds, None when it is too large; and whether more came behind it."""
        # As if a line had ended before it: an empty content is a dot alone.
        kept = bytearray(b"\r\n")
        too_large = False
        while True:
            piece = await self._reader.read(PIECE)
            if not piece:
                raise ConnectionError
            self._reset_timeout()
            looked = max(0, len(kept) - len(END))
            kept += piece
            end = kept.find(END, looked)
            if end >= 0:
                is_followed = len(kept) > end + len(END)
                content = bytes(kept[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]
                return (None if too_large or len(content) > self._largest else content), is_followed
            if len(kept) > self._largest + 2 * PIECE:
                too_large = True
                del kept[: -len(END)]


def peer_of(session: Session) -> str:
    """The address of the machine that sends."""
    peer: Any = session.peer
    with suppress(TypeError, IndexError):
        return str(peer[0])
    return ""
