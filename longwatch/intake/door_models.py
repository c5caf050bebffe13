# SPDX-License-Identifier: Apache-2.0
"""Webhooks: who may send to a source without a token of ours, and how they show who they are."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7


class DoorScheme(models.TextChoices):
    """How a sender shows that it has the secret."""

    HEADER = "header", _("A secret in a header, such as Authorization")
    BASIC = "basic", _("User and password (basic authentication)")
    GITHUB = "github", _("Signature as GitHub makes it (X-Hub-Signature-256)")
    PAGERDUTY = "pagerduty", _("Signature as PagerDuty makes it (v1=)")
    GRAFANA = "grafana", _("Signature as Grafana makes it, with its time")
    STANDARD = "standard", _("Standard Webhooks (webhook-signature)")
    GRAPH = "graph", _("Microsoft Graph (clientState)")
    HMAC = "hmac", _("Another signature (HMAC)")


class Door(models.Model):
    """One sender's way in to one source; its secret is shown once and kept hidden."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("intake.Source", on_delete=models.PROTECT, related_name="doors")
    label = models.CharField(max_length=100)
    scheme = models.CharField(max_length=10, choices=DoorScheme.choices)
    # Names of headers, prefixes and the like; nothing secret.
    settings: "models.JSONField[Any, dict[str, str]]" = models.JSONField(default=dict)
    wrapped = models.TextField()
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """Configuration of a source; a closed one stays, because the ledger names it as a sender."""

        db_table = "intake_door"

    def __str__(self) -> str:
        """What it is called."""
        return self.label


def purpose(door_id: UUID) -> str:
    """What the secret of a door is hidden for: moved to another row it opens nothing."""
    return f"webhook {door_id}"
