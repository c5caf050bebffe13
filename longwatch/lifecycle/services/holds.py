# SPDX-License-Identifier: Apache-2.0
"""Counsel orders to keep, and ends the order."""

from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, refuse_stale
from longwatch.core.ids import entity_id as entity_id_of
from longwatch.core.words import written
from longwatch.entities.kinds import EntityKind, entity_key
from longwatch.evidence.models import CustodyKind, Exhibit
from longwatch.evidence.services import custody
from longwatch.lifecycle import selectors
from longwatch.lifecycle.events import HoldPlaced, HoldReleased
from longwatch.lifecycle.models import Hold, HoldScope
from longwatch.lifecycle.rules import LONGEST_MATTER
from longwatch.records.final import await_erasing
from longwatch.records.reference import RecordRef

LONGEST_LINK = 500


@transaction.atomic
def hold_record(record: RecordRef, *, matter: str, reason: str, by: Actor) -> Hold:
    """Keep one record, what belongs to it, and its exhibits, whose chain of custody says so."""
    require(by, Permission.HOLD_DECIDE)
    row = _unwritten(HoldScope.RECORD, matter, reason, by)
    await_erasing(by.org_id)
    if selectors.holds_of(record.id).filter(matter=row.matter).exists():
        raise Conflict("This record is under hold for this matter already.", code="already_held")
    row.compartment_id, row.record_kind, row.record_id = record.compartment_id, record.kind, record.id
    _place(row, by)
    _tell_exhibits(row, CustodyKind.HELD, row.reason, by)
    return row


@transaction.atomic
def hold_entity(kind: str, value: str, *, matter: str, reason: str, by: Actor) -> Hold:
    """Keep whatever names a person or thing, in every record, also in those that come later."""
    require(by, Permission.HOLD_DECIDE)
    row = _unwritten(HoldScope.ENTITY, matter, reason, by)
    if kind not in EntityKind.values or not value.strip():
        raise Invalid("Say whom or what the hold is about.", fields={"value": "Write a name, an address, a number."})
    key = entity_key(kind, value)
    row.entity_id = entity_id_of(by.org_id, key)
    row.about = value.strip()[:500]
    return _place(row, by)


@transaction.atomic
def hold_organisation(*, matter: str, reason: str, by: Actor) -> Hold:
    """Keep everything."""
    require(by, Permission.HOLD_DECIDE)
    return _place(_unwritten(HoldScope.ORGANISATION, matter, reason, by), by)


@transaction.atomic
def release_hold(hold_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None) -> Hold:
    """End a hold; refuses (409) one that has ended."""
    row = Hold.objects.select_for_update().filter(id=hold_id).first() or selectors.hold(hold_id)
    require(by, Permission.HOLD_DECIDE)
    refuse_stale(row.version, expected_version)
    if not row.is_open:
        raise Conflict("This hold has ended already.", code="hold_released")
    row.release_reason = written(reason, "reason", "Say why nothing has to be kept any more.")
    row.released_at, row.released_by_id = clock.now(), by.id
    event = HoldReleased(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, matter=row.matter,
        reason=row.release_reason,
    )  # fmt: skip
    ledger.record(event, by=by, row=row, fields=["released_at", "released_by", "release_reason"])
    _tell_exhibits(row, CustodyKind.RELEASED, row.release_reason, by)
    return row


def _unwritten(scope: HoldScope, matter: str, reason: str, by: Actor) -> Hold:
    return Hold(
        org_id=by.org_id, scope=scope, placed_by_id=by.id,
        matter=written(matter, "matter", "Name the matter, such as a file number.", LONGEST_MATTER),
        reason=written(reason, "reason", "Say why everything has to be kept."),
    )  # fmt: skip


def _place(row: Hold, by: Actor) -> Hold:
    await_erasing(by.org_id)
    event = HoldPlaced(
        subject_id=row.id, record_id=row.record_id, compartment_id=row.compartment_id, scope=row.scope,
        matter=row.matter, reason=row.reason,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


def _tell_exhibits(row: Hold, kind: CustodyKind, reason: str, by: Actor) -> None:
    if row.record_id is not None:
        for exhibit in Exhibit.objects.filter(record_id=row.record_id).order_by("number"):
            custody.note(exhibit, kind, reason=f"{row.matter}: {reason}"[:LONGEST_LINK], by=by)
