# SPDX-License-Identifier: Apache-2.0
"""Webhooks out: who is told of which events, how far the telling is, and what could not be told."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from longwatch.access.models import Account, Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7


class Subscription(models.Model):
    """An address that is told of events, as far as an account of ours may see them."""

    account_id: UUID
    created_by_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    # Names of events, or the beginning of names: incident.opened, case.*, *.
    patterns: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    # Only of these compartments; empty: of all that the account may see.
    compartments: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    # What it may not see is not told.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    wrapped = models.TextField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=300, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """Configuration of the organisation; a closed one stays, because the ledger names it."""

        db_table = "exchange_subscription"

    def __str__(self) -> str:
        """What it is called."""
        return self.label

    @property
    def is_active(self) -> bool:
        """Whether it is told of anything now."""
        return self.paused_at is None and self.closed_at is None


class Course(models.Model):
    """How far the telling is: a place in the ledger's tree. No history, so no entries."""

    subscription = models.OneToOneField(Subscription, on_delete=models.CASCADE, primary_key=True, related_name="course")
    # The leaf that comes next.
    position = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    # Somebody is telling until then at the latest.
    taken_until = models.DateTimeField(null=True)
    delivered = models.BigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Written by the worker."""

        db_table = "exchange_course"

    def __str__(self) -> str:
        """The place."""
        return f"{self.position}"


class DeadLetter(models.Model):
    """An event that its receiver refused for good: which entry it is, never what is in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="dead_letters")
    entry_id = models.BigIntegerField()
    position = models.BigIntegerField()
    action = models.TextField()
    at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True, default="")
    # Somebody wants it told again; the worker does.
    asked_at = models.DateTimeField(null=True)
    resent_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by subscription, the newest first."""

        db_table = "exchange_dead_letter"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subscription", "-at"], name="exchange_dead_letter_newest")
        ]

    def __str__(self) -> str:
        """The event."""
        return self.action
