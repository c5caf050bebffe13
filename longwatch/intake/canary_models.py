# SPDX-License-Identifier: Apache-2.0
"""Test signals that Longwatch sends to itself."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import uuid7

# It has to be in the inbox after so long.
WITHIN = timedelta(seconds=60)


class CanaryWay(models.TextChoices):
    """How it goes in."""

    OWN = "own", _("Sent by hand")
    DOOR = "door", _("Through the front door, with a token")
    SCHEDULE = "schedule", _("Sent by itself")


class Canary(models.Model):
    """A marked test signal, and when each step had it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org_id = models.UUIDField()
    source_id = models.UUIDField()
    # For whom it is looked for in the inbox, and who closes it as a drill.
    account_id = models.UUIDField()
    # The dedup key under which it arrives.
    key = models.BinaryField(max_length=32)
    way = models.CharField(max_length=10, choices=CanaryWay.choices, default=CanaryWay.OWN)
    sent_at = models.DateTimeField(default=clock.now)
    stored_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    told_at = models.DateTimeField(null=True)
    signal_id = models.UUIDField(null=True)
    # The entry in the ledger that it came with: it is no sign that the source is heard.
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        """No history: the signal has its own. Found by its key when it arrives, and by its entry."""

        db_table = "intake_canary"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source_id", "-sent_at"], name="intake_canary_newest"),
            models.Index(fields=["source_id", "key"], name="intake_canary_key"),
            models.Index(fields=["entry_id"], name="intake_canary_entry"),
        ]

    def __str__(self) -> str:
        """When it was sent."""
        return f"{self.sent_at}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.seen_at is not None or self.failed_at is not None

    @property
    def took(self) -> timedelta | None:
        """From its sending until it was in the inbox."""
        return self.seen_at - self.sent_at if self.seen_at else None
