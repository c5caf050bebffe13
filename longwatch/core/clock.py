# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, with microseconds as PostgreSQL keeps them."""
    return datetime.now(UTC)
