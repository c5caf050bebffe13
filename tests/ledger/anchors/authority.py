# SPDX-License-Identifier: Apache-2.0
"""A time-stamp authority made of openssl, on 127.0.0.1."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ledger.anchors.conftest import serving

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Time
[authority]
extendedKeyUsage = critical, timeStamping
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_authority(folder: Path) -> Path:
    """Keys and certificates of an authority in a folder: ca.pem is what its time-stamps lead to."""
    config = folder / "c.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", str(config), "-subj"]
    openssl(
        *new, "/CN=Root", "-x509", "-days", "30", "-extensions", "root", "-keyout", f"{folder}/ca.key",
        "-out", f"{folder}/ca.pem",
    )  # fmt: skip
    openssl(*new, "/CN=Time", "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr")
    openssl(
        "x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key",
        "-days", "30", "-CAcreateserial", "-extfile", str(config), "-extensions", "authority",
        "-out", f"{folder}/tsa.pem",
    )  # fmt: skip
    return folder


@contextmanager
def stamping(authority: Path) -> Iterator[str]:
    """The address at which the authority answers."""

    def answer(_path: str, body: bytes) -> tuple[int, bytes]:
        (authority / "q.tsq").write_bytes(body)
        openssl(
            "ts", "-reply", "-config", f"{authority}/c.cnf", "-section", "here", "-queryfile", f"{authority}/q.tsq",
            "-out", f"{authority}/r.tsr",
        )  # fmt: skip
        return 200, (authority / "r.tsr").read_bytes()

    with serving(answer) as address:
        yield address
