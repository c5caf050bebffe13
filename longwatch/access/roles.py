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
    DISPATCHER = "dispatcher"
    INTELLIGENCE = "intelligence"
    THREAT_TEAM = "threat_team"
    MEDICAL = "medical"
    CUSTODIAN = "custodian"
    LEADERSHIP = "leadership"
    PRIVACY = "privacy"


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
    Role.DISPATCHER: _("Dispatcher"),
    Role.INTELLIGENCE: _("Intelligence analyst"),
    Role.THREAT_TEAM: _("Threat assessment team"),
    Role.MEDICAL: _("Medical"),
    Role.CUSTODIAN: _("Identity custodian"),
    Role.LEADERSHIP: _("Leadership"),
    Role.PRIVACY: _("Privacy officer"),
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
    # What needs a reason, a second look or a seat of its own
    CASE_PUBLISH = "case:publish"  # from a case to an incident
    RECORD_EXPORT = "record:export"
    BREAK_GLASS = "access:break_glass"
    ACCESS_REVIEW = "access:review"  # break-glass, who knew
    SEALED_MATCH = "entity:sealed_match"
    MEDICAL_WORK = "medical:work"
    PRIVILEGE_WORK = "privilege:work"
    IDENTITY_DISCLOSE = "identity:disclose"
    HOLD_DECIDE = "hold:decide"
    RETENTION_MANAGE = "retention:manage"
    SUBJECT_REQUEST = "privacy:subject_request"  # subject access and erasure


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
    Permission.CASE_PUBLISH: _("Publish from a case to an incident"),
    Permission.RECORD_EXPORT: _("Export records"),
    Permission.BREAK_GLASS: _("Break glass"),
    Permission.ACCESS_REVIEW: _("Review who had access"),
    Permission.SEALED_MATCH: _("Ask for a sealed match"),
    Permission.MEDICAL_WORK: _("Work in medical compartments"),
    Permission.PRIVILEGE_WORK: _("Work in privileged compartments"),
    Permission.IDENTITY_DISCLOSE: _("Decide on a reporter's identity"),
    Permission.HOLD_DECIDE: _("Decide on legal holds"),
    Permission.RETENTION_MANAGE: _("Manage retention and disposal"),
    Permission.SUBJECT_REQUEST: _("Answer requests of data subjects"),
}

P = Permission
_INCIDENT_WORKER = {P.INCIDENT_READ, P.INCIDENT_WORK, P.EVIDENCE_ADD, P.EVIDENCE_READ, P.ENTITY_READ, P.SEARCH_USE}
_TRIAGE = {P.SIGNAL_READ, P.SIGNAL_TRIAGE, P.INCIDENT_OPEN, P.INCIDENT_CLOSE, P.CASE_OPEN}
_CASE_WORKER = {P.CASE_READ, P.CASE_WORK, P.EVIDENCE_ADD, P.EVIDENCE_READ, P.ENTITY_READ, P.SEARCH_USE}
_LEAD = {P.CASE_LEAD, P.CASE_PUBLISH, P.RECORD_EXPORT, P.SEALED_MATCH}
_COUNSEL = {P.CASE_OPEN, P.CASE_APPROVE, P.PRIVILEGE_WORK, P.HOLD_DECIDE}
_PRIVACY = {P.ACCESS_REVIEW, P.LEDGER_READ, P.RETENTION_MANAGE, P.SUBJECT_REQUEST}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REPORTER: frozenset(),
    Role.RESPONDER: frozenset(_INCIDENT_WORKER),
    Role.ANALYST: frozenset(_INCIDENT_WORKER | _TRIAGE | _CASE_WORKER | {P.SEALED_MATCH}),
    Role.INVESTIGATOR: frozenset(_INCIDENT_WORKER | _TRIAGE | _CASE_WORKER | _LEAD),
    Role.SUPERVISOR: frozenset(
        _INCIDENT_WORKER | _TRIAGE | _CASE_WORKER | _LEAD | {P.CASE_APPROVE, P.SOURCE_MANAGE, P.BREAK_GLASS}
    ),
    Role.HR: frozenset(_CASE_WORKER | _LEAD | {P.CASE_OPEN, P.CASE_APPROVE}),
    Role.COUNSEL: frozenset(_CASE_WORKER | _LEAD | _COUNSEL),
    Role.AUDITOR: frozenset({P.LEDGER_READ}),
    Role.ADMINISTRATOR: frozenset({P.ACCOUNT_ADMINISTER, P.SOURCE_MANAGE}),
    Role.INTEGRATION: frozenset({P.SIGNAL_SUBMIT}),
    Role.DISPATCHER: frozenset(_INCIDENT_WORKER | {P.SIGNAL_READ, P.SIGNAL_TRIAGE, P.INCIDENT_OPEN, P.BREAK_GLASS}),
    Role.INTELLIGENCE: frozenset(_INCIDENT_WORKER | _CASE_WORKER | {P.SEALED_MATCH}),
    Role.THREAT_TEAM: frozenset(_CASE_WORKER | {P.INCIDENT_READ, P.SEALED_MATCH}),
    Role.MEDICAL: frozenset({P.CASE_READ, P.CASE_WORK, P.MEDICAL_WORK}),
    Role.CUSTODIAN: frozenset({P.CASE_READ, P.IDENTITY_DISCLOSE}),
    Role.LEADERSHIP: frozenset({P.CASE_READ}),
    Role.PRIVACY: frozenset(_PRIVACY),
}


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """All permissions that the roles carry together."""
    return frozenset(str(p) for role in roles for p in ROLE_PERMISSIONS.get(Role(role), frozenset()))
