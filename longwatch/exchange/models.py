# SPDX-License-Identifier: Apache-2.0
"""Bundles that were asked for, how far they are, and what was decided about single items."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.exchange.audiences import Audience, Choice, Ground, Kind
from longwatch.exchange.hook_models import Course, DeadLetter, Subscription  # noqa: F401  # Django looks for them here.
from longwatch.exchange.sync_models import SenderSync, SyncCourse, SyncLetter  # noqa: F401  # And these.
from longwatch.records.models import RecordKind

# A job that has said nothing for so long has died with its worker.
SILENCE = timedelta(minutes=10)
STEPS = {
    "ledger": _("Sealing the ledger"), "reading": _("Reading the record"), "exhibits": _("Copying exhibits"),
    "proofs": _("Adding proofs"),
}  # fmt: skip


class ExportStatus(models.TextChoices):
    """How far a bundle is."""

    QUEUED = "queued", _("Being made")
    READY = "ready", _("Ready")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class Export(Walled):
    """A bundle of a record for an audience: who asked for it, why, and what became of it."""

    requested_by_id: UUID

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    reference = models.CharField(max_length=24)
    audience = models.CharField(max_length=20, choices=Audience.choices)
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    # The named person that a bundle for subject access is about.
    about_id = models.UUIDField(null=True)
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    # What the person or token might do when it was asked for: the job may do no more.
    permissions: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    status = models.CharField(max_length=10, choices=ExportStatus.choices, default=ExportStatus.QUEUED)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True, default="")
    size = models.BigIntegerField(default=0)
    # Of the zip as it is downloaded, and of the list of manifests in it, which is what is signed.
    sha256 = models.CharField(max_length=64, blank=True, default="")
    tagmanifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    counts: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    # Everything in it lies in these compartments; whoever downloads it can see all of them.
    compartments: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Listed by record, the newest first."""

        db_table = "exchange_export"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "-requested_at"], name="exchange_export_record")
        ]

    def __str__(self) -> str:
        """Of which record, for whom."""
        return f"{self.reference} for {self.audience}"

    @property
    def file_name(self) -> str:
        """What the file is called on its way out."""
        return f"{self.bag_name}.zip"

    @property
    def bag_name(self) -> str:
        """The one folder in the file."""
        return f"{self.reference}-{self.audience.replace('_', '-')}-{self.requested_at:%Y%m%d}-{self.id.hex[-6:]}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it may still be cancelled."""
        return self.status == ExportStatus.QUEUED

    @property
    def is_expired(self) -> bool:
        """Whether the file is no longer kept."""
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def is_there(self) -> bool:
        """Whether it can be downloaded."""
        return self.status == ExportStatus.READY and not self.is_expired


class Progress(models.Model):
    """How far the job is: no history, so no entries; gone when the bundle is."""

    export = models.OneToOneField(Export, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        """Written by the job in statements of its own."""

        db_table = "exchange_progress"

    def __str__(self) -> str:
        """The step."""
        return f"{self.step}: {self.done} of {self.total}"

    @property
    def words(self) -> str:
        """The step, for people."""
        return str(STEPS.get(self.step, self.step))

    @property
    def is_silent(self) -> bool:
        """Whether the job has died."""
        return self.at < clock.now() - SILENCE


class ItemDecision(models.Model):
    """What somebody decided about one item of a record for one audience; it holds for every later bundle."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # That of the item: whoever may not see it does not see what was decided about it.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    audience = models.CharField(max_length=20, choices=Audience.choices)
    item_kind = models.CharField(max_length=10, choices=Kind.choices)
    item_id = models.CharField(max_length=36)
    choice = models.CharField(max_length=10, choices=Choice.choices)
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True, default="")
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One open decision an item and audience."""

        db_table = "exchange_decision"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record_id", "audience", "item_kind", "item_id"], condition=models.Q(ended_at=None),
                name="exchange_decision_open",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        """What was decided about what."""
        return f"{self.choice} {self.item_kind} {self.item_id}"
