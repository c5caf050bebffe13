# SPDX-License-Identifier: Apache-2.0
"""Sources, signals and their occurrences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.discretion import day_of
from longwatch.core.ids import uuid7
from longwatch.intake.canary_models import Canary  # noqa: F401  # Django looks for it here.
from longwatch.intake.delivery_models import Delivery  # noqa: F401  # Django looks for it here.
from longwatch.intake.door_models import Door  # noqa: F401  # And this.
from longwatch.intake.mail_models import Mailbox, MailboxState  # noqa: F401
from longwatch.intake.mapping_models import MappingVersion  # noqa: F401
from longwatch.intake.poll_models import Poll  # noqa: F401  # And this.
from longwatch.intake.quiet_models import QuietTally, Suppression  # noqa: F401
from longwatch.records.severity import Severity

# The short name of the source of our own report form.
REPORT_SLUG = "report-form"


class SignalKind(models.TextChoices):
    """What sort of signal it is."""

    ALERT = "alert", _("Alert")  # from a machine
    REPORT = "report", _("Report")  # from a person
    SOS = "sos", _("SOS")  # from a person, now


class Source(Walled):
    """Where signals come from: its compartment, its dedup template, its rate."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=SignalKind.choices, default=SignalKind.ALERT)
    # Names of signal fields and entity kinds whose values make the dedup key; empty: rule and first entity.
    dedup_fields: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    rate_per_second = models.PositiveIntegerField(default=5000)
    burst = models.PositiveIntegerField(default=20000)
    default_severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.MEDIUM)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)
    # Which mapping reads what it sends; "auto" recognises each record by itself.
    format = models.CharField(max_length=60, default="auto")
    # Of times that name no zone.
    time_zone = models.CharField(max_length=64, default="UTC")
    # Something is wrong with it when it was silent for longer; None: nothing is expected of it.
    heartbeat_seconds = models.PositiveIntegerField(null=True)
    # How often a canary is sent by itself, and for whom; None: never.
    canary_minutes = models.PositiveIntegerField(null=True)
    canary_account_id = models.UUIDField(null=True)

    class Meta:
        """A source is configuration, not content."""

        db_table = "intake_source"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "slug"], name="intake_source_slug")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class SignalStatus(models.TextChoices):
    """Where triage stands. Snoozed is a time on the row, not a status; suppressed likewise, later."""

    NEW = "new", _("New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_INCIDENT = "in_incident", _("In an incident")
    IN_CASE = "in_case", _("In a case")
    DISMISSED = "dismissed", _("Dismissed")


class DismissReason(models.TextChoices):
    """Why a signal needs nothing more (Dispatch's ten and ours, design.md section 8)."""

    BENIGN = "benign", _("Benign: it happened and is harmless")
    CONTAINED = "contained", _("Contained: already dealt with")
    ESCALATED = "escalated", _("Escalated elsewhere")
    FALSE_POSITIVE = "false_positive", _("False positive: it did not happen")
    INFORMATION_GATHERED = "information_gathered", _("Information gathered, nothing to do")
    INSUFFICIENT_INFORMATION = "insufficient_information", _("Not enough information to act on")
    MITIGATED = "mitigated", _("Mitigated")
    OPERATIONAL_ERROR = "operational_error", _("Operational error")
    POLICY_VIOLATION = "policy_violation", _("Policy violation, handled elsewhere")
    USER_ACKNOWLEDGED = "user_acknowledged", _("Acknowledged by the person concerned")
    NO_THREAT = "no_threat", _("No threat found")
    UNFOUNDED = "unfounded", _("Unfounded")
    REFERRED_TO_AUTHORITY = "referred_to_authority", _("Referred to an authority")
    DUPLICATE = "duplicate", _("Duplicate of another signal")
    DRILL = "drill", _("Drill or test")


class SenderState(models.TextChoices):
    """Whether the sender says that it holds or is over."""

    OPEN = "open", _("Holds")
    CLOSED = "closed", _("Over")


class Signal(models.Model):
    """Anything that arrived, unjudged; one open row a source and dedup key, with one or many occurrences."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No constraints: organisations, compartments and sources are never deleted, and every alert would lock the
    # same three rows. No indexes of their own either: what is needed is in sql/intake.sql.
    org = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=10, choices=SignalKind.choices)
    dedup_key = models.BinaryField(max_length=32)
    rule = models.CharField(max_length=300, blank=True, default="")
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, default="")
    severity = models.SmallIntegerField(choices=Severity.choices)
    status = models.CharField(max_length=14, choices=SignalStatus.choices, default=SignalStatus.NEW)
    # [{"kind", "value", "part", "id"}], as the sender named them.
    entities: "models.JSONField[Any, list[dict[str, str]]]" = models.JSONField(default=list)
    entity_ids: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    place = models.CharField(max_length=300, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    links: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    tags: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    # A person's account: contact, language and what else the form asked. Empty for alerts.
    report: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    assignee = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    snoozed_until = models.DateTimeField(null=True)
    dismiss_reason = models.CharField(max_length=30, choices=DismissReason.choices, blank=True, default="")
    dismiss_note = models.CharField(max_length=500, blank=True, default="")
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="duplicates", null=True, db_index=False
    )
    # The signal with the same key before this one, when that was closed already.
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Which mapping read it: a format's name, or that of an analyst's mapping with its version; empty: our own form.
    format = models.CharField(max_length=80, blank=True, default="")
    # ATT&CK identifiers that the sender or the mapping names: T1059.001, TA0002.
    techniques: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    # What the sender says last: that it holds ("open"), or is over ("closed"); empty: senders of this kind say neither.
    sender_state = models.CharField(max_length=6, choices=SenderState.choices, blank=True, default="")
    # When that changed, the last ten times, in seconds since 1970.
    sender_changes: "ArrayField[Iterable[int], list[int]]" = ArrayField(models.BigIntegerField(), default=list)
    cleared_at = models.DateTimeField(null=True)
    # When a repeat last raised the severity.
    raised_at = models.DateTimeField(null=True)
    # When it last became more severe after somebody had judged it or put it off, and nobody has judged it since.
    stirred_at = models.DateTimeField(null=True)
    # The rule that keeps it quiet; it is stored and counted all the same.
    suppression_id = models.UUIDField(null=True)
    # Every arrival may change these: arrivals tell them, not the judgements.
    ledger_excluded: ClassVar[tuple[str, ...]] = (
        "format", "techniques", "sender_state", "sender_changes", "cleared_at", "raised_at", "stirred_at",
        "suppression_id",
    )  # fmt: skip

    class Meta:
        """Deduplication is the partial unique index; lists walk the partial indexes of what is open (sql/)."""

        db_table = "intake_signal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "dedup_key"], condition=models.Q(closed_at=None), name="intake_signal_open_key"
            )
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title

    @property
    def only_day_known(self) -> bool:
        """Whether somebody reported it without an account, so that no time of day is kept."""
        return self.kind == SignalKind.REPORT and self.first_seen == day_of(self.first_seen)

    @property
    def happened_at(self) -> datetime | None:
        """When it happened; nothing where nobody said so, and even when it came is known to the day alone."""
        return None if self.only_day_known and self.occurred_at == self.first_seen else self.occurred_at


class Occurrence(models.Model):
    """One arrival of a signal: the raw bytes as received and their SHA-256, for ever."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    org_id = models.UUIDField()
    signal_id = models.UUIDField()
    source_id = models.UUIDField()
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    content_type = models.TextField()
    entry_id = models.BigIntegerField()
    # The hash of what was understood (covering.py), where a signal may have been made of it; older ones have none.
    understood = models.BinaryField(max_length=32, null=True)

    class Meta:
        """Made in SQL: partitioned by month, insert only."""

        managed = False
        db_table = "intake_occurrence"

    def __str__(self) -> str:
        """When it arrived."""
        return f"{self.signal_id} at {self.at}"


class Thread(models.Model):
    """The exchange with whoever sent a report and holds its receipt.

    It lies where the report does; when the report goes into a record for named people, the exchange goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    signal = models.OneToOneField(Signal, on_delete=models.PROTECT, related_name="thread", db_constraint=False)
    # The incident or case that the report became part of last.
    record_kind = models.CharField(max_length=10, blank=True, default="")
    record_id = models.UUIDField(null=True, db_index=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """The receipt that opens it lies in a table that the application cannot read (sql/reporter.sql)."""

        db_table = "intake_thread"

    def __str__(self) -> str:
        """Of which report."""
        return f"thread of {self.signal_id}"


class MessageAuthor(models.TextChoices):
    """Which of the two sides wrote."""

    REPORTER = "reporter", _("The reporter")
    TEAM = "team", _("The team")


class Message(models.Model):
    """One thing said in an exchange; both sides read it, and nobody changes it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    author = models.CharField(max_length=10, choices=MessageAuthor.choices)
    # Of the team's: who wrote it, which the reporter is not told.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    text = models.TextField()
    files = models.PositiveSmallIntegerField(default=0)
    # Of the reporter's: what makes sending twice harmless.
    once = models.UUIDField(null=True)
    # Of the reporter's: the day.
    at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Seen by whoever sees the thread now, wherever it was when the message came."""

        db_table = "intake_message"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["thread", "number"], name="intake_message_number"),
            models.UniqueConstraint(fields=["thread", "once"], name="intake_message_once"),
        ]

    def __str__(self) -> str:
        """Which side, and which message."""
        return f"{self.author} {self.number}"


class MessageSeen(models.Model):
    """How far one of the team has read an exchange; nothing of the kind is kept of reporters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()

    class Meta:
        """One's own mark only (row security); not history."""

        db_table = "intake_message_seen"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "thread"], name="intake_message_seen_once")
        ]

    def __str__(self) -> str:
        """Up to which message."""
        return f"{self.number}"


class Identity(models.Model):
    """Who sent a report, when they said so: sealed, in a compartment that custodians open."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    signal_id = models.UUIDField(unique=True)
    # Name, telephone and e-mail as JSON, encrypted with a key that is not in the database (receipts.py).
    sealed = models.BinaryField()
    given_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Kept apart from the report, which anybody who judges reports reads."""

        db_table = "intake_identity"

    def __str__(self) -> str:
        """Of which report."""
        return f"identity of {self.signal_id}"


class DisclosureState(models.TextChoices):
    """What became of a request to learn who a reporter is."""

    ASKED = "asked", _("Waits for the custodian")
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")


class Disclosure(models.Model):
    """A request to learn who a reporter is, and the custodian's decision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Where the report is: its readers know that somebody asked.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    # Where the identity is: its custodians decide.
    identity_compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    signal_id = models.UUIDField(db_index=True)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    motivation = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=DisclosureState.choices, default=DisclosureState.ASKED)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=2000, blank=True, default="")
    until = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One open request a person and report."""

        db_table = "intake_disclosure"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["signal_id", "asked_by"], condition=models.Q(state="asked"), name="intake_disclosure_open"
            )
        ]

    def __str__(self) -> str:
        """What became of it."""
        return str(self.state)
