# SPDX-License-Identifier: Apache-2.0
"""Reads of the ledger; row security decides what is there."""

from collections.abc import Sequence
from uuid import UUID

from longwatch.core.paging import decode_cursor
from longwatch.ledger.models import LedgerEntry


def newest_entries(org_id: UUID, *, cursor: str | None, action: str, limit: int) -> Sequence[LedgerEntry]:
    """Up to limit entries of an organisation before the cursor, newest first, whose verb begins so."""
    found = LedgerEntry.objects.filter(org_id=org_id).order_by("-id")
    if action:
        found = found.filter(action__startswith=action)
    if cursor:
        found = found.filter(id__lt=int(decode_cursor(cursor, 1)[0]))
    return list(found[:limit])
