# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (RFC 8785) of values, for hashing and signing."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785

from longwatch.core.errors import Unstorable

SAFE_INTEGER = 2**53 - 1


def plain(value: Any) -> Any:
    """The value as canonical JSON types: UUIDs, times and enumerations as text, big integers as text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else str(value)
    return _plain_compound(value)


def _plain_compound(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any) -> bytes:
    """The canonical JSON bytes (RFC 8785) of the value; refuses (422) half of a surrogate pair, which is no text."""
    try:
        return rfc8785.dumps(plain(value))
    except (rfc8785.FloatDomainError, rfc8785.IntegerDomainError):
        raise  # Our own mistake: no field of a caller holds such a number.
    except rfc8785.CanonicalizationError as error:
        raise Unstorable from error
