# SPDX-License-Identifier: Apache-2.0
"""The chain of custody: whatever is done with an exhibit becomes a link, before it is done."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, NotFound, refuse_stale
from longwatch.core.words import LONGEST_REASON, optional, written
from longwatch.evidence import selectors
from longwatch.evidence.events import (
    AttachmentExtracted,
    CustodyReported,
    ExhibitDamaged,
    ExhibitDownloaded,
    ExhibitEvent,
    ExhibitExported,
    ExhibitHeld,
    ExhibitMarked,
    ExhibitOffered,
    ExhibitReleased,
    ExhibitSealed,
    ExhibitTransferred,
    ExhibitUnsealed,
    ExhibitVerified,
    ExhibitViewed,
    OfferTakenBack,
    ReceiptConfirmed,
    ReceiptRefused,
)
from longwatch.evidence.models import CustodyEvent, CustodyKind, Exhibit
from longwatch.records.reference import RecordRef

LONGEST_WORDS = 200
LONGEST_SEAL = 100
# A download that broke off may go on for so long without another reason.
COPY_LASTS = timedelta(hours=1)
# Looking at the safe copy again within this time is the same look.
LOOK_LASTS = timedelta(minutes=30)
COPY = "Safe copy"
EVENTS: dict[CustodyKind, type[ExhibitEvent]] = {
    CustodyKind.VIEWED: ExhibitViewed,
    CustodyKind.DOWNLOADED: ExhibitDownloaded,
    CustodyKind.TRANSFERRED: ExhibitTransferred,
    CustodyKind.OFFERED: ExhibitOffered,
    CustodyKind.ACCEPTED: ReceiptConfirmed,
    CustodyKind.REFUSED: ReceiptRefused,
    CustodyKind.TAKEN_BACK: OfferTakenBack,
    CustodyKind.SEALED: ExhibitSealed,
    CustodyKind.UNSEALED: ExhibitUnsealed,
    CustodyKind.HELD: ExhibitHeld,
    CustodyKind.RELEASED: ExhibitReleased,
    CustodyKind.VERIFIED: ExhibitVerified,
    CustodyKind.DAMAGED: ExhibitDamaged,
    CustodyKind.EXPORTED: ExhibitExported,
    CustodyKind.MARKED: ExhibitMarked,
    CustodyKind.EXTRACTED: AttachmentExtracted,
    CustodyKind.REPORTED: CustodyReported,
}


@transaction.atomic
def hand_out(exhibit_id: UUID, *, viewed: bool = False, reason: str = "", by: Actor) -> CustodyEvent:
    """The new link of the exhibit's chain of custody: viewed, or downloaded for a reason (422 without one)."""
    row = selectors.exhibit(exhibit_id)
    require(by, Permission.EVIDENCE_READ)
    if viewed:
        return link(row, CustodyKind.VIEWED, by=by)
    if row.is_physical:
        raise NotFound("This exhibit is a thing: there is no file to download.")
    why = written(reason, "reason", "Say what the copy is for.")
    return link(row, CustodyKind.DOWNLOADED, reason=why, said={"reason": why}, by=by)


def handed_out(exhibit_id: UUID, copy: UUID, *, by: Actor) -> CustodyEvent:
    """The link of one's own download, while it may still go on; refuses (404) another's and an old one."""
    require(by, Permission.EVIDENCE_READ)
    found = CustodyEvent.objects.select_related("exhibit").filter(
        id=copy, exhibit_id=exhibit_id, kind=CustodyKind.DOWNLOADED, actor_id=by.id, at__gt=clock.now() - COPY_LASTS
    )
    row = found.first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def look(exhibit_id: UUID, *, by: Actor) -> CustodyEvent:
    """The link of looking at the safe copy: a new one, unless the actor looked within the last half hour."""
    row = selectors.exhibit(exhibit_id)
    require(by, Permission.EVIDENCE_READ)
    return looked(row, by=by) or link(row, CustodyKind.VIEWED, reason=COPY, by=by)


def looked(row: Exhibit, *, by: Actor) -> CustodyEvent | None:
    """The link of the actor's last look at the safe copy, when that was within the last half hour."""
    found = CustodyEvent.objects.filter(
        exhibit=row, kind=CustodyKind.VIEWED, reason=COPY, actor_id=by.id, at__gt=clock.now() - LOOK_LASTS
    )
    return found.order_by("-at").first()


