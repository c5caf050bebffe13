# SPDX-License-Identifier: Apache-2.0
"""Roles and what each may do, as data. An administrator is not a reader of content."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person or program is to the organisation."""

    REPORTER = "reporter"
    RESPONDER = "responder"
    ANALYST = "analyst"
    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    HR = "hr"
    COUNSEL = "counsel"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    INTEGRATION = "integration"


ROLE_NAMES = {
    Role.REPORTER: _("Reporter"),
    Role.RESPONDER: _("Responder"),
    Role.ANALYST: _("Analyst"),
    Role.INVESTIGATOR: _("Investigator"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.HR: _("HR partner"),
    Role.COUNSEL: _("Counsel"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.INTEGRATION: _("Integration"),
}


class Permission(StrEnum):
    """What can be done, `noun:verb`. A permission never opens a compartment; membership does."""

    # Signals
    SIGNAL_SUBMIT = "signal:submit"  # send alerts by API
    SIGNAL_READ = "signal:read"
    SIGNAL_TRIAGE = "signal:triage"  # acknowledge, dismiss, snooze, assign, mark duplicate
    SOURCE_MANAGE = "source:manage"
    # Incidents
    INCIDENT_READ = "incident:read"
    INCIDENT_OPEN = "incident:open"
    INCIDENT_WORK = "incident:work"  # notes, tasks, people, responders, severity, status
    INCIDENT_CLOSE = "incident:close"  # close, reopen, merge
    # Cases
    CASE_READ = "case:read"
    CASE_OPEN = "case:open"
    CASE_WORK = "case:work"
    CASE_LEAD = "case:lead"  # may be a lead: members, closure request
    CASE_APPROVE = "case:approve"  # second approver of a closure, decisions
    # Shared
    EVIDENCE_ADD = "evidence:add"
    EVIDENCE_READ = "evidence:read"
    ENTITY_READ = "entity:read"
    SEARCH_USE = "search:use"
    LEDGER_READ = "ledger:read"  # the audit trail, without content
    ACCOUNT_ADMINISTER = "account:administer"


PERMISSION_NAMES = {
    Permission.SIGNAL_SUBMIT: _("Send signals"),
    Permission.SIGNAL_READ: _("Read signals"),
    Permission.SIGNAL_TRIAGE: _("Judge signals"),
    Permission.SOURCE_MANAGE: _("Manage sources"),
    Permission.INCIDENT_READ: _("Read incidents"),
    Permission.INCIDENT_OPEN: _("Open incidents"),
    Permission.INCIDENT_WORK: _("Work on incidents"),
    Permission.INCIDENT_CLOSE: _("Close, reopen and merge incidents"),
    Permission.CASE_READ: _("Read cases, as a member"),
    Permission.CASE_OPEN: _("Open cases"),
    Permission.CASE_WORK: _("Work on cases"),
    Permission.CASE_LEAD: _("Lead cases"),
    Permission.CASE_APPROVE: _("Approve closures and decisions"),
    Permission.EVIDENCE_ADD: _("Add evidence"),
    Permission.EVIDENCE_READ: _("Read evidence"),
    Permission.ENTITY_READ: _("Read about people and things"),
    Permission.SEARCH_USE: _("Search"),
    Permission.LEDGER_READ: _("Read the ledger, without content"),
    Permission.ACCOUNT_ADMINISTER: _("Administer accounts, roles and tokens"),
}

P = Permission
_INCIDENT_WORKER = {P.INCIDENT_READ, P.INCIDENT_WORK, P.EVIDENCE_ADD, P.EVIDENCE_READ, P.ENTITY_READ, P.SEARCH_USE}
_TRIAGE = {P.SIGNAL_READ, P.SIGNAL_TRIAGE, P.INCIDENT_OPEN, P.INCIDENT_CLOSE, P.CASE_OPEN}
_CASE_WORKER = {P.CASE_READ, P.CASE_WORK, P.EVIDENCE_ADD, P.EVIDENCE_READ, P.ENTITY_READ, P.SEARCH_USE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REPORTER: frozenset(),
    Role.RESPONDER: frozenset(_INCIDENT_WORKER),
    Role.ANALYST: frozenset(_INCIDENT_WORKER | _TRIAGE | _CASE_WORKER),
    Role.INVESTIGATOR: frozenset(_INCIDENT_WORKER | _TRIAGE | _CASE_WORKER | {P.CASE_LEAD}),
    Role.SUPERVISOR: frozenset(
        _INCIDENT_WORKER | _TRIAGE | _CASE_WORKER | {P.CASE_LEAD, P.CASE_APPROVE, P.SOURCE_MANAGE}
    ),
    Role.HR: frozenset(_CASE_WORKER | {P.CASE_OPEN, P.CASE_LEAD, P.CASE_APPROVE}),
    Role.COUNSEL: frozenset(_CASE_WORKER | {P.CASE_OPEN, P.CASE_LEAD, P.CASE_APPROVE}),
    Role.AUDITOR: frozenset({P.LEDGER_READ}),
    Role.ADMINISTRATOR: frozenset({P.ACCOUNT_ADMINISTER, P.SOURCE_MANAGE}),
    Role.INTEGRATION: frozenset({P.SIGNAL_SUBMIT}),
}


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """All permissions that the roles carry together."""
    return frozenset(str(p) for role in roles for p in ROLE_PERMISSIONS.get(Role(role), frozenset()))
