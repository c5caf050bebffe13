# SPDX-License-Identifier: Apache-2.0
"""Cursors of lists in order of time."""

from datetime import datetime
from uuid import UUID

from longwatch.core.errors import Invalid
from longwatch.core.paging import decode_cursor


def moment_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The time and identifier inside a cursor; refuses (422) one that is not ours."""
    at, identity = decode_cursor(cursor, 2)
    try:
        return datetime.fromisoformat(str(at)), UUID(str(identity))
    except ValueError as error:
        raise Invalid(
            "The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."}
        ) from error
