# SPDX-License-Identifier: Apache-2.0
"""Merging entities and taking it back, telling them apart, marking them: each a statement on the basis of a record.

Nothing moves: records go on naming what they name, and whoever sees the statement reads both as one. So unmerging is
exact. A statement is as visible as the record it rests on, and may rest only on one from which nobody learns what they
may not see: on one that names what it is about, or that fewer may see than those that do.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.ids import entity_id as identifier
from longwatch.entities import identities
from longwatch.entities.events import (
    ApartTakenBack,
    EntityMarked,
    EntityMerged,
    EntityToldApart,
    EntityUnmerged,
    MarkingEnded,
)
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key
from longwatch.entities.markings import Pap, Tlp
from longwatch.entities.models import Identity, Marking
from longwatch.records.models import RecordKind
from longwatch.records.readable import readable_kinds
from longwatch.records.reference import WORK_PERMISSION, RecordRef
from longwatch.search.naming import Named, compartment_kind, may_rest, named_in

LONGEST_REASON = 500
Said = TypeVar("Said", Identity, Marking)


@transaction.atomic
def merge(into: UUID, *, kind: str, value: str, record: RecordRef, reason: str, by: Actor) -> Identity:
    """Say that what is called so is the same as an entity; an identifier that no record names becomes an alias of it.

    Refuses (404) an entity that the actor sees nowhere, (409) what is one already or was told apart.
    """
    row = _about_two(into, kind, value, record, reason, by)
    allowed = readable_kinds(by)
    known = identities.joined([into], allowed)
    if row.entity_id in known:
        raise Conflict("They are one already.", code="already_one")
    if len(known) + len(identities.joined([row.entity_id], allowed)) > identities.MOST_JOINED:
        raise Conflict(f"Up to {identities.MOST_JOINED} identifiers can be one. Unmerge some first.", code="full")
    if _apart(row.entity_id, into, allowed):
        raise Conflict("Somebody said that they are not the same. Take that back first.", code="told_apart")
    return ledger.record_created(EntityMerged(**_facts(row)), by=by, row=row)


@transaction.atomic
def tell_apart(into: UUID, *, kind: str, value: str, record: RecordRef, reason: str, by: Actor) -> Identity:
    """Say that two that look alike are not the same; refuses (409) what is merged. Saying it twice is once."""
    row = _about_two(into, kind, value, record, reason, by)
    row.same = False
    allowed = readable_kinds(by)
    if row.entity_id in identities.joined([into], allowed):
        raise Conflict("They are merged. Unmerge them first.", code="already_one")
    there = _apart(row.entity_id, into, allowed)
    return there or ledger.record_created(EntityToldApart(**_facts(row)), by=by, row=row)


@transaction.atomic
def take_back(
    entity: UUID, said_id: UUID, *, reason: str = "", expected_version: int | None = None, by: Actor
) -> Identity:
    """Unmerge, or take back that two are not the same: each is again what it was before. Twice changes nothing."""
    row = _held(Identity, said_id, expected_version, by)
    if entity not in identities.joined([row.entity_id, row.into_id], readable_kinds(by)):
        raise NotFound
    if row.ended_at is not None:
        return row
    why = _reason(reason, needed=False)
    facts = {**_facts(row), "reason": why}
    event = EntityUnmerged(**facts) if row.same else ApartTakenBack(**facts)
    row.ended_at, row.ended_label = clock.now(), by.label
    return ledger.record(event, by=by, row=row, fields=["ended_at", "ended_label"])


@transaction.atomic
def mark(entity: UUID, *, tlp: str = "", pap: str = "", record: RecordRef, reason: str, by: Actor) -> Marking:
    """Say with whom what is known of an entity may be shared and what may be done with it.

    What was said before on the basis of the same record holds no more.
    """
    _may(record, by)
    _refuse_marks(tlp, pap)
    why = _reason(reason)
    places = _places(entity, by)
    record.hold()
    _refuse_wider(record, places)
    row = Marking(
        **_stated(record, by), entity_id=entity, kind=places[0].identity.kind,
        value=places[0].identity.value, reason=why, tlp=tlp, pap=pap,
    )  # fmt: skip
    for earlier in identities.known(entity, readable_kinds(by)).markings:
        if (earlier.entity_id, earlier.compartment_id) == (entity, record.compartment_id):
            _end_marking(earlier, by)
    return ledger.record_created(EntityMarked(**_marks(row), reason=why), by=by, row=row)


@transaction.atomic
def unmark(entity: UUID, marking_id: UUID, *, expected_version: int | None = None, by: Actor) -> Marking:
    """Take a marking off; twice changes nothing."""
    row = _held(Marking, marking_id, expected_version, by)
    if entity not in identities.joined([row.entity_id], readable_kinds(by)):
        raise NotFound
    return row if row.ended_at is not None else _end_marking(row, by)


def _end_marking(row: Marking, by: Actor) -> Marking:
    row.ended_at, row.ended_label = clock.now(), by.label
    return ledger.record(MarkingEnded(**_marks(row)), by=by, row=row, fields=["ended_at", "ended_label"])


def _about_two(into: UUID, kind: str, value: str, record: RecordRef, reason: str, by: Actor) -> Identity:
    _may(record, by)
    value = value.strip()
    _refuse_value(kind, value)
    why = _reason(reason)
    other = identifier(by.org_id, entity_key(kind, value))
    if other == into:
        raise Invalid("That is itself.", fields={"value": "Name another identifier than its own."})
    target, named = _places(into, by), named_in([other], by)
    record.hold()
    for places in (target, named):
        _refuse_wider(record, places)
    return Identity(
        **_stated(record, by), entity_id=other, kind=kind, value=value, reason=why, into_id=into,
        into_kind=target[0].identity.kind, into_value=target[0].identity.value,
    )  # fmt: skip


def _places(entity: UUID, by: Actor) -> list[Named]:
    found = named_in([entity], by)
    if not found:
        raise NotFound
    return found


def _refuse_wider(record: RecordRef, places: Sequence[Named]) -> None:
    """What only few may know is not said where more may know of it."""
    if places and not may_rest(places, record.compartment_id, compartment_kind(record.compartment_id)):
        value = places[0].identity.value
        sentence = f"More people may see this record than those that name {value}. Choose one that names it."
        raise Conflict(sentence, code="basis_too_wide")


def _stated(record: RecordRef, by: Actor) -> dict[str, Any]:
    return {
        "org_id": record.org_id, "compartment_id": record.compartment_id, "record_kind": record.kind,
        "record_id": record.id, "said_by_id": by.id if by.kind == ActorKind.ACCOUNT else None, "said_label": by.label,
    }  # fmt: skip


def _facts(row: Identity) -> dict[str, Any]:
    return {
        "subject_id": row.id, "record_id": row.record_id, "compartment_id": row.compartment_id, "kind": row.kind,
        "value": row.value, "into_kind": row.into_kind, "into": row.into_value, "reason": row.reason,
    }  # fmt: skip


def _marks(row: Marking) -> dict[str, Any]:
    return {
        "subject_id": row.id, "record_id": row.record_id, "compartment_id": row.compartment_id, "kind": row.kind,
        "value": row.value, "tlp": row.tlp, "pap": row.pap,
    }  # fmt: skip


def _held(model: type[Said], said_id: UUID, expected_version: int | None, by: Actor) -> Said:
    seen = model._default_manager.filter(id=said_id, record_kind__in=readable_kinds(by))
    row = seen.select_for_update().first()
    if row is None:
        raise NotFound
    require(by, Permission.ENTITY_READ)
    require(by, WORK_PERMISSION[RecordKind(row.record_kind)])
    refuse_stale(row.version, expected_version)
    return row


def _may(record: RecordRef, by: Actor) -> None:
    require(by, Permission.ENTITY_READ)
    require(by, record.work_permission)


def _apart(one: UUID, other: UUID, allowed: Sequence[str]) -> Identity | None:
    for row in identities.known(one, allowed).said:
        if not row.same and row.ended_at is None and {row.entity_id, row.into_id} == {one, other}:
            return row
    return None


def _reason(reason: str, *, needed: bool = True) -> str:
    why = reason.strip()
    if (needed and not why) or len(why) > LONGEST_REASON or "\0" in why:
        sentence = f"Say why, in up to {LONGEST_REASON} characters."
        raise Invalid("Nothing was changed.", fields={"reason": sentence})
    return why


def _refuse_value(kind: str, value: str) -> None:
    if kind not in EntityKind.values:
        raise Invalid("Nothing was changed.", fields={"kind": "Choose what it is."})
    if not value or len(value) > LONGEST_VALUE or "\0" in value:
        sentence = f"Write a name, an address or another identifier of up to {LONGEST_VALUE} characters."
        raise Invalid("Nothing was changed.", fields={"value": sentence})


def _refuse_marks(tlp: str, pap: str) -> None:
    fields = {}
    if tlp and tlp not in Tlp.values:
        fields["tlp"] = "Choose one of the markings of TLP 2.0."
    if pap and pap not in Pap.values:
        fields["pap"] = "Choose one of the markings of PAP."
    if not tlp and not pap:
        fields["tlp"] = "Choose a marking."
    if fields:
        raise Invalid("Nothing was changed.", fields=fields)
