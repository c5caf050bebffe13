# SPDX-License-Identifier: Apache-2.0
"""Changes of severity and status."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.incidents import rules
from longwatch.incidents.events import SeverityChanged, StatusChanged
from longwatch.incidents.models import Incident, IncidentStatus
from longwatch.incidents.services import changing
from longwatch.records.models import Severity


@transaction.atomic
def change_severity(
    incident_id: UUID, severity: int, *, reason: str, by: Actor, expected_version: int | None = None
) -> Incident:
    """Raise or lower the severity, for a reason."""
    incident = changing.load_open(incident_id, by, expected_version)
    if severity not in Severity.values:
        raise Invalid(_("Choose a severity."), fields={"severity": _("Choose one of the five severities.")})
    why = rules.needed_reason(reason, _("Say why the severity changes."))
    if severity == incident.severity:
        raise Conflict(_("It has this severity already."), code="same_severity")
    before, incident.severity = Severity(incident.severity), Severity(severity)
    incident.severity_reason = why
    event = SeverityChanged(**changing.about(incident), before=before.word, after=Severity(severity).word, reason=why)
    return changing.write(event, incident, ["severity", "severity_reason"], by)


@transaction.atomic
def change_status(
    incident_id: UUID, status: str, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Incident:
    """Move an incident along, or back for a reason; stages that were skipped are stamped with the same time."""
    incident = changing.load_open(incident_id, by, expected_version)
    if status not in IncidentStatus.values:
        raise Invalid(_("Choose a status."), fields={"status": _("Choose one of the statuses.")})
    if status in (IncidentStatus.CLOSED, IncidentStatus.MERGED):
        raise Conflict(_("Closing and merging need more than a status."), code="closure_needed")
    way = rules.transition(incident.status, status)
    why = rules.needed_reason(reason, _("Say why it goes back.")) if "reason" in way.needs else reason.strip()[:300]
    before = incident.status
    fields = arrive(incident, status)
    event = StatusChanged(**changing.about(incident), before=before, after=status, reason=why)
    return changing.write(event, incident, fields, by)


def arrive(incident: Incident, status: str) -> list[str]:
    """Set the status and its times on a row; returns the names of the fields that changed."""
    stamped = {column: getattr(incident, column) for column in rules.STAMPS.values()}
    times = rules.stamps(status, stamped, clock.now())
    for column, moment in times.items():
        setattr(incident, column, moment)
    incident.status = status
    return ["status", *times]
