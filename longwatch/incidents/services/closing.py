# SPDX-License-Identifier: Apache-2.0
"""The end of an incident, and its way back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, refuse_stale
from longwatch.incidents import rules, selectors
from longwatch.incidents.events import IncidentClosed, IncidentReopened
from longwatch.incidents.models import CaseAnswer, Incident, IncidentStatus
from longwatch.incidents.services import changing
from longwatch.incidents.services.moving import arrive
from longwatch.intake.services.triage import close_with_record, reopen_with_record
from longwatch.records.final import refuse_final


@transaction.atomic
def close_incident(
    incident_id: UUID,
    *,
    disposition: str,
    summary: str,
    case_answer: str,
    by: Actor,
    expected_version: int | None = None,
) -> Incident:
    """Close an incident with how it ended, a summary and the answer about a case; its signals close with it."""
    incident = changing.load(incident_id, by, Permission.INCIDENT_CLOSE)
    _refuse_unless_open(incident)
    refuse_stale(incident.version, expected_version)
    rules.transition(incident.status, IncidentStatus.CLOSED)
    problems = rules.closing_problems(disposition, summary, case_answer)
    if problems:
        raise Invalid(_("The incident was not closed: something is missing."), fields=problems)
    _refuse_unlinked_case(incident, case_answer)
    fields = arrive(incident, IncidentStatus.CLOSED)
    incident.disposition, incident.closing_summary, incident.case_answer = disposition, summary.strip(), case_answer
    event = IncidentClosed(
        **changing.about(incident), disposition=disposition, summary=incident.closing_summary,
        case_answer=case_answer, closed_at=incident.closed_at or clock.now(),
    )  # fmt: skip
    changing.write(event, incident, [*fields, "disposition", "closing_summary", "case_answer"], by)
    close_with_record(incident.id)
    return incident


@transaction.atomic
def reopen_incident(incident_id: UUID, *, reason: str, by: Actor, expected_version: int | None = None) -> Incident:
    """Handle a closed incident again, from triage on, for a reason; repeats count on its signals again."""
    incident = changing.load(incident_id, by, Permission.INCIDENT_CLOSE, expected_version)
    if incident.status == IncidentStatus.MERGED:
        raise Conflict(_("A merged incident stays merged. Work on the one it became part of."), code="merged")
    if incident.is_open:
        raise Conflict(_("It is open already."), code="already_open")
    rules.transition(incident.status, IncidentStatus.TRIAGE)
    refuse_final(incident.id)
    why = rules.needed_reason(reason, _("Say why it is reopened."))
    before, incident.disposition, incident.case_answer = incident.disposition, "", ""
    fields = arrive(incident, IncidentStatus.TRIAGE)
    event = IncidentReopened(**changing.about(incident), reason=why, disposition_before=before)
    changing.write(event, incident, [*fields, "disposition", "case_answer"], by)
    reopen_with_record(incident.id)
    return incident


def _refuse_unless_open(incident: Incident) -> None:
    if not incident.is_open:
        sentence = _("%(reference)s is closed already. Nothing was changed.") % {"reference": incident.reference}
        raise Conflict(sentence, code="already_closed")


def _refuse_unlinked_case(incident: Incident, case_answer: str) -> None:
    if case_answer == CaseAnswer.UPDATED and not selectors.has_case(incident.id):
        raise Conflict(
            _("The incident was not closed: no case that you can see handles it."), code="no_case",
            gaps=[_("Link the incident to the case that is updated, or answer otherwise.")],
        )  # fmt: skip
