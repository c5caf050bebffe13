# SPDX-License-Identifier: Apache-2.0
"""Custody reports: who takes one away says why, and that becomes a link of each chain before it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from longwatch.access.models import Section
from longwatch.access.oversight import SightKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.words import written
from longwatch.evidence import selectors
from longwatch.evidence.models import BlobCheck, CustodyEvent, CustodyKind, Exhibit
from longwatch.evidence.selectors import Holding
from longwatch.evidence.services.custody import link
from longwatch.records.reference import RecordRef

MOST = 500
# What leaves on paper for the whole record says neither what counsel was asked nor who reported.
KEPT_BACK = frozenset({Section.PRIVILEGED, Section.IDENTITY})


@dataclass(frozen=True, slots=True)
class Chain:
    """An exhibit with all that was done with it, how it stands now, and what the last check of its bytes found."""

    exhibit: Exhibit
    links: Sequence[CustodyEvent]
    holding: Holding
    check: BlobCheck | None


@dataclass(frozen=True, slots=True)
class Report:
    """The chains of some exhibits, why somebody takes them away, and how many exhibits are left out."""

    record: RecordRef
    chains: Sequence[Chain]
    reason: str
    left_out: int = 0


@transaction.atomic
def report_on_one(record: RecordRef, exhibit_id: UUID, *, reason: str, by: Actor) -> Report:
    """The custody report of one exhibit; refuses (422) without a reason."""
    row = selectors.exhibit(exhibit_id)
    if row.record_id != record.id:
        raise NotFound
    return _report(record, [row], reason, by)


@transaction.atomic
def report_on_all(record: RecordRef, *, reason: str, by: Actor) -> Report:
    """The custody report of all exhibits of a record that the actor sees, but for those of sections that are kept back.

    Refuses (422) without a reason, without an exhibit, and for more than 500 exhibits at once.
    """
    rows = list(selectors.exhibits(record.id))
    leaving = [row for row in rows if row.compartment.section not in KEPT_BACK]
    if not leaving:
        raise Invalid("There is no exhibit to report on.")
    if len(leaving) > MOST:
        raise Invalid(f"These are more than {MOST} exhibits. Export the record instead: its bundle holds every chain.")
    return _report(record, leaving, reason, by, len(rows) - len(leaving))


def _report(record: RecordRef, rows: Sequence[Exhibit], reason: str, by: Actor, left_out: int = 0) -> Report:
    require(by, Permission.EVIDENCE_READ)
    why = written(reason, "reason", "Say what the report is for.")
    for row in rows:
        link(row, CustodyKind.REPORTED, reason=why, said={"reason": why}, by=by)
    saw(record.kind, record.id, [row.compartment_id for row in rows], how=SightKind.EXPORTED, by=by)
    return Report(record, _chains(rows), why, left_out)


def _chains(rows: Sequence[Exhibit]) -> list[Chain]:
    ids = [row.id for row in rows]
    links: dict[UUID, list[CustodyEvent]] = {each: [] for each in ids}
    for found in CustodyEvent.objects.filter(exhibit_id__in=ids).order_by("at", "id"):
        links[found.exhibit_id].append(found)
    checks = {check.exhibit_id: check for check in BlobCheck.objects.filter(exhibit_id__in=ids)}
    return [
        Chain(row, links[row.id], selectors.holding_of(row, links[row.id]), checks.get(row.id)) for row in rows
    ]  # fmt: skip
