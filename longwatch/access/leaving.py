# SPDX-License-Identifier: Apache-2.0
"""What somebody who left had in hand, in one compartment, and who takes it over."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import uuid7


class HandOverState(models.TextChoices):
    """Whether the successor has it."""

    WAITING = "waiting", _("Waits for a decision")
    DONE = "done", _("Handed over")


class HandOver(models.Model):
    """The work of one person in one compartment, given to a successor; what they may not see yet waits for a decision.

    Row security: seen by those inside the compartment and by privacy officers. Made by the database only.
    """

    leaver_id: UUID
    successor_id: UUID
    handed_by_id: UUID
    compartment_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    leaver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # What sort of work: incidents, cases, signals, or the section that it is in.
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=HandOverState.choices)
    handed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Nobody decides what they handed over themself."""

        db_table = "access_hand_over"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("handed_by")),
                name="access_hand_over_another_decides",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["org", "-handed_at"], name="access_hand_over_new")
        ]

    def __str__(self) -> str:
        """What sort of work."""
        return self.kind
