# SPDX-License-Identifier: Apache-2.0
"""Legal holds, changed retention classes, and disposals from their proposal to their certificate."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind

# What a compartment holds outside its records: lists, rules, and bodies that came. Not a kind of record.
PLACE = "place"


class HoldScope(models.TextChoices):
    """How far a hold reaches."""

    RECORD = "record", _("One record")
    ENTITY = "entity", _("A person or thing, in all records")
    ORGANISATION = "organisation", _("The whole organisation")


class Hold(models.Model):
    """An order of counsel to keep: nothing that it covers goes, whatever the retention says."""

    org_id: UUID
    compartment_id: UUID | None
    placed_by_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # That of the record; none when the hold reaches further.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+", null=True)
    scope = models.CharField(max_length=12, choices=HoldScope.choices)
    record_kind = models.CharField(max_length=10, choices=RecordKind.choices, blank=True, default="")
    record_id = models.UUIDField(null=True)
    entity_id = models.UUIDField(null=True)
    about = models.CharField(max_length=540, blank=True, default="")
    matter = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=clock.now)
    released_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=500, blank=True, default="")
    version = models.BigIntegerField(default=0)

    class Meta:
        """Looked up by what it covers."""

        db_table = "lifecycle_hold"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scope="record", record_id__isnull=False, compartment__isnull=False)
                | models.Q(scope="entity", entity_id__isnull=False)
                | models.Q(scope="organisation"),
                name="lifecycle_hold_scope",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["org", "record_id"], condition=models.Q(released_at=None), name="lifecycle_hold_open")
        ]

    def __str__(self) -> str:
        """The matter."""
        return self.matter

    @property
    def is_open(self) -> bool:
        """Whether it still holds."""
        return self.released_at is None


class Outcome(models.TextChoices):
    """What becomes of a record when its time is over."""

    ANONYMISE = "anonymise", _("Anonymise: persons and texts go, statistics stay")
    DISPOSE = "dispose", _("Dispose: all content goes")
    KEEP = "keep", _("Keep")
    # Never what a retention class says: a record stays, and one person goes from it.
    PERSON = "person", _("Erase one person: the record stays")


class RetentionRule(models.Model):
    """A retention class as this organisation changed it; what is not changed is in data/retention.toml."""

    org_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    years = models.PositiveSmallIntegerField()
    # Of what is kept for less than years.
    days = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=500)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    version = models.BigIntegerField(default=0)

    class Meta:
        """One a class."""

        db_table = "lifecycle_rule"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "code"], name="lifecycle_rule_code")
        ]

    def __str__(self) -> str:
        """The class."""
        return self.code


class DisposalStatus(models.TextChoices):
    """How far a disposal is."""

    PROPOSED = "proposed", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("Being carried out")
    DONE = "done", _("Done")
    KEPT = "kept", _("Kept longer")
    STOPPED = "stopped", _("Stopped")


class Basis(models.TextChoices):
    """Why personal data goes."""

    RETENTION = "retention", _("The retention time is over (GDPR art. 5(1)(e))")
    REQUEST = "request", _("A data subject asked for it (GDPR art. 17)")
    UNLAWFUL = "unlawful", _("It was never to be here (GDPR art. 17(1)(d))")


class Disposal(Walled):
    """The content of one record going: proposed, approved by a second person, carried out, certified.

    Holds no content of the record, so that privacy officers may read it without reading the record.
    """

    proposed_by_id: UUID
    decided_by_id: UUID | None
    taken_up_by_id: UUID | None

    record_kind = models.CharField(
        max_length=10, choices=[*RecordKind.choices, (PLACE, _("Lists, rules and kept bodies of a place"))]
    )
    record_id = models.UUIDField()
    code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    basis = models.CharField(max_length=12, choices=Basis.choices, default=Basis.RETENTION)
    status = models.CharField(max_length=10, choices=DisposalStatus.choices, default=DisposalStatus.PROPOSED)
    due_on = models.DateField(null=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True, default="")
    keep_until = models.DateField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    # Of signals that never joined a record: which of them. Nothing else goes.
    signals: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    # Of one person: what they are called, until it is gone; and the rows that the second person left as they are.
    words: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    spared: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    # And which sections inside the record it reaches: those that the second person is inside of.
    sections: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    # Who carries it out instead of whoever proposed it.
    taken_up_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    # What went: rows by place; and the hashes of the files whose keys were destroyed.
    counts: "models.JSONField[Any, dict[str, int]]" = models.JSONField(default=dict)
    destroyed: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    finished_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One at a time a record; nobody approves what they proposed."""

        db_table = "lifecycle_disposal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record_id"], name="lifecycle_disposal_once",
                condition=models.Q(status__in=["proposed", "approved", "running"])
                | (models.Q(status="done") & ~models.Q(outcome="person")),
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="lifecycle_disposal_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["approved", "running", "done"]) | models.Q(decided_by__isnull=False),
                name="lifecycle_disposal_approved",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """What becomes of which record."""
        return f"{self.outcome} {self.record_kind} {self.record_id}"

    @property
    def is_of_signals(self) -> bool:
        """Whether it is about signals that never joined a record."""
        return self.record_kind == RecordKind.SIGNAL

    @property
    def is_of_place(self) -> bool:
        """Whether it is about what a compartment holds outside its records."""
        return self.record_kind == PLACE

    @property
    def is_of_one_person(self) -> bool:
        """Whether the record stays, without one person."""
        return self.outcome == Outcome.PERSON


