# SPDX-License-Identifier: Apache-2.0
"""Ties between signals, incidents and cases. Linking copies nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.models import CompartmentKind
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, NotFound, refuse_stale
from longwatch.records.events import Linked, Unlinked
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef


@transaction.atomic
def link(source: RecordRef, target: RecordRef, *, kind: LinkKind, reason: str = "", by: Actor) -> Link:
    """Tie two things together; the same open tie twice is one. The caller asked for the permission.

    The entry is written in the history of the more restricted end (see `home`).
    """
    if source.id == target.id:
        raise Conflict("A record cannot be linked to itself.", code="self_link")
    present = Link.objects.filter(kind=kind, from_id=source.id, to_id=target.id, ended_at=None).first()
    if present is not None:
        return present
    row = Link(
        org_id=by.org_id, kind=kind, from_kind=source.kind, from_id=source.id,
        from_compartment_id=source.compartment_id, to_kind=target.kind, to_id=target.id,
        to_compartment_id=target.compartment_id, snapshot_sha256=source.snapshot_sha256, reason=reason[:300],
        created_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
    )  # fmt: skip
    place = home(row)
    event = Linked(
        subject_id=row.id, record_id=place.record_id, compartment_id=place.compartment_id, kind=kind,
        from_kind=source.kind, from_reference=source.reference or source.title, to_kind=target.kind,
        to_reference=target.reference or target.title, snapshot_sha256=source.snapshot_sha256, reason=row.reason,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


@transaction.atomic
def end_link(link_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None) -> Link:
    """End a tie; its history stays."""
    row = Link.objects.select_for_update().filter(id=link_id, ended_at=None).first()
    if row is None:
        raise NotFound
    refuse_stale(row.version, expected_version)
    row.ended_at = clock.now()
    place = home(row)
    event = Unlinked(
        subject_id=row.id, record_id=place.record_id, compartment_id=place.compartment_id,
        kind=row.kind, from_kind=row.from_kind, to_kind=row.to_kind, reason=reason[:300],
    )  # fmt: skip
    return ledger.record(event, by=by, row=row, fields=["ended_at"])


@dataclass(frozen=True, slots=True)
class Home:
    """In whose history the entry about a tie is told (None: in nobody's), and who may read its details."""

    record_id: UUID | None
    compartment_id: UUID


def home(row: Link) -> Home:
    """Where a tie is told: at its case or its restricted incident, which the other end's readers must not learn of.

    A tie between two cases, or two restricted incidents, is told in neither history: each has members who may not
    know of the other. Those inside both see the tie itself.
    """
    if row.from_kind == RecordKind.CASE:
        told = None if row.to_kind == RecordKind.CASE else row.from_id
        return Home(told, row.from_compartment_id)
    if row.to_kind == RecordKind.INCIDENT and row.from_compartment.kind == CompartmentKind.RECORD:
        both = row.to_compartment.kind == CompartmentKind.RECORD
        return Home(None if both else row.from_id, row.from_compartment_id)
    return Home(row.to_id, row.to_compartment_id)
