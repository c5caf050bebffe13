# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (RFC 8785) of values, for hashing and signing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import rfc8785

from longwatch.core.errors import Unstorable

SAFE_INTEGER = 2**53 - 1
# Byte for byte the same as RFC 8785, except for fractions and for names beyond ASCII, whose order differs.
_FAST = msgspec.json.Encoder(order="sorted")


def plain(value: Any) -> Any:
    """The value as canonical JSON types: UUIDs, times and enumerations as text, big integers as text."""
    found = _PLAIN.get(type(value))
    return found(value) if found else _plain_by_kind(value)


def canonical(value: Any) -> bytes:
    """The canonical JSON bytes (RFC 8785) of the value; refuses (422) half of a surrogate pair, which is no text."""
    made = plain(value)
    try:
        return _FAST.encode(made) if _is_simple(made) else rfc8785.dumps(made)
    except (rfc8785.FloatDomainError, rfc8785.IntegerDomainError):
        raise  # Our own mistake: no field of a caller holds such a number.
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Unstorable from error


def _is_simple(made: Any) -> bool:
    """Whether the quick encoder writes the canonical bytes of a plain value."""
    kind = type(made)
    if kind is dict:
        return all(name.isascii() for name in made) and all(map(_is_simple, made.values()))
    return all(map(_is_simple, made)) if kind is list else kind is not float


def _plain_by_kind(value: Any) -> Any:
    """Subclasses and the rarer types; refuses those without a canonical form."""
    if isinstance(value, Enum):
        return plain(value.value)
    for kind, found in _PLAIN.items():
        if isinstance(value, kind):
            return found(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _same(value: Any) -> Any:
    return value


def _integer(value: int) -> int | str:
    return int(value) if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)


def _bytes(value: "bytes | memoryview") -> str:
    return value.hex()


def _sequence(value: "list[Any] | tuple[Any, ...]") -> list[Any]:
    return [plain(item) for item in value]


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str.__str__(str(key)): plain(item) for key, item in value.items()}


_PLAIN: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    bool: _same,
    # Also of subclasses, such as Django's safe strings, the plain text and number.
    str: str.__str__,
    float: float,
    int: _integer,
    UUID: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    bytes: _bytes,
    memoryview: _bytes,
    list: _sequence,
    tuple: _sequence,
    dict: _mapping,
}
