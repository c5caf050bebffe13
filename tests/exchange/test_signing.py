# SPDX-License-Identifier: Apache-2.0
"""Signatures: stock OpenSSH and OpenSSL accept ours, and we refuse what they refuse."""

import base64
import json
import subprocess
from pathlib import Path

import pytest

from longwatch.exchange.signing import (
    NAMESPACE,
    SIGNER,
    SigningKey,
    Untrusted,
    check_dsse,
    check_sshsig,
    dsse,
    pae,
    read_public_key,
    sshsig,
)

KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(32))
MESSAGE = b"abc  bagit.txt\n"
DIGEST = "ab" * 32


def ssh_keygen(folder: Path, message: bytes, signature: str) -> int:
    (folder / "allowed").write_text(KEY.public.allowed_signers)
    (folder / "sig").write_text(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", SIGNER, "-n", NAMESPACE, "-s", "sig"]
    return subprocess.run(command, cwd=folder, input=message, capture_output=True, check=False).returncode


class TestSshsig:
    def test_is_accepted_by_openssh(self, tmp_path: Path) -> None:
        assert ssh_keygen(tmp_path, MESSAGE, sshsig(KEY, MESSAGE)) == 0

    def test_over_other_bytes_or_by_another_key_is_refused_by_openssh_and_by_us(self, tmp_path: Path) -> None:
        for signature, message in ((sshsig(KEY, MESSAGE), b"other"), (sshsig(OTHER, MESSAGE), MESSAGE)):
            assert ssh_keygen(tmp_path, message, signature) != 0
            with pytest.raises(Untrusted):
                check_sshsig(signature, message, KEY.public)

    def test_of_openssh_itself_is_accepted_by_us(self, tmp_path: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], cwd=tmp_path, check=True)
        sign = ["ssh-keygen", "-Y", "sign", "-f", "key", "-n", NAMESPACE]
        made = subprocess.run(sign, cwd=tmp_path, input=MESSAGE, capture_output=True, check=True)
        key = read_public_key((tmp_path / "key.pub").read_text())
        check_sshsig(made.stdout.decode(), MESSAGE, key)

    @pytest.mark.parametrize("text", ["", "x", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(Untrusted):
            check_sshsig(text, MESSAGE, KEY.public)


class TestDsse:
    def test_is_accepted_by_openssl(self, tmp_path: Path) -> None:
        envelope = json.loads(dsse(KEY, "bag", DIGEST, {"a": 1}))
        (tmp_path / "pub.pem").write_bytes(KEY.public.pem)
        (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
        (tmp_path / "pae").write_bytes(pae(envelope["payloadType"], base64.b64decode(envelope["payload"])))
        command = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "pub.pem",
            "-rawin",
            "-in",
            "pae",
            "-sigfile",
            "sig",
        ]
        assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    def test_gives_its_predicate_back(self) -> None:
        assert check_dsse(dsse(KEY, "bag", DIGEST, {"a": 1}), DIGEST, KEY.public) == {"a": 1}

    def test_about_another_bag_or_by_another_key_is_refused(self) -> None:
        with pytest.raises(Untrusted, match="another bag"):
            check_dsse(dsse(KEY, "bag", "cd" * 32, {}), DIGEST, KEY.public)
        with pytest.raises(Untrusted, match="this key"):
            check_dsse(dsse(OTHER, "bag", DIGEST, {}), DIGEST, KEY.public)

    @pytest.mark.parametrize("envelope", [b"", b"[]", b"{}", b'{"payloadType": 1, "payload": "", "signatures": []}'])
    def test_that_is_none_is_refused(self, envelope: bytes) -> None:
        with pytest.raises(Untrusted):
            check_dsse(envelope, DIGEST, KEY.public)


class TestReadPublicKey:
    def test_reads_every_form_that_we_write(self) -> None:
        public = KEY.public
        for text in (public.pem.decode(), public.ssh_line, public.allowed_signers):
            assert read_public_key(text) == public

    @pytest.mark.parametrize("text", ["", "ssh-ed25519 ", "ssh-ed25519 AAAA", "# ssh-ed25519 AAAA"])
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"key|padding"):
            read_public_key(text)

    def test_shows_the_fingerprint_that_openssh_shows(self, tmp_path: Path) -> None:
        (tmp_path / "key.pub").write_text(KEY.public.ssh_line)
        shown = subprocess.run(["ssh-keygen", "-l", "-f", "key.pub"], cwd=tmp_path, capture_output=True, check=True)
        assert KEY.public.fingerprint in shown.stdout.decode()
