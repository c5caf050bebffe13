# SPDX-License-Identifier: Apache-2.0
"""The form evidence has at rest, written piece by piece (docs/adr, "Sealed evidence").

A header, then chunks: nonce, ciphertext, tag. The key of a file is derived from its record's key and the header. Each
chunk is bound to its place and to being the last or not, so none can be moved, left out or cut off unnoticed. Nonces
are random, so that a chunk written again after a crash never uses one twice.
"""

import hashlib
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from hashlib import _Hash

MAGIC = b"LWSEAL01"
HEADER = struct.Struct(">8s16sI32s4x")
PLACE = struct.Struct(">QB")
PURPOSE = b"longwatch sealed evidence v1"
CHUNK_BYTES = 64 * 1024
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD = NONCE_BYTES + TAG_BYTES
SEALED_CHUNK = CHUNK_BYTES + OVERHEAD
# No chunk has this number: what an unfinished upload holds back is sealed under it.
TAIL = 2**64 - 1


class NotSealed(ValueError):
    """The bytes are not evidence as we seal it."""


class Writable(Protocol):
    """Where sealed bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first 64 bytes: which key of a record, and what makes this file's key its own."""

    key_id: UUID
    salt: bytes

    def packed(self) -> bytes:
        """As it is stored."""
        return HEADER.pack(MAGIC, self.key_id.bytes, CHUNK_BYTES, self.salt)


def new_header(key_id: UUID) -> Header:
    """The header of a new file."""
    return Header(key_id, os.urandom(32))


def read_header(data: bytes) -> Header:
    """What stored bytes begin with; refuses another format or version."""
    if len(data) < HEADER.size:
        raise NotSealed("the header is cut off")
    magic, key_id, chunk_bytes, salt = HEADER.unpack(data[: HEADER.size])
    if magic != MAGIC or chunk_bytes != CHUNK_BYTES:
        raise NotSealed("not a sealed file of this version")
    return Header(UUID(bytes=key_id), salt)


def cipher_of(record_key: bytes, header: Header) -> AESGCM:
    """What seals and opens the chunks of one file."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=header.salt, info=PURPOSE + header.packed())
    return AESGCM(derived.derive(record_key))


def seal_chunk(cipher: AESGCM, number: int, plain: bytes, *, last: bool = False) -> bytes:
    """One chunk, bound to its place."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, PLACE.pack(number, last))


def open_chunk(cipher: AESGCM, number: int, sealed: bytes, *, last: bool = False) -> bytes:
    """The content of a chunk; raises InvalidTag for one that was changed or is in another place."""
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PLACE.pack(number, last))


def size_of(sealed_size: int) -> int:
    """How many bytes of content a sealed file of this size holds."""
    body = sealed_size - HEADER.size
    return max(0, body - -(-body // SEALED_CHUNK) * OVERHEAD)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is known of a sealed file: hash and size of its content, and of what lies at rest."""

    sha256: str
    size: int
    sealed_sha256: str
    sealed_size: int
    head: bytes


@dataclass(slots=True)
class Digests:
    """The running hashes of content and of sealed bytes."""

    plain: "_Hash"
    sealed: "_Hash"

    @classmethod
    def new(cls) -> "Digests":
        """Of nothing yet."""
        return cls(hashlib.sha256(), hashlib.sha256())

    def copy(self) -> "Digests":
        """One that can go on by itself."""
        return Digests(self.plain.copy(), self.sealed.copy())


class Sealer:
    """Seals what is written to it, chunk by chunk; the newest chunk is held back, because it may be the last."""

    def __init__(self, out: Writable, cipher: AESGCM, *, chunks: int = 0, tail: bytes = b"",
                 digests: Digests | None = None) -> None:  # fmt: skip
        self.cipher, self.chunks, self.digests = cipher, chunks, digests or Digests.new()
        self._out, self._tail = out, bytearray(tail)

    @classmethod
    def begin(cls, out: Writable, record_key: bytes, key_id: UUID) -> "Sealer":
        """The sealer of a new file; its header is written."""
        header = new_header(key_id)
        sealer = cls(out, cipher_of(record_key, header))
        sealer._put(header.packed())
        return sealer

    @property
    def size(self) -> int:
        """How many bytes of content were written so far."""
        return self.chunks * CHUNK_BYTES + len(self._tail)

    @property
    def tail(self) -> bytes:
        """The content that is held back."""
        return bytes(self._tail)

    def write(self, data: bytes) -> None:
        """Take more content."""
        self.digests.plain.update(data)
        self._tail += data
        done = 0
        view = memoryview(self._tail)
        while len(view) - done > CHUNK_BYTES:
            self._seal(bytes(view[done : done + CHUNK_BYTES]), last=False)
            done += CHUNK_BYTES
        view.release()
        del self._tail[:done]

    def finish(self) -> tuple[str, str]:
        """Seal the last chunk; return the hashes of content and of sealed bytes."""
        self._seal(self.tail, last=True)
        return self.digests.plain.hexdigest(), self.digests.sealed.hexdigest()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._put(seal_chunk(self.cipher, self.chunks, plain, last=last))
        self.chunks += 1

    def _put(self, data: bytes) -> None:
        self.digests.sealed.update(data)
        self._out.write(data)
