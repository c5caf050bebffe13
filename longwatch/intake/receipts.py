# SPDX-License-Identifier: Apache-2.0
"""Receipts: what is shown once, and what is kept of them (docs/adr/0006)."""

import hashlib
import hmac
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from longwatch.core.errors import TooMany
from longwatch.core.keys import RECEIPTS, load_key

DIGITS = 20
# About a third of a second of one core, and memory that a guessing machine would need as well.
MEMORY_KIB = 128 * 1024
PASSES = 2
NONCE = 12


@dataclass
class Gate:
    """So many at once, so many waiting, the rest refused: an expensive step that nobody can exhaust us with.

    Of these places one asker has at most `each`. Who is here is known by a keyed hash; the key is thrown away whenever
    nobody is.
    """

    at_once: int
    waiting: int
    each: int
    here: int = 0
    _key: bytes = b""
    _askers: "Counter[bytes]" = field(default_factory=Counter)
    _room: threading.Semaphore = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._room = threading.Semaphore(self.at_once)

    @contextmanager
    def through(self, asker: str = "") -> Iterator[None]:
        """Wait for one's turn; refuses (429) when too many wait already, or too many of the same asker."""
        mark = self._enter(asker)
        try:
            with self._room:
                yield
        finally:
            self._leave(mark)

    def _enter(self, asker: str) -> bytes:
        with self._lock:
            if self.here == 0:
                self._key = os.urandom(32)
            mark = hashlib.blake2b(asker.encode(), key=self._key, digest_size=16).digest() if asker else b""
            if self.here >= self.at_once + self.waiting or (mark and self._askers[mark] >= self.each):
                raise TooMany(_("Very many people are asking just now. Wait a minute, then try again."))
            self.here += 1
            self._askers[mark] += 1
            return mark

    def _leave(self, mark: bytes) -> None:
        with self._lock:
            self.here -= 1
            self._askers[mark] -= 1
            if self.here == 0:
                self._askers.clear()
                self._key = b""


GATE = Gate(at_once=1, waiting=8, each=2)


TAG_BYTES = hashlib.sha256().digest_size


def digits_of(receipt: str) -> str:
    """The digits of a receipt, however it was typed."""
    return "".join(character for character in receipt if character in "0123456789")


def tag_of(receipt: str, asker: str = "") -> bytes | None:
    """What finds a receipt's exchange; None for what cannot be a receipt. An asker is only told from the next one.

    Argon2id under a salt of this server, then an HMAC under its key: slow to guess, and not at all without the key.
    """
    digits = digits_of(receipt)
    if len(digits) != DIGITS:
        return None
    with GATE.through(asker):
        slow = hash_secret_raw(
            digits.encode(), _derived("salt")[:16], time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1,
            hash_len=32, type=Type.ID,
        )  # fmt: skip
    return hmac.new(_derived("tag"), slow, hashlib.sha256).digest()


def once_key(tag: bytes) -> str:
    """What makes sending a report twice harmless; it stays in the raw payload and leads nowhere."""
    return hmac.new(_derived("once"), tag, hashlib.sha256).hexdigest()


def seal(content: Mapping[str, object], purpose: str) -> bytes:
    """Content that only this server reads, for one purpose."""
    nonce = os.urandom(NONCE)
    text = json.dumps(content, ensure_ascii=False).encode()
    return nonce + AESGCM(_derived(purpose)).encrypt(nonce, text, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> dict[str, str] | None:
    """What was sealed; None when it was not sealed here, for this purpose."""
    try:
        text = AESGCM(_derived(purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError):
        return None
    opened: dict[str, str] = json.loads(text)
    return opened


@cache
def _derived(purpose: str) -> bytes:
    return hmac.new(load_key(RECEIPTS), b"longwatch receipts: " + purpose.encode(), hashlib.sha256).digest()
