# SPDX-License-Identifier: Apache-2.0
"""Reads of the ledger; row security decides what is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from longwatch.core.errors import Invalid
from longwatch.core.paging import decode_cursor
from longwatch.ledger.models import LedgerDetail, LedgerEntry

# Of PostgreSQL's bigint.
LARGEST_ID = 2**63


def newest_entries(org_id: UUID, *, cursor: str | None, action: str, limit: int) -> Sequence[LedgerEntry]:
    """Up to limit entries of an organisation before the cursor, newest first, whose verb begins so."""
    found = LedgerEntry.objects.filter(org_id=org_id).order_by("-id")
    if action:
        # No verb holds a zero byte, and PostgreSQL refuses to look for one.
        found = found.none() if "\0" in action else found.filter(action__startswith=action)
    if cursor:
        found = found.filter(id__lt=_entry_id(cursor))
    return list(found[:limit])


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a change, and when; the name is empty when it was erased or may not be known."""

    at: datetime
    actor_id: UUID
    name: str


def who_made(entry_id: int) -> Made | None:
    """Who made the change of an entry, which is the version of the rows that it changed."""
    entry = LedgerEntry.objects.filter(id=entry_id).first()
    if entry is None:
        return None
    fields = LedgerDetail.objects.filter(entry_id=entry_id).values_list("fields", flat=True).first() or {}
    return Made(entry.at, entry.actor_id, str((fields.get("actor") or {}).get("value") or ""))


def entry_exists(org_id: UUID, entry_id: int) -> bool:
    """Whether the caller may read this entry."""
    return entry_id < LARGEST_ID and LedgerEntry.objects.filter(id=entry_id, org_id=org_id).exists()


def entries_by_ids(ids: Sequence[int]) -> Sequence[LedgerEntry]:
    """Those of some entries that the caller may read, without their leaves."""
    return list(LedgerEntry.objects.filter(id__in=ids).defer("leaf", "leaf_hash"))


def _entry_id(cursor: str) -> int:
    """The entry that a cursor names; refuses cursors of other lists."""
    (value,) = decode_cursor(cursor, 1)
    if not isinstance(value, int):
        raise Invalid("The cursor is not one of ours.", fields={"cursor": "Use the cursor of the last answer."})
    return value
