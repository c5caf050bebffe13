# SPDX-License-Identifier: Apache-2.0
"""Any signal, incident or case by kind and identifier, as far as the reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from longwatch.access.permission import require_reading
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident
from longwatch.intake import selectors as intake_selectors
from longwatch.intake.models import Signal
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef
from longwatch.search.kinds import READING


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
    at: datetime

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return self.reference or self.title


def described(wanted: Iterable[tuple[str, UUID]]) -> dict[UUID, Described]:
    """Those of the records that the reader may see, in at most one query a kind."""
    ids: dict[str, set[UUID]] = {str(kind): set() for kind in RecordKind}
    for kind, record_id in wanted:
        ids[kind].add(record_id)
    found = [
        *(_signal(row) for row in _some(Signal, ids[RecordKind.SIGNAL])),
        *(_incident(row) for row in _some(Incident, ids[RecordKind.INCIDENT])),
        *(_case(row) for row in _some(Case, ids[RecordKind.CASE])),
    ]
    return {each.id: each for each in found}


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


def _some(model: type[Signal] | type[Incident] | type[Case], ids: set[UUID]) -> Iterable:  # type: ignore[type-arg]
    return model.objects.filter(id__in=ids) if ids else ()


def _signal(row: Signal) -> Described:
    return Described(
        RecordKind.SIGNAL, row.id, "", row.title, page_url("signal", row.id, ""), row.status,
        row.get_status_display(), row.severity, row.first_seen,
    )  # fmt: skip


def _incident(row: Incident) -> Described:
    return Described(
        RecordKind.INCIDENT, row.id, row.reference, row.title, page_url("incident", row.id, row.reference), row.status,
        row.get_status_display(), row.severity, row.opened_at,
    )  # fmt: skip


def _case(row: Case) -> Described:
    return Described(
        RecordKind.CASE, row.id, row.reference, row.title, page_url("case", row.id, row.reference), row.status,
        row.get_status_display(), None, row.opened_at,
    )  # fmt: skip
