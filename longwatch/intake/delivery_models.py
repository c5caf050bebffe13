# SPDX-License-Identifier: Apache-2.0
"""Bodies that are kept whole."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Compartment, Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7


class Way(models.TextChoices):
    """Through which entrance something came in."""

    API = "api", _("API")
    WEBHOOK = "webhook", _("Webhook")
    SYSLOG = "syslog", _("Syslog")
    MAIL = "mail", _("E-mail")
    FILE = "file", _("File")
    POLL = "poll", _("Fetched")


class DeliveryState(models.TextChoices):
    """What became of a body."""

    STORED = "stored", _("Stored")
    FAILED = "failed", _("Could not be read")
    REPLAYED = "replayed", _("Read later")
    GONE = "gone", _("Erased")


class Delivery(models.Model):
    """A whole body as it came in, kept when it held several signals or could not be read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    source = models.ForeignKey(
        "intake.Source", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(default=clock.now)
    way = models.CharField(max_length=10, choices=Way.choices)
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    content_type = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=10, choices=DeliveryState.choices)
    # Why it could not be read, in words for whoever looks after the source.
    reason = models.CharField(max_length=500, blank=True, default="")
    # How many signals it gave.
    signals = models.PositiveIntegerField(default=0)
    # The arrivals that it gave have ledger entries of this operation.
    operation_id = models.UUIDField()
    version = models.BigIntegerField(default=0)
    # Its hash says it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("raw",)

    class Meta:
        """Lists walk by source, newest first."""

        db_table = "intake_delivery"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "-at"], name="intake_delivery_newest"),
            models.Index(fields=["operation_id"], name="intake_delivery_operation"),
        ]

    def __str__(self) -> str:
        """When it came, and what became of it."""
        return f"{self.state} at {self.at}"