class RequestKind(models.TextChoices):
    """What a data subject asks for."""

    ACCESS = "access", _("To know and get a copy (GDPR art. 15)")
    RECTIFICATION = "rectification", _("To have it corrected (GDPR art. 16)")
    ERASURE = "erasure", _("To have it erased (GDPR art. 17)")
    RESTRICTION = "restriction", _("To have its use restricted, or to object (GDPR art. 18, 21)")


class RequestAnswer(models.TextChoices):
    """How a request ended."""

    GRANTED = "granted", _("Done as asked")
    PARTLY = "partly", _("Done in part")
    REFUSED = "refused", _("Refused, with the grounds")
    NOTHING = "nothing", _("Nothing was found")


class SubjectRequest(models.Model):
    """What a data subject asked for, who asks, how that was checked, when it is due; read by privacy officers."""

    org_id: UUID
    opened_by_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=RequestKind.choices)
    person = models.CharField(max_length=200)
    # Names, addresses and numbers under which the person may be known: kind and value.
    identifiers: "models.JSONField[Any, list[dict[str, str]]]" = models.JSONField(default=list)
    asker = models.CharField(max_length=300)
    identity_check = models.CharField(max_length=500)
    received_on = models.DateField()
    due_on = models.DateField()
    extension_reason = models.CharField(max_length=500, blank=True, default="")
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=10, choices=RequestAnswer.choices, blank=True, default="")
    answer_note = models.CharField(max_length=2000, blank=True, default="")
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Listed by when they are due."""

        db_table = "lifecycle_request"

    def __str__(self) -> str:
        """What is asked for."""
        return str(self.get_kind_display())

    @property
    def is_open(self) -> bool:
        """Whether it still has to be answered."""
        return self.answered_at is None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered."""
        return self.is_open and self.due_on < clock.now().date()

    @property
    def is_extended(self) -> bool:
        """Whether the one extension was used."""
        return self.extension_reason != ""


class FindingChoice(models.TextChoices):
    """What the owner of a record decided about a person's data in it."""

    DISCLOSE = "disclose", _("Disclose")
    REDACT = "redact", _("Disclose in part, others redacted")
    COMPLY = "comply", _("Do as the person asks")
    WITHHOLD = "withhold", _("Withhold, on a ground")


class FindingGround(models.TextChoices):
    """Why data is withheld; the person reads the ground, not the note."""

    RIGHTS_OF_OTHERS = "rights_of_others", _("The rights and freedoms of others (GDPR art. 15(4))")
    PRIVILEGE = "privilege", _("Legal privilege")
    INVESTIGATION = "investigation", _("It would prejudice an investigation (GDPR art. 23)")
    CLAIMS = "claims", _("Needed for legal claims, or under a legal hold (GDPR art. 17(3)(e))")
    DUTY = "duty", _("A law requires to keep it (GDPR art. 17(3)(b))")
    SOMEBODY_ELSE = "somebody_else", _("It is about somebody else of that name")


class SubjectFinding(models.Model):
    """One record that names a data subject: how often and where, whom to ask, what was decided, what they may read.

    Holds nothing of the record's content until its owner has written what may be disclosed.
    """

    org_id: UUID
    compartment_id: UUID | None
    request_id: UUID
    owner_id: UUID | None

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(SubjectRequest, on_delete=models.PROTECT, related_name="findings")
    # That of the record; none of an account of Longwatch itself, on which privacy officers decide.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+", null=True)
    record_kind = models.CharField(max_length=10)
    record_id = models.UUIDField()
    # Rows that name the person, by place.
    places: "models.JSONField[Any, dict[str, int]]" = models.JSONField(default=dict)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    choice = models.CharField(max_length=10, choices=FindingChoice.choices, blank=True, default="")
    ground = models.CharField(max_length=16, choices=FindingGround.choices, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    # What the person gets to read.
    extract = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One a request and record."""

        db_table = "lifecycle_finding"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "record_id"], name="lifecycle_finding_record")
        ]

    def __str__(self) -> str:
        """What was decided about which record."""
        return f"{self.choice or 'undecided'} {self.record_kind} {self.record_id}"
