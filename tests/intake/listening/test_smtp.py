# SPDX-License-Identifier: Apache-2.0
"""A mail server of our own, and what it tells clients."""

import asyncio
import smtplib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from longwatch.core.errors import NotAllowed
from longwatch.intake.listening.peers import Peers
from longwatch.intake.listening.smtp import MOST_OF_ONE, MOST_RECIPIENTS, Desk, Reception

HERE = "127.0.0.1"


class Desks:
    """Takes mails for anybody but `nobody`."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.taken: list[tuple[list[str], bytes]] = []

    async def knows(self, address: str) -> bool:
        return not address.startswith("nobody")

    async def take(self, recipients: Sequence[str], raw: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        self.taken.append((list(recipients), raw))


def with_server(desk: Desks, talk: Callable[[int], Any]) -> Any:
    async def run() -> Any:
        peers = Peers(most=2 * MOST_OF_ONE, most_of_one=MOST_OF_ONE)
        server = await asyncio.get_running_loop().create_server(
            lambda: Reception(Desk(desk.knows, desk.take), peers, 1_000_000, None), HERE, 0
        )
        async with server:
            return await asyncio.to_thread(talk, server.sockets[0].getsockname()[1])

    return asyncio.run(run())


def sending(content: bytes, *recipients: str) -> Callable[[int], Any]:
    def send(port: int) -> Any:
        with smtplib.SMTP(HERE, port, timeout=30) as client:
            return client.sendmail("a@x.example", recipients or ["b@x.example"], content)

    return send


class TestReception:
    @pytest.mark.parametrize(
        "content", [b".\r\n", b"..\r\n.a\r\n", b"\r\n", b"a\r\n\r\n.\r\nb\r\n", b"x" * 200_000 + b"\r\n"]
    )
    def test_takes_each_byte_as_it_was_written(self, content: bytes) -> None:
        desk = Desks()
        with_server(desk, sending(content))
        assert desk.taken == [(["b@x.example"], content)]

    def test_takes_one_mail_after_another(self) -> None:
        desk = Desks()

        def talk(port: int) -> None:
            with smtplib.SMTP(HERE, port, timeout=30) as client:
                for content in (b"one\r\n", b"two\r\n"):
                    client.sendmail("a@x.example", ["b@x.example"], content)

        with_server(desk, talk)
        assert [content for _, content in desk.taken] == [b"one\r\n", b"two\r\n"]

    def test_names_recipients_that_are_none(self) -> None:
        assert with_server(Desks(), sending(b"x\r\n", "b@x", "nobody@x"))["nobody@x"][0] == 550

    def test_refuses_too_many_recipients_for_now(self) -> None:
        refused = with_server(Desks(), sending(b"x\r\n", *(f"b{n}@x" for n in range(MOST_RECIPIENTS + 1))))
        assert [code for code, _ in refused.values()] == [452]

    @pytest.mark.parametrize(("failure", "code"), [(OSError("down"), 451), (NotAllowed("Off."), 550)])
    def test_never_says_taken_when_it_was_not(self, failure: Exception, code: int) -> None:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            with_server(Desks(failure), sending(b"x\r\n"))
        assert refusal.value.smtp_code == code

    def test_relays_and_authenticates_nothing(self) -> None:
        def talk(port: int) -> Any:
            with smtplib.SMTP(HERE, port, timeout=30) as client:
                client.ehlo()
                return client.esmtp_features

        assert "auth" not in with_server(Desks(), talk)

    def test_lets_one_machine_hold_a_few_connections(self) -> None:
        def talk(port: int) -> None:
            held = [smtplib.SMTP(HERE, port, timeout=30) for _ in range(MOST_OF_ONE)]
            try:
                with pytest.raises(smtplib.SMTPConnectError):
                    smtplib.SMTP(HERE, port, timeout=30)
            finally:
                for each in held:
                    each.close()

        with_server(Desks(), talk)
