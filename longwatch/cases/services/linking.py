# SPDX-License-Identifier: Apache-2.0
"""Ties between a case and incidents, signals and other cases. Linking copies nothing, up or down."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.cases import rules, selectors
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.entities.services.mentions import copy_signal_entities
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from longwatch.intake import selectors as signal_selectors
from longwatch.intake.models import Signal
from longwatch.intake.services.triage import place_in_record, release_from_record
from longwatch.records import selectors as record_selectors
from longwatch.records.models import Link, LinkKind, RecordKind
from longwatch.records.reference import RecordRef
from longwatch.records.services.links import end_link, link
from longwatch.web.live import announce

CASE_TIES = (LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.PARENT)


def take_in_incident(incident_id: UUID, record: RecordRef, *, reason: str, by: Actor) -> Link:
    """Tie an incident that the actor can see to a case; the caller asked for the permission."""
    incident = incident_selectors.incident(incident_id)
    source = incident_selectors.incident_ref(incident)
    return link(source, record, kind=LinkKind.HANDLED_IN, reason=reason, by=by)


@transaction.atomic
def link_incident(case_id: UUID, incident_id: UUID, *, reason: str = "", by: Actor) -> Link:
    """Handle one more incident in the case; the same one twice is one."""
    record = _open_case_ref(case_id, "The link", by)
    tie = take_in_incident(incident_id, record, reason=reason.strip(), by=by)
    announce(f"record:{record.id}", record.compartment_id)
    return tie


@transaction.atomic
def add_signals(case_id: UUID, signal_ids: Sequence[UUID], *, by: Actor) -> list[Signal]:
    """Make signals part of the case, straight from the inbox."""
    record = _open_case_ref(case_id, "The signal", by)
    announce(f"record:{record.id}", record.compartment_id)
    return take_in_signals(signal_ids, record, by=by)


def take_in_signals(signal_ids: Sequence[UUID], record: RecordRef, *, by: Actor) -> list[Signal]:
    """Make signals part of a case, with whom and what they name; the caller asked for the permission."""
    signals = place_in_record(list(dict.fromkeys(signal_ids)), record, by=by)
    for signal in signals:
        copy_signal_entities(signal, record, by=by)
    return signals


def signal_in(case_id: UUID, signal_id: UUID, *, by: Actor) -> Signal:
    """A signal of the case that the actor may see; refuses (404) any other."""
    tie = record_selectors.readable_links(case_id, by).filter(from_kind=RecordKind.SIGNAL, from_id=signal_id).first()
    if tie is None:
        raise NotFound
    return signal_selectors.signal(signal_id)


@transaction.atomic
def release_signal(
    case_id: UUID, signal_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None
) -> Signal:
    """Take a signal that the actor may see out of the case, for a reason; whom it named there stays named."""
    record = _open_case_ref(case_id, "The change", by)
    signal_in(case_id, signal_id, by=by)
    rules.refuse_reason(reason, "Say why it does not belong to the case.")
    announce(f"record:{record.id}", record.compartment_id)
    return release_from_record(signal_id, record.id, by, reason=reason.strip(), expected_version=expected_version)


@transaction.atomic
def link_case(case_id: UUID, other_id: UUID, *, kind: str, reason: str = "", by: Actor) -> Link:
    """Tie the case to another that the actor may see; only those inside both ever see the tie."""
    record = _open_case_ref(case_id, "The link", by)
    if kind not in CASE_TIES:
        raise Invalid("Choose how the cases belong together.", fields={"kind": "Choose related, duplicate or parent."})
    other = selectors.case_ref(selectors.case(other_id))
    announce(f"record:{record.id}", record.compartment_id)
    return link(record, other, kind=LinkKind(kind), reason=reason.strip(), by=by)


@transaction.atomic
def unlink(case_id: UUID, link_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None) -> Link:
    """End a tie of the case to an incident or a case, for a reason; its history stays."""
    record = _open_case_ref(case_id, "The change", by)
    rules.refuse_reason(reason, "Say why they no longer belong together.")
    tie = record_selectors.links_of(case_id).filter(id=link_id).exclude(from_kind=RecordKind.SIGNAL).first()
    if tie is None:
        raise NotFound
    announce(f"record:{record.id}", record.compartment_id)
    return end_link(tie.id, reason=reason.strip(), by=by, expected_version=expected_version)


@transaction.atomic
def raise_incident(
    case_id: UUID,
    *,
    title: str,
    category: str,
    severity: int,
    severity_reason: str,
    place: str = "",
    by: Actor,
) -> Incident:
    """Open a new incident out of the case. Nothing of the case goes with it but what is typed here."""
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_WORK)
    rules.refuse_frozen(case.status, "The incident")
    incident = open_incident(
        title=title, category=category, severity=severity, severity_reason=severity_reason, place=place, by=by
    )
    link(selectors.case_ref(case), incident_selectors.incident_ref(incident), kind=LinkKind.RAISED, by=by)
    announce(f"record:{case.id}", case.compartment_id)
    return incident


def _open_case_ref(case_id: UUID, what: str, by: Actor) -> RecordRef:
    case = selectors.case_for_update(case_id)
    require(by, Permission.CASE_WORK)
    rules.refuse_frozen(case.status, what)
    return selectors.case_ref(case)
