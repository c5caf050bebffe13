# SPDX-License-Identifier: Apache-2.0
"""Cases, the questions they answer, the decisions taken, and what an approver sent back."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.cases.criteria import Proposes
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.incidents.models import NoticeKind
from longwatch.records.models import Record, TimelineEntry


class CaseType(models.TextChoices):
    """What sort of matter it is."""

    WORKPLACE_VIOLENCE = "workplace_violence", _("Workplace violence")
    THREAT_ASSESSMENT = "threat_assessment", _("Threat assessment")
    INSIDER = "insider", _("Insider")
    FRAUD_ETHICS = "fraud_ethics", _("Fraud and ethics")
    CYBER = "cyber", _("Cyber")
    PHYSICAL_SECURITY = "physical_security", _("Physical security")
    EXECUTIVE_PROTECTION = "executive_protection", _("Executive protection")
    SCHOOL_SAFETY = "school_safety", _("School safety")
    HARASSMENT_HR = "harassment_hr", _("Harassment and HR")
    OTHER = "other", _("Other")


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("Open")
    INVESTIGATING = "investigating", _("Investigating")
    ON_HOLD = "on_hold", _("On hold")
    PENDING_CLOSURE = "pending_closure", _("Pending closure")
    CLOSED = "closed", _("Closed")


class ResidualRisk(models.TextChoices):
    """What risk is left when a case closes."""

    LOW = "low", _("Low")
    MODERATE = "moderate", _("Moderate")
    HIGH = "high", _("High")


class Monitoring(models.TextChoices):
    """Whether somebody keeps watching after closure."""

    NONE = "none", _("No monitoring")
    MONITOR = "monitor", _("Monitor")


class Case(Record):
    """A matter under investigation, known to its members only; each has a compartment of its own."""

    lead_id: UUID | None
    monitoring_owner_id: UUID | None
    closure_requested_by_id: UUID | None
    closure_approved_by_id: UUID | None

    type = models.CharField(max_length=24, choices=CaseType.choices)
    status = models.CharField(max_length=16, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    lead = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    investigating_at = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=500, blank=True, default="")
    review_on = models.DateField(null=True)
    # What the closure says; written while the work goes on, complete when closure is requested.
    findings = models.TextField(blank=True, default="")
    root_cause = models.TextField(blank=True, default="")
    actions_taken = models.TextField(blank=True, default="")
    residual_risk = models.CharField(max_length=10, choices=ResidualRisk.choices, blank=True, default="")
    residual_risk_rationale = models.TextField(blank=True, default="")
    remediation = models.TextField(blank=True, default="")
    lessons_learned = models.TextField(blank=True, default="")
    prevention = models.TextField(blank=True, default="")
    monitoring_decision = models.CharField(max_length=10, choices=Monitoring.choices, blank=True, default="")
    monitoring_interval_days = models.PositiveSmallIntegerField(null=True)
    monitoring_owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    monitoring_trigger = models.TextField(blank=True, default="")
    closure_requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    closure_requested_at = models.DateTimeField(null=True)
    closure_approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    closure_approved_at = models.DateTimeField(null=True)

    class Meta:
        """Listed newest first; a reference is unique in its organisation, seen or unseen."""

        db_table = "cases_case"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "reference"], name="cases_case_reference"),
            # The rules say so with kind words; the database holds it whatever the words.
            models.CheckConstraint(
                condition=models.Q(status="open") | models.Q(lead__isnull=False), name="cases_case_lead_needed"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed")
                | (
                    models.Q(closed_at__isnull=False, closure_approved_by__isnull=False)
                    & ~models.Q(closure_approved_by=models.F("closure_requested_by"))
                ),
                name="cases_case_two_people_close",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["compartment", "-opened_at", "-id"], name="cases_case_compartment"),
            models.Index(fields=["org", "-opened_at", "-id"], name="cases_case_newest"),
        ]


class FindingKind(models.TextChoices):
    """What the investigation has to answer."""

    ALLEGATION = "allegation", _("Allegation")
    QUESTION = "question", _("Question")


class Conclusion(models.TextChoices):
    """How far an allegation held."""

    SUBSTANTIATED = "substantiated", _("Substantiated")
    PARTLY = "partly", _("Partly substantiated")
    UNSUBSTANTIATED = "unsubstantiated", _("Unsubstantiated")
    UNFOUNDED = "unfounded", _("Unfounded")
    INCONCLUSIVE = "inconclusive", _("Inconclusive")


class Finding(Walled):
    """An allegation or question of a case, and in the end what was found."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="allegations")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=FindingKind.choices, default=FindingKind.ALLEGATION)
    text = models.TextField()
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    conclusion = models.CharField(max_length=16, choices=Conclusion.choices, blank=True, default="")
    reasoning = models.TextField(blank=True, default="")
    concluded_at = models.DateTimeField(null=True)
    concluded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Numbered as people speak of them: allegation 2; each section counts its own, so that no gap betrays one."""

        db_table = "cases_finding"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "compartment", "number"], name="cases_finding_number")
        ]

    def __str__(self) -> str:
        """Number and text."""
        return f"{self.number}. {self.text[:60]}"


class Decision(Walled):
    """What was decided, why, instead of what, by whom; open until another member approves it."""

    decided_by_id: UUID
    recorded_by_id: UUID

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    what = models.TextField()
    why = models.TextField()
    alternatives = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Nobody approves what they decided or wrote down themselves."""

        db_table = "cases_decision"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | (~models.Q(approved_by=models.F("decided_by")) & ~models.Q(approved_by=models.F("recorded_by"))),
                name="cases_decision_two_people",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-decided_at"], name="cases_decision_case")
        ]

    def __str__(self) -> str:
        """The start of what was decided."""
        return self.what[:60]


