# SPDX-License-Identifier: Apache-2.0
"""Pages of lists that have the newest first."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from longwatch.core.errors import Invalid
from longwatch.core.paging import Page, decode_cursor, page_of

Row = TypeVar("Row", bound=Model)


def newest_first(found: QuerySet[Row], moment: str, cursor: str | None, limit: int) -> Page[Row]:
    """A page of rows by a moment and their identifier; refuses (422) a cursor that is not one of ours."""
    if cursor:
        at, last = _position(cursor)
        found = found.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": last}))
    rows = list(found.order_by(f"-{moment}", "-pk")[: limit + 1])
    return page_of(rows, limit, lambda row: (getattr(row, moment).isoformat(), str(row.pk)), first=not cursor)


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, last = decode_cursor(cursor, 2)
        return datetime.fromisoformat(str(at)), UUID(str(last))
    except ValueError as error:
        fields = {"cursor": "Use the cursor of the last answer."}
        raise Invalid("The cursor is not one of ours.", fields=fields) from error
