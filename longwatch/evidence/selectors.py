# SPDX-License-Identifier: Apache-2.0
"""Reads about exhibits; row security does the filtering."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from longwatch.core import clock
from longwatch.core.errors import NotFound
from longwatch.evidence.models import BlobCheck, CustodyEvent, CustodyKind, Exhibit, ResumableUpload

# What an exhibit says that was taken out of an e-mail by us.
TAKEN_WITH = "Longwatch"
MOST_ATTACHMENTS = 500

# Links after which an exhibit stands otherwise than before. Looking at it, copying and checking it are none.
HANDED = frozenset({CustodyKind.TRANSFERRED, CustodyKind.ACCEPTED})
CHANGING = HANDED | {
    CustodyKind.OFFERED, CustodyKind.REFUSED, CustodyKind.TAKEN_BACK, CustodyKind.SEALED, CustodyKind.UNSEALED
}  # fmt: skip


def exhibits(record_id: UUID) -> QuerySet[Exhibit]:
    """The exhibits of a record with who received them, withdrawn ones too, by number."""
    return (
        Exhibit.objects.filter(record_id=record_id)
        .select_related("received_by", "compartment")
        .order_by("compartment_id", "number")
    )


def exhibits_of_any(record_ids: Sequence[UUID]) -> QuerySet[Exhibit]:
    """The exhibits of several records, the newest first."""
    rows = Exhibit.objects.filter(record_id__in=record_ids).select_related("compartment")
    return rows.order_by("-received_at", "number")


def unfinished(record_id: UUID) -> QuerySet[ResumableUpload]:
    """One's own files for a record that did not arrive in full and may still go on, the oldest first."""
    rows = ResumableUpload.objects.filter(record_id=record_id, exhibit_id=None, expires_at__gt=clock.now())
    return rows.order_by("created_at")


def exhibit(exhibit_id: UUID) -> Exhibit:
    """One exhibit; refuses one that is not there or not to be seen."""
    found = Exhibit.objects.filter(id=exhibit_id).select_related("compartment").first()
    if found is None:
        raise NotFound
    return found


def custody(exhibit_id: UUID) -> QuerySet[CustodyEvent]:
    """The chain of custody of an exhibit, oldest first."""
    return CustodyEvent.objects.filter(exhibit_id=exhibit_id).order_by("at", "id")


def taken_from(mail: Exhibit, number: int) -> str:
    """How an attachment that was taken out of an e-mail says where it comes from; counted from 0."""
    return f"Attachment {number + 1} of exhibit {mail.mark}"


def taken_out_of(mail: Exhibit) -> dict[int, Exhibit]:
    """The exhibits that attachments of an e-mail became, by their number in it, but for those that were withdrawn."""
    rows = Exhibit.objects.filter(
        record_id=mail.record_id, compartment_id=mail.compartment_id, acquired_tool=TAKEN_WITH, withdrawn_at=None
    ).select_related("compartment")
    found = {row.acquired_how: row for row in rows}
    numbers = {taken_from(mail, number): number for number in range(MOST_ATTACHMENTS)}
    return {numbers[how]: row for how, row in found.items() if how in numbers}


def last_check(exhibit_id: UUID) -> BlobCheck | None:
    """What the scheduled check found last; None while it has not looked yet."""
    return BlobCheck.objects.filter(exhibit_id=exhibit_id).first()


@dataclass(frozen=True, slots=True)
class ChecksTold:
    """When stored bytes were read last, how many files there are, how many were read of late, how many are wrong."""

    last_at: datetime | None = None
    files: int = 0
    looked: int = 0
    wrong: int = 0


def checks_told(since: datetime) -> ChecksTold:
    """What the checks of the organisation's stored bytes came to; nothing for who may not read the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("select * from evidence_checks_told(%s)", [since])
        row = cursor.fetchone()
    return ChecksTold(*row) if row else ChecksTold()


def offers() -> QuerySet[CustodyEvent]:
    """What was offered and waits for an answer, as far as the reader sees the exhibits, the oldest first."""
    rows = CustodyEvent.objects.filter(kind=CustodyKind.OFFERED, answer=None)
    return rows.select_related("exhibit__compartment").order_by("at", "id")


@dataclass(frozen=True, slots=True)
class InHands:
    """How many things somebody has in hand, and how many exhibits wait for their receipt."""

    things: int = 0
    offers: int = 0


def in_hands(account_id: UUID) -> InHands:
    """What somebody of the organisation has in hand, in numbers, for administrators; nothing for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select things, offers from evidence_in_hands(%s)", [account_id])
        row = cursor.fetchone()
    return InHands(*row) if row else InHands()


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has an exhibit in hand, where it lies, and under which seal; the version is that of the last such link.

    What is offered stays with whoever has it until it is answered.
    """

    holder: str
    place: str = ""
    seal: str = ""
    held: bool = False
    version: int = field(default=0, compare=False)
    # The account of whoever has it, when they have one; and the offer that waits for an answer.
    holder_id: UUID | None = field(default=None, compare=False)
    offer: CustodyEvent | None = field(default=None, compare=False)


def holding(row: Exhibit) -> Holding:
    """How an exhibit stands, by its chain of custody."""
    return holding_of(row, list(custody(row.id)))


def holding_of(row: Exhibit, chain: Sequence[CustodyEvent]) -> Holding:
    """How an exhibit stands after this chain, oldest link first."""
    holder, holder_id, place, seal, held, version = row.received_label, row.received_by_id, "", "", 0, row.version
    for link in chain:
        if link.kind in HANDED:
            holder, holder_id, place = link.to_label, link.receiver_id, link.place or place
        if link.kind in (CustodyKind.SEALED, CustodyKind.UNSEALED):
            seal = link.seal if link.kind == CustodyKind.SEALED else ""
        held += (link.kind == CustodyKind.HELD) - (link.kind == CustodyKind.RELEASED)
        version = max(version, link.version) if link.kind in CHANGING else version
    return Holding(holder, place, seal, held > 0, version, holder_id, _unanswered(chain))


def _unanswered(chain: Sequence[CustodyEvent]) -> CustodyEvent | None:
    answered = {link.offer_id for link in chain}
    waiting = [link for link in chain if link.kind == CustodyKind.OFFERED and link.id not in answered]
    return waiting[-1] if waiting else None


def is_needed_unsealed(org_id: UUID, sha256: str) -> bool:
    """Whether an exhibit of an older version still lies in this unsealed file; for the job that seals them."""
    with connection.cursor() as cursor:
        cursor.execute("select evidence_is_needed_unsealed(%s, %s)", [org_id, sha256])
        return bool(cursor.fetchone()[0])


def blobs_in_use(org_id: UUID) -> set[str]:
    """The names of the blobs that exhibits of an organisation still need, whoever may see them."""
    with connection.cursor() as cursor:
        cursor.execute("select sha256 from evidence_blobs_in_use(%s)", [org_id])
        rows: Sequence[tuple[str]] = cursor.fetchall()
    return {row[0] for row in rows}