class ClosureRefusal(Walled):
    """A closure that an approver sent back, and why; kept for ever."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refusals")
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    refused_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(default=clock.now)
    reasons = models.TextField()
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read with the closure, newest first."""

        db_table = "cases_closure_refusal"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-refused_at"], name="cases_refusal_case")
        ]

    def __str__(self) -> str:
        """The start of the reasons."""
        return self.reasons[:60]


class Publication(Walled):
    """What went, or is to go, from a case to an incident: the case's own side of a notice."""

    case_id: UUID
    requested_by_id: UUID

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="publications")
    incident_id = models.UUIDField()
    incident_reference = models.CharField(max_length=24)
    notice_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    about = models.CharField(max_length=200, blank=True, default="")
    text = models.CharField(max_length=500)
    source = models.ForeignKey(TimelineEntry, on_delete=models.PROTECT, related_name="+", null=True)
    show_name = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Nobody approves what they asked for themselves."""

        db_table = "cases_publication"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("requested_by")),
                name="cases_publication_two_people",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-requested_at"], name="cases_publication_case"),
            models.Index(fields=["notice_id"], name="cases_publication_notice"),
        ]

    def __str__(self) -> str:
        """What it says."""
        return self.text[:60]


class PrivilegeBasis(models.TextChoices):
    """Why something is privileged."""

    ADVICE = "advice", _("Lawyer and client: legal advice")
    WORK_PRODUCT = "work_product", _("Prepared for litigation")
    COMMON_INTEREST = "common_interest", _("Common interest")


class Direction(models.Model):
    """That counsel directed the work in a privileged section: who, since when, in which matter."""

    org_id: UUID
    compartment_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.OneToOneField(Compartment, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    counsel = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    directed_on = models.DateField()
    matter = models.CharField(max_length=300)
    basis = models.CharField(max_length=16, choices=PrivilegeBasis.choices, default=PrivilegeBasis.ADVICE)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One a section."""

        db_table = "cases_direction"

    def __str__(self) -> str:
        """The matter."""
        return self.matter


class PrivilegeNote(Walled):
    """What the privilege log says of one line of a privileged section, when counsel says it in other words."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    subject_id = models.UUIDField()
    basis = models.CharField(max_length=16, choices=PrivilegeBasis.choices)
    description = models.CharField(max_length=300)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One a line."""

        db_table = "cases_privilege_note"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["compartment", "subject_id"], name="cases_privilege_note_line")
        ]

    def __str__(self) -> str:
        """The description."""
        return self.description


class WitnessKey(Walled):
    """Who stands behind a pseudonym; read inside the witness section alone."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=300, blank=True, default="")
    added_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """A pseudonym stands for one witness of a case."""

        db_table = "cases_witness_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "pseudonym"], name="cases_witness_pseudonym")
        ]

    def __str__(self) -> str:
        """The pseudonym: the name is not for strings."""
        return self.pseudonym


class CaseCriterion(Walled):
    """What an organisation says makes an incident or a case, beside what is shipped or instead of it (criteria.py)."""

    # Of a shipped one, where it says something else or is switched off.
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    proposes = models.CharField(max_length=8, choices=Proposes.choices)
    reason = models.CharField(max_length=300)
    # [{"fact", "values"}] of criteria.py; all must hold.
    conditions: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One of a key an organisation."""

        db_table = "cases_criterion"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "key"], name="cases_criterion_key")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name
