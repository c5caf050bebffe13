# SPDX-License-Identifier: Apache-2.0
"""Telling senders: what is set up for a source, how far it is, and what is to be told of which signal."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.intake.models import Source


class Scheme(models.TextChoices):
    """How Longwatch signs in at the sender."""

    NONE = "none", _("Nothing")
    BEARER = "bearer", _("A bearer token")
    BASIC = "basic", _("User and password")
    HEADER = "header", _("A key in a header")


class SenderSync(models.Model):
    """How the sender of a source is told what became of its alerts; one at a time for each source."""

    created_by_id: UUID
    source_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    # Where: scheme, host and perhaps the beginning of paths. No value of a record ever stands here.
    url = models.CharField(max_length=500)
    # Of each: key, occasions, method, path, content, body.
    calls: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    headers: "models.JSONField[Any, dict[str, str]]" = models.JSONField(default=dict)
    # The sender's words for outcomes.
    words: "models.JSONField[Any, dict[str, str]]" = models.JSONField(default=dict)
    scheme = models.CharField(max_length=10, choices=Scheme.choices, default=Scheme.NONE)
    # The user of a password, or the name of the header.
    user = models.CharField(max_length=200, blank=True, default="")
    wrapped = models.TextField(blank=True, default="")
    authorities = models.TextField(blank=True, default="")
    verified = models.BooleanField(default=True)
    # Whether who judged it, and their note, may leave.
    tells_who = models.BooleanField(default=False)
    tells_why = models.BooleanField(default=False)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """Configuration; one that ended stays, because the ledger names it."""

        db_table = "exchange_sync"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source"], condition=models.Q(closed_at=None), name="exchange_sync_source")
        ]

    def __str__(self) -> str:
        """Where."""
        return self.url

    @property
    def is_active(self) -> bool:
        """Whether the sender is told now."""
        return self.paused_at is None and self.closed_at is None


class SyncCourse(models.Model):
    """How the telling goes. No history, so no entries."""

    sync = models.OneToOneField(SenderSync, on_delete=models.CASCADE, primary_key=True, related_name="course")
    next_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True, default="")
    told = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    # The worker gave up for now: it failed for days. Changing it, or resuming, goes on.
    stuck = models.BooleanField(default=False)

    class Meta:
        """Written by the worker."""

        db_table = "exchange_sync_course"

    def __str__(self) -> str:
        """How many were told."""
        return f"{self.told}"


class LetterState(models.TextChoices):
    """What became of what is to be told."""

    WAITING = "waiting", _("Waiting")
    TOLD = "told", _("Told")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("Not told")


class SyncLetter(models.Model):
    """What is to be told about a signal: written by the database with the change itself; no content."""

    id = models.UUIDField(primary_key=True, default=uuid4, db_default=RandomUUID(), editable=False)
    sync = models.ForeignKey(SenderSync, on_delete=models.CASCADE, related_name="letters")
    org_id = models.UUIDField()
    source_id = models.UUIDField()
    signal_id = models.UUIDField()
    # The entry of the ledger about the change.
    entry_id = models.BigIntegerField()
    call = models.CharField(max_length=10)
    occasion = models.CharField(max_length=10)
    status = models.CharField(max_length=14)
    outcome = models.CharField(max_length=30, blank=True, default="", db_default="")
    at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.WAITING, db_default="waiting"
    )
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        """Told in the order of the entries, those of one signal."""

        db_table = "exchange_sync_letter"

    def __str__(self) -> str:
        """What happened."""
        return self.occasion
