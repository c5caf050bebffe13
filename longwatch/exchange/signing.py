# SPDX-License-Identifier: Apache-2.0
"""Signatures over a bundle that stock tools check: SSHSIG (`ssh-keygen -Y verify`) and DSSE (`openssl pkeyutl`)."""

import base64
import binascii
import hashlib
import json
import struct
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

NAMESPACE = "longwatch-export@v1"
SIGNER = "longwatch"
ALGORITHM = "ssh-ed25519"
MAGIC = b"SSHSIG"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
IN_TOTO = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:longwatch:export:v1"
RAW_KEY_BYTES = 32


class Untrusted(Exception):
    """A signature does not hold; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key that checks signatures, in the forms in which tools want it."""

    raw: bytes

    @property
    def blob(self) -> bytes:
        """The key as SSH writes it."""
        return _string(ALGORITHM.encode()) + _string(self.raw)

    @property
    def fingerprint(self) -> str:
        """What `ssh-keygen -l` shows, to compare by telephone."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    @property
    def ssh_line(self) -> str:
        """The public key on one line, as in a `.pub` file."""
        return f"{ALGORITHM} {base64.b64encode(self.blob).decode()} {SIGNER}\n"

    @property
    def allowed_signers(self) -> str:
        """The line that `ssh-keygen -Y verify -f` reads."""
        return f'{SIGNER} namespaces="{NAMESPACE}" {ALGORITHM} {base64.b64encode(self.blob).decode()}\n'

    @property
    def pem(self) -> bytes:
        """The key as openssl reads it."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def check(self, signature: bytes, message: bytes) -> None:
        """Refuse a signature that is not this key's over the message."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            raise Untrusted("was not made with this key over these bytes") from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that signs, from its 32 secret bytes."""

    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The other half, for everybody."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def sshsig(key: SigningKey, message: bytes) -> str:
    """An armoured SSH signature over a message, in the namespace of our exports."""
    signature = _string(ALGORITHM.encode()) + _string(key.sign(_ssh_signed(message)))
    blob = (
        MAGIC + struct.pack(">I", 1) + _string(key.public.blob) + _string(NAMESPACE.encode()) + _string(b"")
        + _string(b"sha512") + _string(signature)
    )  # fmt: skip
    lines = textwrap.wrap(base64.b64encode(blob).decode(), 70)
    return "\n".join([BEGIN, *lines, END]) + "\n"


def check_sshsig(text: str, message: bytes, key: PublicKey) -> None:
    """Refuse an SSH signature that is not the key's, in our namespace, over the message."""
    magic, version, rest = (blob := _unarmoured(text))[:6], blob[6:10], blob[10:]
    public, namespace, _reserved, hash_name, signature = _strings(rest, 5)
    algorithm, raw = _strings(signature, 2)
    if magic != MAGIC or version != struct.pack(">I", 1) or hash_name != b"sha512" or algorithm != ALGORITHM.encode():
        raise Untrusted("is not an Ed25519 SSH signature of the kind that Longwatch makes")
    if namespace != NAMESPACE.encode():
        raise Untrusted(f"was made for something else ({namespace.decode('ascii', 'replace')})")
    if public != key.blob:
        raise Untrusted("was made with another key")
    key.check(raw, _ssh_signed(message))


def pae(payload_type: str, payload: bytes) -> bytes:
    """What DSSE signs: the type and the payload with their lengths."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def dsse(key: SigningKey, name: str, digest: str, predicate: Mapping[str, Any]) -> bytes:
    """A signed in-toto statement about a bag, by the SHA-256 of its tag manifest."""
    statement = {
        "_type": STATEMENT, "subject": [{"name": name, "digest": {"sha256": digest}}], "predicateType": PREDICATE,
        "predicate": dict(predicate),
    }  # fmt: skip
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True).encode()
    signature = {
        "keyid": key.public.fingerprint, "sig": base64.b64encode(key.sign(pae(IN_TOTO, payload))).decode()
    }  # fmt: skip
    envelope = {
        "payloadType": IN_TOTO, "payload": base64.b64encode(payload).decode(), "signatures": [signature]
    }  # fmt: skip
    return json.dumps(envelope, indent=1).encode() + b"\n"


def check_dsse(envelope: bytes, digest: str, key: PublicKey) -> dict[str, Any]:
    """The predicate of a statement about the bag with this digest; refuses any other, and another key's."""
    try:
        found = json.loads(envelope)
        kind, payload = found["payloadType"], base64.b64decode(found["payload"], validate=True)
        signatures = [base64.b64decode(each["sig"], validate=True) for each in found["signatures"]]
        key.check(signatures[0], pae(str(kind), payload))
        statement = json.loads(payload)
        about, predicate = statement["subject"][0]["digest"]["sha256"], dict(statement["predicate"])
    except (ValueError, KeyError, TypeError, IndexError):
        raise Untrusted("is not a statement of the kind that Longwatch makes") from None
    if (kind, statement.get("_type"), statement.get("predicateType")) != (IN_TOTO, STATEMENT, PREDICATE):
        raise Untrusted("is not a statement of the kind that Longwatch makes")
    if about != digest:
        raise Untrusted("is about another bag")
    return predicate


def read_public_key(text: str) -> PublicKey:
    """The key in a PEM file, a `.pub` file or an allowed-signers file; ValueError when there is none."""
    if "BEGIN PUBLIC KEY" in text:
        key = load_pem_public_key(text.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        return PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    for line in text.splitlines():
        _, found, rest = line.partition(f"{ALGORITHM} ")
        if found and not line.lstrip().startswith("#"):
            return _from_blob(rest.split()[0] if rest.split() else "")
    raise ValueError("no Ed25519 key in it")


def _from_blob(text: str) -> PublicKey:
    try:
        algorithm, raw = _strings(base64.b64decode(text, validate=True), 2)
    except (binascii.Error, Untrusted):
        raise ValueError("not a public key") from None
    if algorithm != ALGORITHM.encode() or len(raw) != RAW_KEY_BYTES:
        raise ValueError("not an Ed25519 key")
    return PublicKey(raw)


def _ssh_signed(message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return MAGIC + _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512") + _string(digest)


def _unarmoured(text: str) -> bytes:
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0].strip() != BEGIN or lines[-1].strip() != END:
        raise Untrusted("is not an SSH signature")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error:
        raise Untrusted("is not an SSH signature") from None


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(blob: bytes, count: int) -> list[bytes]:
    found, at = [], 0
    for _ in range(count):
        length = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + length > len(blob):
            raise Untrusted("is cut off or malformed")
        found.append(blob[at + 4 : at + 4 + length])
        at += 4 + length
    if at != len(blob):
        raise Untrusted("has something after its end")
    return found
