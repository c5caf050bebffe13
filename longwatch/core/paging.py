# SPDX-License-Identifier: Apache-2.0
"""Keyset paging: opaque cursors over a descending sort key, never page numbers."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from longwatch.core.errors import Invalid

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, and the cursors of its neighbours (None at the ends)."""

    rows: Sequence[Row]
    next_cursor: str | None = None
    first: bool = True


def encode_cursor(values: Sequence[str | int]) -> str:
    """The sort key of the last row of a page as an opaque, URL-safe text."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[str | int]:
    """The sort key inside a cursor; raises Invalid when it is not one of ours."""
    refusal = Invalid("The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."})
    try:
        values: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(values, list) or len(values) != length or not all(_is_key(value) for value in values):
        raise refusal
    return list(values)


def _is_key(value: Any) -> bool:
    """A number, or a text that PostgreSQL can hold: no zero byte, no half of a surrogate pair."""
    if type(value) is str:
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return type(value) is int


def page_of(rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[str | int]], *, first: bool) -> Page[Row]:
    """A page from limit + 1 fetched rows: the extra row only tells that there is more."""
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(shown, encode_cursor(key(shown[-1])) if more and shown else None, first)
