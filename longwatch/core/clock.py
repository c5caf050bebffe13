# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the wall clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present moment in UTC, with microseconds as PostgreSQL keeps them."""
    return _pretended.get() or datetime.now(UTC)


def latest_day() -> date:
    """The day that it already is somewhere on Earth (UTC+14): who writes down a later one writes of the future."""
    return (now() + timedelta(hours=14)).date()


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
