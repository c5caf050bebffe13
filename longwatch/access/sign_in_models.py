# SPDX-License-Identifier: Apache-2.0
"""Where people are signed in, and how often it failed. No part of the record: both are forgotten."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.core import clock
from longwatch.core.ids import uuid7


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in. The key is kept as a hash: who reads this table enters nowhere."""

    session_key = models.CharField(max_length=64, primary_key=True)
    # What lists and revocations name it by; it opens nothing.
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, null=True, related_name="sessions")
    device = models.CharField(max_length=100, blank=True, default="")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Read before anybody is signed in."""

        db_table = "access_session"


class ThrottleKind(models.TextChoices):
    """What failed attempts are counted by."""

    ACCOUNT = "account", _("Account")
    ADDRESS = "address", _("Network address")
    CODE = "code", _("Second factor")


class Throttle(models.Model):
    """Failed attempts to sign in, by what was tried or from where; forgotten after a day without one."""

    key = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=20, choices=ThrottleKind.choices)
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=64, blank=True, default="")
    failures = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        """Read before anybody is signed in."""

        db_table = "access_throttle"

    def __str__(self) -> str:
        """What is counted, and how many."""
        return f"{self.kind}: {self.failures}"
