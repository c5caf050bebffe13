# SPDX-License-Identifier: Apache-2.0
"""Identifiers: time-ordered UUIDs and the references that people read aloud."""

import os
import secrets
import time
from uuid import UUID, uuid5

# Crockford's alphabet without the letters that are misheard or misread (I, L, O, U).
SPOKEN_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTITY_NAMESPACE = UUID("6f2b51d4-5a0b-4f0e-9c53-0d3d7f6b2a10")

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_FREE_BITS = ~((0xF << 76) | (0x3 << 62))
_FETCHED_AT_ONCE = 256
_spare: list[bytes] = []
# A forked process must not hand out the same bytes as its parent.
os.register_at_fork(after_in_child=_spare.clear)


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=(((milliseconds << 80) | int.from_bytes(_random_bytes())) & _FREE_BITS) | _VERSION_AND_VARIANT)


def _random_bytes() -> bytes:
    """Ten bytes of the system's randomness, used once; fetched for many identifiers at a time, which is much faster."""
    try:
        return _spare.pop()
    except IndexError:
        block = os.urandom(10 * _FETCHED_AT_ONCE)
        _spare.extend(block[start : start + 10] for start in range(10, len(block), 10))
        return block[:10]


def incident_reference(year: int, number: int) -> str:
    """The readable reference of an incident; it may count."""
    return f"INC-{year}-{number:04d}"


def case_reference() -> str:
    """A random reference of a case; it must not tell how many cases there are."""
    letters = "".join(secrets.choice(SPOKEN_ALPHABET) for _ in range(6))
    return f"CASE-{letters[:4]}-{letters[4:]}"


def receipt_number() -> str:
    """Twenty random digits in groups of four: 66 bits, easy to copy by hand."""
    digits = "".join(secrets.choice("0123456789") for _ in range(20))
    return "-".join(digits[start : start + 4] for start in range(0, 20, 4))


def uuid_or_none(text: str | None) -> UUID | None:
    """The identifier in a text, when it is one."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def entity_id(org_id: UUID, key: str) -> UUID:
    """The same identifier for the same entity key in one organisation, without a registry to leak."""
    return uuid5(ENTITY_NAMESPACE, f"{org_id}:{key}")
