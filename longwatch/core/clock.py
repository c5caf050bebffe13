# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the wall clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present moment in UTC, with microseconds as PostgreSQL keeps them."""
    return _pretended.get() or datetime.now(UTC)


@cache
def zone_names() -> frozenset[str]:
    """The time zones that this machine knows; looking for them opens hundreds of files."""
    return frozenset(available_timezones())


@contextmanager
def unsafe_pretend(moment: datetime) -> Iterator[None]:
    """Let it be another moment, for the demo story and for tests: everything recorded inside is dated then."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
