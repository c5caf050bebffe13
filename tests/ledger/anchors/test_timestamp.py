# SPDX-License-Identifier: Apache-2.0
"""Against a time-stamp authority made of openssl."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.core import clock
from longwatch.ledger.anchors.plugin import AnchorFailed, Task
from longwatch.ledger.anchors.timestamp import _holds_by_client, _holds_by_openssl, holds, keep, stamped_at
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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tsa")
    config = folder / "c.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", str(config), "-subj"]
    openssl(
        *new,
        "/CN=Root",
        "-x509",
        "-days",
        "30",
        "-extensions",
        "root",
        "-keyout",
        f"{folder}/ca.key",
        "-out",
        f"{folder}/ca.pem",
    )
    openssl(*new, "/CN=Time", "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr")
    openssl(
        "x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key",
        "-days", "30", "-CAcreateserial", "-extfile", str(config), "-extensions", "authority",
        "-out", f"{folder}/tsa.pem",
    )  # fmt: skip
    return folder


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    def answer(_path: str, body: bytes) -> tuple[int, bytes]:
        (authority / "q.tsq").write_bytes(body)
        openssl(
            "ts", "-reply", "-config", f"{authority}/c.cnf", "-section", "here", "-queryfile", f"{authority}/q.tsq",
            "-out", f"{authority}/r.tsr",
        )  # fmt: skip
        return 200, (authority / "r.tsr").read_bytes()

    with serving(answer) as address:
        yield address


class TestTimestamp:
    def test_keeps_the_raw_reply_which_both_readers_accept(self, url: str, authority: Path, task: Task) -> None:
        reply, data = keep(url, authority / "ca.pem", task).raw, task.checkpoint.note.encode()
        assert _holds_by_client(reply, data, authority / "ca.pem")
        assert _holds_by_openssl(reply, data, authority / "ca.pem")

    def test_says_when_it_was(self, url: str, task: Task) -> None:
        at = stamped_at(keep(url, None, task).raw)
        assert at is not None
        assert abs((clock.now() - at).total_seconds()) < 60

    def test_does_not_hold_for_other_bytes(self, url: str, authority: Path, task: Task) -> None:
        reply = keep(url, authority / "ca.pem", task).raw
        assert not holds(reply, task.checkpoint.note.encode() + b" ", authority / "ca.pem")

    def test_of_a_stranger_is_refused(self, url: str, authority: Path, task: Task, tmp_path: Path) -> None:
        new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", f"{authority}/c.cnf", "-subj", "/CN=Other", "-x509"]
        openssl(*new, "-days", "30", "-extensions", "root", "-keyout", f"{tmp_path}/k", "-out", f"{tmp_path}/other.pem")
        with pytest.raises(AnchorFailed, match="does not hold"):
            keep(url, tmp_path / "other.pem", task)

    def test_that_is_none_is_refused(self, task: Task) -> None:
        with (
            serving(lambda _path, _body: (200, b"hello")) as nonsense,
            pytest.raises(AnchorFailed, match="does not answer"),
        ):
            keep(nonsense, None, task)
