# SPDX-License-Identifier: Apache-2.0
"""Records by kind and identifier, for whoever may read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from longwatch.access.models import Compartment
from longwatch.access.permission import require, require_reading
from longwatch.access.roles import Permission
from longwatch.cases import selectors as cases
from longwatch.cases.models import Case, CaseStatus
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.incidents import selectors as incidents
from longwatch.incidents.models import Incident
from longwatch.intake import selectors as signals
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the actor reads, with what retention asks of it."""

    ref: RecordRef
    sort: str
    closed_at: datetime | None
    in_charge_id: UUID | None


def find_record(kind: str, record_id: UUID, by: Actor | None) -> Found:
    """An incident or a case that the actor may see; refuses (404) all else."""
    if kind not in (RecordKind.INCIDENT, RecordKind.CASE):
        raise NotFound
    require_reading(by, READING[RecordKind(kind)])
    if kind == RecordKind.CASE:
        return _case(cases.case(record_id))
    return _incident(incidents.incident(record_id))


def refuse_outside_place(compartment_id: UUID, by: Actor) -> None:
    """Who decides about what a compartment holds outside its records: inside it (404), and counsel or closing (403)."""
    if not Compartment.objects.filter(id=compartment_id).exists():
        raise NotFound
    if not (by.may(Permission.HOLD_DECIDE) or by.may(Permission.INCIDENT_CLOSE)):
        raise NotAllowed("A supervisor or counsel inside this place decides.", code="permission_missing")


def may_decide(found: Found, by: Actor) -> bool:
    """Whether somebody is the second person for this record: who leads it, or whose role decides."""
    if by.id == found.in_charge_id:
        return True
    approving = {
        RecordKind.CASE: (Permission.HOLD_DECIDE, Permission.CASE_APPROVE),
        RecordKind.INCIDENT: (Permission.HOLD_DECIDE, Permission.INCIDENT_CLOSE),
    }[RecordKind(found.ref.kind)]
    return any(by.may(each) for each in approving)


def owner_of(kind: str, record_id: UUID, by: Actor) -> RecordRef:
    """A record or signal, for whoever decides what a data subject gets to read of it; refuses (404, 403) others."""
    if kind == RecordKind.SIGNAL:
        require_reading(by, Permission.SIGNAL_READ)
        ref = signals.signal_ref(signals.signal(record_id))
        require(by, Permission.SIGNAL_TRIAGE)
        return ref
    found = find_record(kind, record_id, by)
    if not may_decide(found, by):
        raise NotAllowed("The record's lead or counsel decides.", code="permission_missing")
    return found.ref


def _case(row: Case) -> Found:
    closed = row.closed_at if row.status == CaseStatus.CLOSED else None
    return Found(cases.case_ref(row), row.type, closed, row.lead_id)


def _incident(row: Incident) -> Found:
    closed = None if row.is_open else row.closed_at
    return Found(incidents.incident_ref(row), row.category, closed, row.commander_id)
