# SPDX-License-Identifier: Apache-2.0
"""Signed notes (c2sp.org/signed-note): a text, an empty line, and one line a signature. Pure functions."""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
PUBLIC_BYTES = 32
ID_BYTES = 4
SIGNED = "\u2014 "
MOST_SIGNATURES = 100
LONGEST = 1_000_000
NAME = re.compile(r"[^\s+]+")
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteRefused(Exception):
    """A note or key cannot be trusted; the words say in which way."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who is said to have signed, with which key, and what."""

    name: str
    key_id: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note; nothing of it is checked against a key yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public Ed25519 key under a name."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """A verifier key string (name, key identifier and key, joined by plus signs); refuses others."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _unbase64(encoded)
        if not NAME.fullmatch(name) or key[:1] != ED25519 or len(key) != 1 + PUBLIC_BYTES:
            raise NoteRefused("this is not an Ed25519 verifier key")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id:
            raise NoteRefused("the identifier is that of another key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    @property
    def vkey(self) -> str:
        """The verifier key string."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def made(self, signature: Signature) -> bool:
        """Whether a signature line claims to be of this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def accepts(self, text: str, signature: Signature) -> bool:
        """Whether the signature is of this key over this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.payload, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """A private Ed25519 key under a name."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not NAME.fullmatch(name):
            raise NoteRefused("the name of a key has no spaces and no plus sign")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def line(self, text: str) -> str:
        """The signature line over a text."""
        payload = self.verifier.key_id + self._key.sign(text.encode())
        return f"{SIGNED}{self.verifier.name} {base64.b64encode(payload).decode()}\n"


def sign(text: str, *signers: Signer) -> str:
    """The note of a text, signed by all; refuses a text that no note can hold."""
    if not text.endswith("\n") or UNPRINTABLE.search(text):
        raise NoteRefused("the text of a note is printable and ends with a line end")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def parse(note: str) -> Note:
    """Text and signatures of a note; refuses what is no note."""
    if len(note) > LONGEST or UNPRINTABLE.search(note) or not _is_text(note):
        raise NoteRefused("this is not a note")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not text or not lines.endswith("\n"):
        raise NoteRefused("the note has no signatures")
    signatures = tuple(map(_signature, lines[:-1].split("\n")))
    if len(signatures) > MOST_SIGNATURES:
        raise NoteRefused("the note has too many signatures")
    return Note(text + "\n", signatures)


def opened(note: str, known: Collection[Verifier]) -> str:
    """The text of a note that a known key has signed.

    Refuses when none has, or when a signature that claims to be of a known key is not; others are left alone.
    """
    found = parse(note)
    signed = False
    for signature in found.signatures:
        for verifier in known:
            if verifier.made(signature):
                if not verifier.accepts(found.text, signature):
                    raise NoteRefused(f"the signature of {verifier.name} is not good")
                signed = True
    if not signed:
        raise NoteRefused("no known key has signed the note")
    return found.text


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(SIGNED).partition(" ")
    payload = _unbase64(encoded)
    if not line.startswith(SIGNED) or not NAME.fullmatch(name) or len(payload) <= ID_BYTES:
        raise NoteRefused("a signature line is malformed")
    return Signature(name, payload[:ID_BYTES], payload[ID_BYTES:])


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_text(note: str) -> bool:
    try:
        note.encode()
    except UnicodeEncodeError:
        return False
    return True
