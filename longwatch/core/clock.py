# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the wall clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present moment in UTC, with microseconds as PostgreSQL keeps them."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def unsafe_pretend(moment: datetime) -> Iterator[None]:
    """Let it be another moment, for the demo story and for tests: everything recorded inside is dated then."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
