# SPDX-License-Identifier: Apache-2.0
"""The steps that every change of an incident shares: load and ask, write and tell."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, refuse_stale
from longwatch.incidents import selectors
from longwatch.incidents.models import Incident
from longwatch.ledger import Event
from longwatch.web.live import announce


def load(incident_id: UUID, by: Actor, permission: Permission, expected_version: int | None = None) -> Incident:
    """The incident, locked; refuses what is invisible (404), not permitted (403) or changed meanwhile (412)."""
    incident = selectors.incident_for_change(incident_id)
    require(by, permission)
    refuse_stale(incident.version, expected_version)
    return incident


def load_open(incident_id: UUID, by: Actor, expected_version: int | None = None) -> Incident:
    """The incident for work on it; refuses (409) a closed one too."""
    incident = load(incident_id, by, Permission.INCIDENT_WORK, expected_version)
    if not incident.is_open:
        sentence = _("Nothing was changed because %(reference)s is closed. Reopen it first.")
        raise Conflict(sentence % {"reference": incident.reference}, code="record_closed")
    return incident


def about(incident: Incident, **more: Any) -> dict[str, Any]:
    """The envelope of an event about the incident itself."""
    return {
        "subject_id": incident.id, "record_id": incident.id, "compartment_id": incident.compartment_id, **more,
    }  # fmt: skip


def write(event: Event, incident: Incident, fields: Sequence[str], by: Actor) -> Incident:
    """Save the incident with its entry, and tell the board and the incident's open pages."""
    tell(incident)
    return ledger.record(event, by=by, row=incident, fields=fields)


def tell(incident: Incident) -> None:
    """Tell the board and the incident's open pages that something changed, when this transaction commits."""
    announce("board", incident.compartment_id)
    announce(f"record:{incident.id}", incident.compartment_id)
