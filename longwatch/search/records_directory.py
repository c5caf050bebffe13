# SPDX-License-Identifier: Apache-2.0
"""Any signal, incident or case by kind and identifier, as far as the reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from longwatch.access.permission import require_reading
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case, CaseStatus
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident, IncidentStatus
from longwatch.intake import selectors as intake_selectors
from longwatch.intake.models import SignalStatus
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING
from longwatch.records.reference import RecordRef


@dataclass(frozen=True, slots=True)
class Described:
    """One signal, incident or case in a list of others."""

    kind: RecordKind
    id: UUID
    reference: str
    title: str
    url: str
    status: str
    status_label: str
    severity: int | None
    # When a signal came, or the others were opened; and when it happened, where the sender said so.
    at: datetime
    happened_at: datetime | None = None

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return self.reference or self.title


# One statement for all three, so that a page of results costs one; row security decides as always.
DESCRIBED = """
select 'signal', id, '', title, status, severity,
       first_seen, nullif(occurred_at, first_seen) from intake_signal where id = any(%(signal)s::uuid[])
union all
select 'incident', id, reference, title, status, severity, opened_at, null from incidents_incident
 where id = any(%(incident)s::uuid[])
union all
select 'case', id, reference, title, status, null, opened_at, null from cases_case where id = any(%(case)s::uuid[])
"""
STATUSES = {RecordKind.SIGNAL: SignalStatus, RecordKind.INCIDENT: IncidentStatus, RecordKind.CASE: CaseStatus}


def described(wanted: Iterable[tuple[str, UUID]]) -> dict[UUID, Described]:
    """Those of the records that the reader may see, in one query."""
    ids: dict[str, list[UUID]] = {str(kind): [] for kind in RecordKind}
    for kind, record_id in wanted:
        ids[kind].append(record_id)
    if not any(ids.values()):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(DESCRIBED, ids)
        return {row[1]: _described(*row) for row in cursor.fetchall()}


def record_ref(kind: str, record_id: UUID, actor: Actor | None) -> tuple[RecordRef, Actor]:
    """A record of any kind, and the actor who may read it; refuses (404) everybody else."""
    if kind not in RecordKind.values:
        raise NotFound
    reader = require_reading(actor, READING[RecordKind(kind)])
    return _REFERENCES[RecordKind(kind)](record_id), reader


def url_of(record: RecordRef) -> str:
    """The page of a record."""
    return page_url(record.kind, record.id, record.reference)


def page_url(kind: str, record_id: UUID, reference: str) -> str:
    """The page of a record by what is known of it."""
    if kind == RecordKind.SIGNAL:
        return reverse("intake:signal", args=[record_id])
    return reverse("incidents:incident" if kind == RecordKind.INCIDENT else "cases:case", args=[reference])


def by_reference(kind: RecordKind, reference: str, actor: Actor) -> str | None:
    """The page of the incident or case with this reference, when the actor may see it."""
    if not actor.may(READING[kind]):
        return None
    model = Incident if kind == RecordKind.INCIDENT else Case
    found = model.objects.filter(org_id=actor.org_id, reference=reference.strip().upper()).first()
    return page_url(kind, found.id, found.reference) if found is not None else None


def _signal_ref(record_id: UUID) -> RecordRef:
    return intake_selectors.signal_ref(intake_selectors.signal(record_id))


def _incident_ref(record_id: UUID) -> RecordRef:
    return incident_selectors.incident_ref(incident_selectors.incident(record_id))


def _case_ref(record_id: UUID) -> RecordRef:
    return case_selectors.case_ref(case_selectors.case(record_id))


_REFERENCES = {RecordKind.SIGNAL: _signal_ref, RecordKind.INCIDENT: _incident_ref, RecordKind.CASE: _case_ref}


def _described(kind: str, record_id: UUID, reference: str, title: str, status: str, *rest: Any) -> Described:
    label = str(STATUSES[RecordKind(kind)](status).label)
    url = page_url(kind, record_id, reference)
    severity, at, happened_at = rest
    return Described(RecordKind(kind), record_id, reference, title, url, status, label, severity, at, happened_at)
