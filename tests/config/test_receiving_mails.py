# SPDX-License-Identifier: Apache-2.0
"""The mail listener, with a client of the standard library."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.config.receiving_mails import receiving_mails
from longwatch.core.environment import Environment
from longwatch.core.postgres.address import Address
from longwatch.evidence.models import Exhibit
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.services.sources import switch_source
from tests.config.commands.test_listen import certificate
from tests.intake.cast_signals import make_address, make_source
from tests.personas import Cast, make_cast

HERE = "127.0.0.1"
MAIL = (
    b"From: Ana <ana@example.org>\r\nTo: phishing@example.org\r\nSubject: FW: Locked\r\nMessage-ID: <1@example.org>\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nReal?\r\n.\r\n..two dots\r\n--b\r\n"
    b"Content-Type: message/rfc822\r\n\r\nFrom: service@example.net\r\nSubject: Locked\r\n\r\nhttp://evil.example/x\r\n"
    b"--b--\r\n"
)


@pytest.fixture
def cast(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, kind="report")


def with_listener(talk: Callable[[int], Any], **settings: str) -> Any:
    """What a client, on a thread of its own, makes of a listener."""

    async def run() -> Any:
        environment = Environment({"LONGWATCH_SMTP": f"{HERE}:0"} | settings)
        async with AsyncExitStack() as stack:
            return await asyncio.to_thread(talk, await receiving_mails(environment, stack))

    return asyncio.run(run())


def sender(*recipients: str, mail: bytes = MAIL, by: str = "ana@example.org") -> Callable[[int], Any]:
    def send(port: int) -> Any:
        with smtplib.SMTP(HERE, port, timeout=30) as client:
            return client.sendmail(by, recipients, mail)

    return send


def signals(cast: Cast, source: Source) -> list[Signal]:
    with acting_as(cast.supervisor):
        return list(Signal.objects.filter(source=source))


class TestReceivingMails:
    def test_a_forwarded_mail_is_a_report_with_the_mail_as_evidence(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        assert with_listener(sender(f"{box.address}@longwatch.example")) == {}
        [signal] = signals(cast, source)
        assert (signal.title, signal.kind, signal.format) == ("Locked", "report", "mail")
        said = {f"{each['part']} {each['value']}" for each in signal.entities}
        assert {"reporter ana@example.org", "indicator service@example.net", "indicator http://evil.example/x"} <= said
        with acting_as(cast.supervisor):
            [arrival] = Occurrence.objects.filter(signal_id=signal.id)
            [exhibit] = Exhibit.objects.filter(record_id=signal.id)
        assert bytes(arrival.raw) == MAIL
        assert (exhibit.sha256, exhibit.content_type) == (bytes(arrival.sha256).hex(), "message/rfc822")

    def test_the_same_mail_again_counts_up(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        for _ in range(2):
            with_listener(sender(f"{box.address}@longwatch.example"))
        [signal] = signals(cast, source)
        assert signal.count == 2

    def test_a_mail_to_nobody_is_refused(self, cast: Cast, source: Source) -> None:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            with_listener(sender(f"{source.slug}@longwatch.example"))

    def test_a_whole_address_goes_before_what_stands_before_the_at(self, cast: Cast, source: Source) -> None:
        other = make_source(cast)
        box = make_address(source, cast)
        make_address(other, cast, f"{box.address}@other.example")
        with_listener(sender(f"{box.address.upper()}@Other.example"))
        assert (len(signals(cast, source)), len(signals(cast, other))) == (0, 1)

    def test_a_source_that_is_switched_off_takes_none(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        with acting_as(cast.supervisor):
            switch_source(source.id, on=False, by=cast.supervisor)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            with_listener(sender(f"{box.address}@x.example"))

    def test_a_notice_without_a_sender_is_taken(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        with_listener(sender(f"{box.address}@x.example", by=""))
        assert len(signals(cast, source)) == 1

    def test_a_mail_that_is_too_large_is_refused_and_the_connection_lives(self, cast: Cast, source: Source) -> None:
        to = f"{make_address(source, cast).address}@x.example"

        def talk(port: int) -> None:
            with smtplib.SMTP(HERE, port, timeout=60) as client:
                client.ehlo()
                client.mail("a@example.org")
                client.rcpt(to)
                code, _ = client.data(MAIL + b"x" * 70 + b"\r\n" + b"\r\n" * 1_000_000)
                assert code == 552
                client.sendmail("a@example.org", [to], MAIL)

        with_listener(talk, LONGWATCH_SMTP_MAX_MB="1")
        assert len(signals(cast, source)) == 1

    def test_more_than_a_machine_may_send_waits(self, cast: Cast) -> None:
        def talk(port: int) -> int:
            with smtplib.SMTP(HERE, port, timeout=60) as client:
                client.ehlo()
                codes = []
                for _ in range(5):
                    codes.append(client.mail("a@example.org")[0])
                    client.rset()
                return codes[-1]

        assert with_listener(talk, LONGWATCH_SMTP_PER_MINUTE="2") == 451

    def test_a_machine_that_is_not_allowed_is_sent_away(self, cast: Cast, source: Source) -> None:
        with pytest.raises(smtplib.SMTPConnectError, match="421"):
            with_listener(sender("a@x.example"), LONGWATCH_SMTP_ALLOW="192.0.2.0/24")

    def test_a_mail_within_a_mail_is_not_smuggled_in(self, cast: Cast, source: Source) -> None:
        to = f"{make_address(source, cast).address}@x.example"

        def talk(port: int) -> bytes:
            with socket.create_connection((HERE, port), timeout=30) as plain:
                file = plain.makefile("rb")
                for line in (
                    b"",
                    b"EHLO x\r\n",
                    b"MAIL FROM:<a@x>\r\n",
                    b"RCPT TO:<%s>\r\n" % to.encode(),
                    b"DATA\r\n",
                ):
                    plain.sendall(line)
                    while (answer := file.readline())[3:4] == b"-":
                        pass
                assert answer.startswith(b"354")
                plain.sendall(b"Subject: one\r\n\r\nx\n.\nMAIL FROM:<b@x>\r\n.\r\nMAIL FROM:<c@x>\r\n")
                return file.readline()

        assert with_listener(talk).startswith(b"554")
        assert signals(cast, source) == []

    def test_what_is_no_mail_is_kept(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        with_listener(sender(f"{box.address}@x.example", mail=b"\x00\xff" * 1000 + b"\r\n"))
        [signal] = signals(cast, source)
        assert signal.title == "(no subject)"

    def test_offers_starttls_with_a_certificate(self, cast: Cast, source: Source, tmp_path: Path) -> None:
        to = f"{make_address(source, cast).address}@x.example"
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

        def talk(port: int) -> None:
            with smtplib.SMTP(HERE, port, timeout=30) as client:
                client.starttls(context=trusting)
                client.sendmail("a@example.org", [to], MAIL)

        with_listener(talk, LONGWATCH_SMTP_TLS_CERT=str(certificate(tmp_path)))
        assert len(signals(cast, source)) == 1
