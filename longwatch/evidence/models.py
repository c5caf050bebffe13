# SPDX-License-Identifier: Apache-2.0
"""Exhibits and their chain of custody. The bytes lie in the store, addressed by their hash."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.records.models import RecordKind


class Exhibit(models.Model):
    """A file as it was received for one record; withdrawn perhaps, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    # What the bytes look like, not what the sender said.
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True, default="")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    received_label = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_label = models.CharField(max_length=150, blank=True, default="")
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="")
    version = models.BigIntegerField(default=0)

    class Meta:
        """Numbered within its record."""

        db_table = "evidence_exhibit"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record_id", "number"], name="evidence_exhibit_number")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["org", "sha256"], name="evidence_exhibit_sha256")]

    def __str__(self) -> str:
        """The number and the name."""
        return f"{self.number}: {self.name}"


class CustodyKind(models.TextChoices):
    """What can happen to an exhibit."""

    RECEIVED = "received", _("Received")
    VIEWED = "viewed", _("Viewed")
    DOWNLOADED = "downloaded", _("Downloaded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CustodyEvent(models.Model):
    """One link of the chain of custody: who had the exhibit in hand, when, through which entrance.

    Receipt and withdrawal are written by the database itself (sql/), so that no exhibit lacks them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=12, choices=CustodyKind.choices)
    at = models.DateTimeField(default=clock.now)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True, default="")
    # The ledger entry about it, whose subject is the exhibit.
    version = models.BigIntegerField(default=0)

    class Meta:
        """Insert only; read by exhibit."""

        db_table = "evidence_custody_event"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exhibit", "at"], name="evidence_custody_exhibit")
        ]

    def __str__(self) -> str:
        """Who did what."""
        return f"{self.actor_label} {self.kind}"