@transaction.atomic
def mark_dangerous(exhibit_id: UUID, *, reason: str, by: Actor) -> CustodyEvent:
    """From now on the exhibit leaves in an encrypted archive only; refuses (422) without a reason."""
    row = selectors.exhibit(exhibit_id)
    require(by, Permission.EVIDENCE_ADD)
    if row.is_physical:
        raise Conflict("This exhibit is a thing: there is no file in it.", code="not_a_file")
    why = written(reason, "reason", "Say why the file is dangerous.")
    return link(row, CustodyKind.MARKED, reason=why, said={"reason": why}, by=by)


@transaction.atomic
def apply_seal(
    record: RecordRef, exhibit_id: UUID, *, seal: str, reason: str = "", by: Actor, expected_version: int | None = None
) -> CustodyEvent:
    """A seal with a number is put on an exhibit; refuses (409) one that is sealed already."""
    row = at_work(record, exhibit_id, by, expected_version)
    if selectors.holding(row).seal:
        raise Conflict("This exhibit is sealed already. Open that seal first.", code="already_sealed")
    number = written(seal, "seal", "Write the number of the seal.", LONGEST_SEAL)
    why = optional(reason, "reason", LONGEST_REASON)
    return link(row, CustodyKind.SEALED, reason=why, said={"seal": number, "reason": why}, by=by, seal=number)


@transaction.atomic
def open_seal(
    record: RecordRef, exhibit_id: UUID, *, reason: str, condition: str = "", by: Actor,
    expected_version: int | None = None,
) -> CustodyEvent:  # fmt: skip
    """The seal of an exhibit is opened for a reason; refuses (409) one that is not sealed."""
    row = at_work(record, exhibit_id, by, expected_version)
    looks = optional(condition, "condition")
    seal = selectors.holding(row).seal
    if not seal:
        raise Conflict("This exhibit is not sealed.", code="not_sealed")
    why = written(reason, "reason", "Say why the seal is opened.")
    return link(
        row, CustodyKind.UNSEALED, reason=why, said={"seal": seal, "reason": why}, by=by, seal=seal,
        condition=looks,
    )  # fmt: skip


def note(row: Exhibit, kind: CustodyKind, *, reason: str, by: Actor) -> CustodyEvent:
    """A legal hold begins or ends, or a bundle takes a copy along; whoever calls this has asked for the permission."""
    return link(row, kind, reason=reason, said={"reason": reason}, by=by)


def link(
    row: Exhibit, kind: CustodyKind, *, by: Actor, reason: str = "", said: dict[str, str] | None = None, **facts: Any
) -> CustodyEvent:
    """A new link, with the entry about it; `said` is what the entry tells beyond the exhibit."""
    event = EVENTS[kind](
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, number=row.number,
        mark=row.mark, file_name=row.name, sha256=row.sha256, **(said or {}),
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=unwritten(row, kind, by=by, reason=reason, **facts))


def unwritten(row: Exhibit, kind: CustodyKind, *, by: Actor, reason: str = "", **facts: Any) -> CustodyEvent:
    """A link that is not in the chain yet."""
    return CustodyEvent(
        org_id=row.org_id, compartment_id=row.compartment_id, exhibit=row, kind=kind, reason=reason,
        actor_id=by.id if by.kind != ActorKind.SYSTEM else None, actor_label=by.label, **facts,
    )  # fmt: skip


def at_work(record: RecordRef, exhibit_id: UUID, by: Actor, expected_version: int | None) -> Exhibit:
    """An exhibit of this record, held, for whoever works there; refuses (412) who saw it stand otherwise."""
    row = held(record, exhibit_id)
    require(by, Permission.EVIDENCE_ADD)
    require(by, record.work_permission)
    refuse_stale(selectors.holding(row).version, expected_version)
    return row


def held(record: RecordRef, exhibit_id: UUID) -> Exhibit:
    """An exhibit of this record, for one writer at a time; refuses (404) any other."""
    row = Exhibit.objects.select_for_update().filter(id=exhibit_id, record_id=record.id).first()
    if row is None:
        raise NotFound
    return row
