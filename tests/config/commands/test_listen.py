# SPDX-License-Identifier: Apache-2.0
"""`longwatch listen`"""

import argparse
import asyncio
import ssl
import threading
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from psycopg_pool import AsyncConnectionPool

from longwatch.access.context import acting_as
from longwatch.config.commands.listen import listening, run
from longwatch.core.environment import Environment
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import INTAKE, Address
from longwatch.intake.models import Signal, Source
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast

HERE = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """A certificate of this machine, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "listener.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return file


def titles(cast: Cast, source: Source) -> set[str]:
    try:
        with acting_as(cast.supervisor):
            return set(Signal.objects.filter(source=source).values_list("title", flat=True))
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


async def sent(database: Address, settings: dict[str, str], cast: Cast, source: Source) -> None:
    """One message over each of UDP, TCP and TLS, until all are stored."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        database.conninfo(INTAKE), kwargs={"autocommit": True}, min_size=1, max_size=2, open=False
    )
    async with pool, AsyncExitStack() as stack:
        udp, tcp, tls = await listening(Environment(settings), pool, stack)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(HERE, udp)
        )
        transport.sendto(b'{"title": "Over UDP"}')
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        for port, context, name in ((tcp, None, b"TCP"), (tls, trusting, b"TLS")):
            _reader, writer = await asyncio.open_connection(HERE, port, ssl=context)
            writer.write(b'{"title": "Over %s"}\n' % name)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(30):
            # Nothing tells when a datagram has come.
            while len(await asyncio.to_thread(titles, cast, source)) < len((udp, tcp, tls)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        transport.close()


class TestListening:
    def test_takes_udp_tcp_and_tls(self, committed_db: Address, tmp_path: Path) -> None:
        cast = make_cast()
        source = make_source(cast)
        settings = {f"LONGWATCH_SYSLOG_{name}": f"{HERE}:0" for name in ("UDP", "TCP", "TLS")}
        settings |= {"LONGWATCH_SYSLOG_SOURCE": source.slug, "LONGWATCH_SYSLOG_TLS_CERT": str(certificate(tmp_path))}
        asyncio.run(sent(committed_db, settings, cast, source))
        assert titles(cast, source) == {"Over UDP", "Over TCP", "Over TLS"}


class TestRun:
    def test_says_that_nothing_is_configured(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("UDP", "TCP", "TLS"):
            monkeypatch.delenv(f"LONGWATCH_SYSLOG_{name}", raising=False)
        with pytest.raises(LongwatchError, match="No listener is configured"):
            run(argparse.Namespace())
