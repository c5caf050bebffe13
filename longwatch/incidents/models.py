# SPDX-License-Identifier: Apache-2.0
"""Incidents and who responds to them."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Walled
from longwatch.core import clock
from longwatch.records.categories import Category, category_of
from longwatch.records.models import Record, Severity


class IncidentStatus(models.TextChoices):
    """Where an incident stands; `rules.py` says how it moves."""

    REPORTED = "reported", _("Reported")
    TRIAGE = "triage", _("Triage")
    ACTIVE = "active", _("Active")
    STABILIZED = "stabilized", _("Stabilized")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")


class Disposition(models.TextChoices):
    """How an incident ended (Dispatch's ten and ours, design.md section 8)."""

    BENIGN = "benign", _("Benign: it happened and is harmless")
    CONTAINED = "contained", _("Contained")
    ESCALATED = "escalated", _("Escalated elsewhere")
    FALSE_POSITIVE = "false_positive", _("False positive: it did not happen")
    INFORMATION_GATHERED = "information_gathered", _("Information gathered, nothing more to do")
    INSUFFICIENT_INFORMATION = "insufficient_information", _("Not enough information to act on")
    MITIGATED = "mitigated", _("Mitigated")
    OPERATIONAL_ERROR = "operational_error", _("Operational error")
    POLICY_VIOLATION = "policy_violation", _("Policy violation")
    USER_ACKNOWLEDGED = "user_acknowledged", _("Acknowledged by the person concerned")
    NO_THREAT = "no_threat", _("No threat found")
    UNFOUNDED = "unfounded", _("Unfounded")
    REFERRED_TO_AUTHORITY = "referred_to_authority", _("Referred to an authority")
    DUPLICATE = "duplicate", _("Duplicate of another incident")
    DRILL = "drill", _("Drill or test")


class CaseAnswer(models.TextChoices):
    """What closing answers to "open or update a case?"."""

    NO = "no", _("No case is needed")
    OPENED = "opened", _("A case is opened")
    UPDATED = "updated", _("An existing case is updated")


class Incident(Record):
    """A validated event that is being handled now."""

    category = models.CharField(max_length=8)
    severity = models.SmallIntegerField(choices=Severity.choices)
    severity_reason = models.CharField(max_length=300, blank=True, default="")
    status = models.CharField(max_length=12, choices=IncidentStatus.choices, default=IncidentStatus.REPORTED)
    place = models.CharField(max_length=300, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    occurred_at = models.DateTimeField(null=True)
    commander = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    next_action = models.CharField(max_length=300, blank=True, default="")
    next_action_due = models.DateTimeField(null=True)
    restricted = models.BooleanField(default=False)
    is_drill = models.BooleanField(default=False)
    triage_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    stabilized_at = models.DateTimeField(null=True)
    disposition = models.CharField(max_length=30, choices=Disposition.choices, blank=True, default="")
    closing_summary = models.TextField(blank=True, default="")
    case_answer = models.CharField(max_length=10, choices=CaseAnswer.choices, blank=True, default="")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged_from", null=True)

    class Meta:
        """The board and the lists walk the indexes made in sql/."""

        db_table = "incidents_incident"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "reference"], name="incidents_reference")
        ]

    @property
    def category_facts(self) -> Category:
        """What the category means."""
        return category_of(self.category)

    @property
    def status_since(self) -> datetime:
        """When it came to where it stands."""
        stamps = {
            IncidentStatus.TRIAGE: self.triage_at, IncidentStatus.ACTIVE: self.active_at,
            IncidentStatus.STABILIZED: self.stabilized_at, IncidentStatus.CLOSED: self.closed_at,
            IncidentStatus.MERGED: self.closed_at,
        }  # fmt: skip
        return stamps.get(IncidentStatus(self.status)) or self.opened_at

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to handle it."""
        return self.status not in (IncidentStatus.CLOSED, IncidentStatus.MERGED)

    @property
    def is_overdue(self) -> bool:
        """Whether the next action should have been done by now."""
        return self.is_open and self.next_action_due is not None and self.next_action_due < clock.now()


class ResponderRole(models.TextChoices):
    """What somebody does in an incident."""

    COMMANDER = "commander", _("Commander")
    DEPUTY = "deputy", _("Deputy")
    LIAISON = "liaison", _("Liaison")
    SCRIBE = "scribe", _("Scribe")
    RESPONDER = "responder", _("Responder")
    OBSERVER = "observer", _("Observer")


class Responder(Walled):
    """Somebody in a role in an incident, from when until when."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="responders")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=ResponderRole.choices)
    assumed_at = models.DateTimeField(default=clock.now)
    renounced_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One open row a person and role; one commander at a time."""

        db_table = "incidents_responder"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["incident", "account", "role"],
                condition=models.Q(renounced_at=None),
                name="incidents_responder_open",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(renounced_at=None, role="commander"),
                name="incidents_one_commander",
            ),
        ]

    def __str__(self) -> str:
        """The role."""
        return self.role


class NoticeKind(models.TextChoices):
    """What a notice asks of those who handle an incident."""

    BOLO = "bolo", _("Be on the lookout")
    SAFETY = "safety", _("Safety instruction")
    STAND_DOWN = "stand_down", _("Stand down")
    NEED = "need", _("Safety need")


class Notice(Walled):
    """One or two lines that somebody published to an incident; where from is not said here."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    about = models.CharField(max_length=200, blank=True, default="")
    text = models.CharField(max_length=500)
    published_at = models.DateTimeField(default=clock.now)
    published_label = models.CharField(max_length=150)
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read by incident."""

        db_table = "incidents_notice"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["incident", "-published_at"], name="incidents_notice_incident")
        ]

    def __str__(self) -> str:
        """What it says."""
        return self.text[:60]


class GroupOpening(Walled):
    """That a grouping rule opened an incident from a group: once a group, whoever tries; kept with the incident."""

    group_id = models.UUIDField(unique=True)
    rule_id = models.UUIDField()
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="openings")
    opened_at = models.DateTimeField(default=clock.now)
    # When somebody took the group out of it again.
    detached_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read by group and by incident."""

        db_table = "incidents_group_opening"

    def __str__(self) -> str:
        """From which group."""
        return str(self.group_id)
