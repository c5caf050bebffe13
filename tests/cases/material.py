# SPDX-License-Identifier: Apache-2.0
"""Cases, incidents and closures for tests, made by the services."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case, CaseStatus
from longwatch.cases.services.closure import Closure, request_closure
from longwatch.cases.services.investigating import start_investigation
from longwatch.cases.services.opening import open_case
from longwatch.cases.services.people import add_member
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast

WHOLE: dict[str, Any] = {
    "findings": "He sent three threatening letters.",
    "root_cause": "A grievance about a dismissal.",
    "actions_taken": "Banned from the site; police informed.",
    "remediation": "New locks at the east gate.",
    "lessons_learned": "Low-level concerns were not joined up.",
    "prevention": "Exit interviews are shared with security.",
    "residual_risk": "moderate",
    "residual_risk_rationale": "He lives near the site.",
    "monitoring_decision": "none",
}


def a_case(cast: Cast, **fields: Any) -> Case:
    """A started investigation, as the investigator opens it."""
    by = cast.investigator
    values: dict[str, Any] = {"title": "Threats by a former driver", "type": "workplace_violence"} | fields
    case = open_case(**values, lead_id=cast.lead.id, by=by)
    for member in (cast.supervisor, cast.analyst):
        add_member(case.id, member.id, reason="Works on it", by=by)
    return start_investigation(case.id, by=by)


def a_bare_case(cast: Cast, **fields: Any) -> Case:
    """A case that was only opened, without a lead."""
    values: dict[str, Any] = {"title": "A concern", "type": "other"} | fields
    return open_case(**values, by=cast.investigator)


def an_incident(cast: Cast, **fields: Any) -> Incident:
    """An incident in Operations."""
    values: dict[str, Any] = {"title": "Shouting at the gate", "category": "WV-03", "restricted": False} | fields
    return open_incident(**values, by=cast.analyst)


def requested(case: Case, cast: Cast) -> Case:
    """The case with its closure requested by the lead."""
    with acting_as(cast.lead):
        return request_closure(case.id, Closure(**WHOLE), by=cast.lead)


def last_actions(record_id: Any, count: int = 1) -> list[str]:
    """The newest verbs in a record's history, newest first."""
    entries = LedgerEntry.objects.filter(record_id=record_id).order_by("-id")
    return list(entries.values_list("action", flat=True)[:count])


def status_of(case: Case) -> str:
    """The status as the database has it."""
    return str(CaseStatus(selectors.case(case.id).status))
