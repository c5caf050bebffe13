# SPDX-License-Identifier: Apache-2.0
"""Rules that keep alerts quiet for a time: stored and counted all the same."""

from typing import Any, ClassVar

from django.db import models

from longwatch.access.models import Account, Walled
from longwatch.core import clock
from longwatch.intake.quiet_rules import QuietKind
from longwatch.records.severity import Severity


class Suppression(Walled):
    """A rule that keeps alerts of its compartment quiet: whose it is, why, and until when."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=QuietKind.choices, default=QuietKind.NOISE)
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # [{"field", "op", "values"}] of conditions.py; all must hold.
    conditions: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    # What is worse is heard all the same.
    up_to_severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.HIGH)
    starts_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Asked for at each look at a source."""

        db_table = "intake_suppression"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["compartment", "expires_at"], condition=models.Q(ended_at=None), name="intake_suppression_on"
            )
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def is_over(self) -> bool:
        """Whether it keeps nothing quiet any more."""
        return self.ended_at is not None or self.expires_at <= clock.now()

    @property
    def is_to_come(self) -> bool:
        """Whether it keeps nothing quiet yet."""
        return not self.is_over and self.starts_at > clock.now()


class QuietTally(models.Model):
    """How much a rule kept quiet; the engine counts, and nobody else writes."""

    suppression_id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    compartment_id = models.UUIDField()
    # Each time an alert came, new or again.
    times = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        """No history: it follows from what is stored, so no entries."""

        db_table = "intake_quiet_tally"

    def __str__(self) -> str:
        """How often."""
        return f"{self.times}"
