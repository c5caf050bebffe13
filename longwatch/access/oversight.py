# SPDX-License-Identifier: Apache-2.0
"""Who got in by breaking the glass, who saw what, who was told, and who asked: tables of looking, not of changing."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import uuid7

LONGEST_GLASS = timedelta(minutes=60)


class GlassReason(models.TextChoices):
    """Why somebody breaks the glass."""

    DANGER = "danger", _("Somebody is in danger now")
    HANDLING = "handling", _("An incident cannot be handled without it")
    ABSENCE = "absence", _("Nobody who may see it can be reached")
    DUTY = "duty", _("A legal duty cannot wait")
    OTHER = "other", _("Another reason")


class GlassOutcome(models.TextChoices):
    """What a privacy officer found."""

    JUSTIFIED = "justified", _("Justified")
    NOT_JUSTIFIED = "not_justified", _("Not justified")


class BreakGlass(models.Model):
    """One person's look at one record they may not see otherwise: read-only, for an hour at most, reviewed after."""

    account_id: UUID
    compartment_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt_id = models.UUIDField(unique=True)
    record_kind = models.CharField(max_length=10)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=24)
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=10, choices=GlassReason.choices)
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    review_due_at = models.DateTimeField()
    outcome = models.CharField(max_length=14, choices=GlassOutcome.choices, blank=True, default="")
    review_note = models.CharField(max_length=1000, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Found by whoever is looking; the database refuses more than an hour."""

        db_table = "access_break_glass"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("opened_at"))
                & models.Q(expires_at__lte=models.F("opened_at") + LONGEST_GLASS),
                name="access_break_glass_an_hour",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("account")),
                name="access_break_glass_other_reviews",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["account", "expires_at"], condition=models.Q(ended_at=None), name="access_break_glass_open"
            ),
            models.Index(fields=["record_id", "-opened_at"], name="access_break_glass_record"),
            models.Index(fields=["org", "-opened_at"], name="access_break_glass_newest"),
        ]

    def __str__(self) -> str:
        """The reference."""
        return self.reference

    @property
    def is_active(self) -> bool:
        """Whether it still opens the record."""
        return self.ended_at is None and self.expires_at > clock.now()

    @property
    def over_at(self) -> object:
        """When it ended or will."""
        return min(self.ended_at, self.expires_at) if self.ended_at else self.expires_at


class Attempt(models.Model):
    """That somebody tried to break the glass or asked for a sealed match: what the limits count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField(default=clock.now)
    # Of a try that would open something: what. Nobody but the one who tried reads it.
    record_id = models.UUIDField(null=True)
    compartment_id = models.UUIDField(null=True)

    class Meta:
        """Counted by account and kind. Only functions of the database write here."""

        db_table = "access_attempt"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "kind", "-at"], name="access_attempt_recent"),
            models.Index(fields=["org", "-at"], name="access_attempt_newest"),
        ]

    def __str__(self) -> str:
        """What was tried."""
        return self.kind


class NoticeKind(models.TextChoices):
    """What a notice tells; never which matter it is about."""

    GLASS_BROKEN = "glass_broken", _("Somebody broke the glass on a record that you may see")
    GLASS_REVIEW = "glass_review", _("A break-glass waits for your review")
    GLASS_REVIEWED = "glass_reviewed", _("A break-glass was reviewed")
    GUARD_CHANGED = "guard_changed", _("Who may guard identities, privacy or privilege has changed")
    HANDED_OVER = "handed_over", _("Work of somebody who left was handed over")
    HAND_OVER_WAITS = "hand_over_waits", _("Work of somebody who left waits for your decision")
    SUBJECT_REQUEST = "subject_request", _("A person asked about their data, and a record that you lead names them")
    SEALED_MATCH = "sealed_match", _("Somebody asked for a sealed match, and a record that you lead answered")
    CUSTODY_OFFERED = "custody_offered", _("An exhibit is handed over to you: confirm that you have it")
    SOURCE_SILENT = "source_silent", _("A source of signals has been silent for longer than is expected of it")
    SEVERITY_ROSE = "severity_rose", _("A signal that you have in hand became more severe")
    CANARY_LOST = "canary_lost", _("A test signal was not seen in time")
    CUSTODY_ANSWERED = "custody_answered", _("A hand-over of an exhibit was answered, taken back, or can be no more")


class Notice(models.Model):
    """Something a person has to know of: that there is something to look at, and where; never what it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    link = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """A person's own, newest first. Not history: the ledger holds what happened."""

        db_table = "access_notice"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "-created_at"], name="access_notice_own"),
            models.Index(fields=["account"], condition=models.Q(read_at=None), name="access_notice_unread"),
        ]

    def __str__(self) -> str:
        """What it tells."""
        return self.kind


class SightKind(models.TextChoices):
    """In which way somebody came to know."""

    VIEWED = "viewed", _("Viewed it")
    API = "api", _("Read it by API")
    PRINTED = "printed", _("Opened its print view")
    EXPORTED = "exported", _("Took an export away")
    FILE = "file", _("Opened a file of it")
    NOTIFIED = "notified", _("Was notified of it")


class Sight(models.Model):
    """That somebody saw a restricted record, or a section of it, in half an hour of a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    account_label = models.CharField(max_length=150)
    record_kind = models.CharField(max_length=10)
    record_id = models.UUIDField()
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=SightKind.choices)
    # Through break-glass, not as a reader.
    by_glass = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    # The half hour it fell into: two requests at the same moment leave one row.
    slot = models.DateTimeField()
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read by record, newest first."""

        db_table = "access_sight"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "record_id", "compartment", "how", "slot"], name="access_sight_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "-at"], name="access_sight_record"),
            models.Index(fields=["org", "-at"], name="access_sight_newest"),
        ]

    def __str__(self) -> str:
        """Who saw which record."""
        return f"{self.account_label}: {self.record_id}"
