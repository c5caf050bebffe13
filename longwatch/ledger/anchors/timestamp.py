# SPDX-License-Identifier: Apache-2.0
"""Time-stamps (RFC 3161): an authority signs that the checkpoint existed at a time; its raw reply is kept."""

import hashlib
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import load_pem_x509_certificates

from longwatch.core.deferred import deferred
from longwatch.ledger.anchors.http import host, post
from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, Task

if TYPE_CHECKING:
    import rfc3161_client
else:
    rfc3161_client = deferred("rfc3161_client")

OK = 200
SECONDS = 20
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def keep(url: str, authorities: Path | None, task: Task) -> Receipt:
    """Have the note of the checkpoint stamped; with the authorities' certificates, the reply is checked at once."""
    data = task.checkpoint.note.encode()
    request = (
        rfc3161_client.TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
    )
    status, reply = post(url, request.build().as_bytes(), HEADERS)
    if status != OK:
        raise AnchorFailed(f"The time-stamp authority {host(url)} answers with status {status}.")
    if authorities is not None and not holds(reply, data, authorities):
        raise AnchorFailed(f"The time-stamp of {host(url)} does not hold against the certificates in {authorities}.")
    if authorities is None and stamped_at(reply) is None:
        raise AnchorFailed(f"The time-stamp authority {host(url)} does not answer with a time-stamp.")
    return Receipt(reply)


def holds(reply: bytes, data: bytes, authorities: Path) -> bool:
    """Whether a reply is a good time-stamp over the data; what one reader refuses for its form, openssl may accept."""
    return _holds_by_client(reply, data, authorities) or _holds_by_openssl(reply, data, authorities)


def is_over(reply: bytes, data: bytes) -> bool:
    """Whether a reply says that it is about the data; who signed it is not asked."""
    try:
        said: bytes = rfc3161_client.decode_timestamp_response(reply).tst_info.message_imprint.message
    except ValueError:
        return False
    return said == hashlib.sha256(data).digest()


def stamped_at(reply: bytes) -> datetime | None:
    """The time in a reply, not yet checked; None when there is none to read."""
    try:
        moment: datetime = rfc3161_client.decode_timestamp_response(reply).tst_info.gen_time
    except ValueError:
        return None
    return moment


def _holds_by_client(reply: bytes, data: bytes, authorities: Path) -> bool:
    try:
        builder = rfc3161_client.VerifierBuilder()
        for certificate in load_pem_x509_certificates(authorities.read_bytes()):
            builder = builder.add_root_certificate(certificate)
        return bool(builder.build().verify_message(rfc3161_client.decode_timestamp_response(reply), data))
    except (ValueError, rfc3161_client.VerificationError, OSError):
        return False


def _holds_by_openssl(reply: bytes, data: bytes, authorities: Path) -> bool:
    with tempfile.TemporaryDirectory(prefix="longwatch-stamp-") as folder:
        answer, note = Path(folder) / "reply.tsr", Path(folder) / "note"
        answer.write_bytes(reply)
        note.write_bytes(data)
        words = ["openssl", "ts", "-verify", "-in", str(answer), "-data", str(note), "-CAfile", str(authorities)]
        try:
            done = subprocess.run(words, capture_output=True, check=False, timeout=SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0
