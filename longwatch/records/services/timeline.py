# SPDX-License-Identifier: Apache-2.0
"""What people say happened: added, pinned, corrected; never overwritten."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.records.events import EntryAdded, EntryCorrected, EntryPinned
from longwatch.records.models import EntryKind, TimelineEntry
from longwatch.records.reference import RecordRef, announce_record, within

LONGEST_TEXT = 20_000


@transaction.atomic
def add_entry(
    record: RecordRef, *, kind: EntryKind, text: str, occurred_at: datetime | None = None, by: Actor
) -> TimelineEntry:
    """Add a line; without a time it happened now. Refuses an empty text, the future and a closed record."""
    require(by, record.work_permission)
    record.refuse_when_closed("The entry")
    entry = _entry(record, kind, text, occurred_at, by)
    event = EntryAdded(
        subject_id=entry.id, record_id=record.id, compartment_id=record.compartment_id,
        kind=kind, occurred_at=entry.occurred_at,
    )  # fmt: skip
    announce_record(record)
    return ledger.record_created(event, by=by, row=entry)


@transaction.atomic
def correct_entry(
    record: RecordRef,
    entry_id: UUID,
    *,
    text: str,
    occurred_at: datetime | None = None,
    by: Actor,
    expected_version: int | None = None,
) -> TimelineEntry:
    """Say it again, rightly; the old line stays readable. Refuses to correct what was already corrected."""
    require(by, record.work_permission)
    record.refuse_when_closed("The correction")
    old = _load(record, entry_id, expected_version)
    # A correction stays in the section of what it corrects.
    record = within(record, old.compartment_id)
    if old.corrections.exists():
        raise Conflict("This entry was already corrected. Correct the newer one.", code="already_corrected")
    entry = _entry(record, EntryKind(old.kind), text, occurred_at or old.occurred_at, by)
    entry.corrects, entry.pinned = old, old.pinned
    event = EntryCorrected(
        subject_id=entry.id, record_id=record.id, compartment_id=record.compartment_id,
        corrects=old.id, occurred_at=entry.occurred_at,
    )  # fmt: skip
    announce_record(record)
    return ledger.record_created(event, by=by, row=entry)


@transaction.atomic
def pin_entry(
    record: RecordRef, entry_id: UUID, *, pinned: bool, by: Actor, expected_version: int | None = None
) -> TimelineEntry:
    """Pin a line to the top of the timeline, or unpin it."""
    require(by, record.work_permission)
    entry = _load(record, entry_id, expected_version)
    if entry.pinned == pinned:
        return entry
    record = within(record, entry.compartment_id)
    entry.pinned = pinned
    event = EntryPinned(subject_id=entry.id, record_id=record.id, compartment_id=record.compartment_id, pinned=pinned)
    announce_record(record)
    return ledger.record(event, by=by, row=entry, fields=["pinned"])


def _load(record: RecordRef, entry_id: UUID, expected_version: int | None) -> TimelineEntry:
    entry = TimelineEntry.objects.select_for_update().filter(id=entry_id, record_id=record.id).first()
    if entry is None:
        raise NotFound
    refuse_stale(entry.version, expected_version)
    return entry


def _entry(record: RecordRef, kind: EntryKind, text: str, occurred_at: datetime | None, by: Actor) -> TimelineEntry:
    now = clock.now()
    refuse_text(text)
    if occurred_at is not None and occurred_at > now:
        raise Invalid("It cannot have happened yet.", fields={"occurred_at": "Give a time that has passed."})
    return TimelineEntry(
        org_id=record.org_id, compartment_id=record.compartment_id, record_kind=record.kind, record_id=record.id,
        kind=kind, text=text.strip(), occurred_at=occurred_at or now, recorded_at=now,
        author_id=by.id if by.kind == ActorKind.ACCOUNT else None, author_label=by.label,
    )  # fmt: skip


def refuse_text(text: str) -> None:
    """Refuse (422) an empty or overlong text."""
    if not text.strip():
        raise Invalid("Write something first.", fields={"text": "Write what happened."})
    if len(text) > LONGEST_TEXT:
        raise Invalid("The text is too long.", fields={"text": f"Use at most {LONGEST_TEXT} characters."})
