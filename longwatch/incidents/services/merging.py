# SPDX-License-Identifier: Apache-2.0
"""Two incidents that are one, and incidents that have to do with each other."""

from uuid import UUID

from django.db import transaction

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound, refuse_stale
from longwatch.entities.services.mentions import copy_signal_entities
from longwatch.incidents import rules, selectors
from longwatch.incidents.events import IncidentMerged
from longwatch.incidents.models import Incident, IncidentStatus
from longwatch.incidents.services import changing
from longwatch.incidents.services.moving import arrive
from longwatch.intake.models import Signal
from longwatch.intake.services.triage import place_in_record, release_from_record
from longwatch.records.models import Link, LinkKind
from longwatch.records.services.links import end_link, link


@transaction.atomic
def merge_incident(
    source_id: UUID, target_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Incident:
    """End an incident as part of another, which gets its signals; notes and tasks stay readable in the first."""
    # Always locked in the same order, so that two people merging crosswise wait for each other.
    locked = {key: changing.load(key, by, Permission.INCIDENT_CLOSE) for key in sorted({source_id, target_id})}
    source, target = locked[source_id], locked[target_id]
    refuse_stale(source.version, expected_version)
    rules.refuse_merge(source.status, target.status, same=source_id == target_id)
    moved = _move_signals(source, target, by)
    link(
        selectors.incident_ref(source), selectors.incident_ref(target), kind=LinkKind.DUPLICATE,
        reason=reason.strip()[:300], by=by,
    )  # fmt: skip
    source.merged_into = target
    fields = arrive(source, IncidentStatus.MERGED)
    event = IncidentMerged(**changing.about(source), into=target.reference, signals=moved, reason=reason.strip()[:300])
    changing.tell(target)
    return changing.write(event, source, [*fields, "merged_into"], by)


@transaction.atomic
def link_related(incident_id: UUID, other_id: UUID, *, reason: str = "", by: Actor) -> Link:
    """Say that two incidents have to do with each other; the same tie twice is one."""
    incident = changing.load(incident_id, by, Permission.INCIDENT_WORK)
    other = selectors.incident(other_id)
    changing.tell(incident)
    changing.tell(other)
    return link(
        selectors.incident_ref(incident), selectors.incident_ref(other), kind=LinkKind.RELATED,
        reason=reason.strip()[:300], by=by,
    )  # fmt: skip


@transaction.atomic
def unlink_related(
    incident_id: UUID, link_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Link:
    """End a tie between two incidents."""
    incident = changing.load(incident_id, by, Permission.INCIDENT_WORK)
    row = Link.objects.filter(id=link_id, kind=LinkKind.RELATED, ended_at=None).first()
    if row is None or incident.id not in (row.from_id, row.to_id):
        raise NotFound
    changing.tell(incident)
    return end_link(row.id, reason=reason, by=by, expected_version=expected_version)


@transaction.atomic
def release_signal(
    incident_id: UUID, signal_id: UUID, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Signal:
    """Take a signal out of an open incident; it returns to the inbox. The version is that of its tie."""
    incident = changing.load_open(incident_id, by)
    changing.tell(incident)
    return release_from_record(signal_id, incident.id, by, reason=reason.strip(), expected_version=expected_version)


def _move_signals(source: Incident, target: Incident, by: Actor) -> int:
    moved = selectors.signal_ids(source.id)
    for signal_id in moved:
        release_from_record(signal_id, source.id, by)
    record = selectors.incident_ref(target)
    for signal in place_in_record(moved, record, by):
        copy_signal_entities(signal, record, by=by)
    return len(moved)
