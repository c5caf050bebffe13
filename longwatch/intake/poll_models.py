# SPDX-License-Identifier: Apache-2.0
"""Connections over which signals are fetched from tools that keep what they find."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7


class PollKind(models.TextChoices):
    """Which tool is asked."""

    ELASTICSEARCH = "elasticsearch", _("Elasticsearch")
    OPENSEARCH = "opensearch", _("OpenSearch")
    WAZUH = "wazuh", _("Wazuh (its indexer)")
    MISP = "misp", _("MISP")


class PollScheme(models.TextChoices):
    """How the tool is told who asks."""

    BASIC = "basic", _("User and password")
    KEY = "key", _("API key of Elasticsearch or OpenSearch (ApiKey)")
    BEARER = "bearer", _("Token (Bearer)")
    PLAIN = "plain", _("Authentication key of MISP")
    NONE = "none", _("Nothing")


class Poll(models.Model):
    """One tool that is asked for what is new, for one source. How far it is stands in the table intake_poll_state."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("intake.Source", on_delete=models.PROTECT, related_name="polls")
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=PollKind.choices)
    url = models.CharField(max_length=500)
    scheme = models.CharField(max_length=10, choices=PollScheme.choices)
    user = models.CharField(max_length=200, blank=True, default="")
    wrapped = models.TextField(blank=True, default="")
    # Certificates of authorities in PEM, beside those that the system trusts.
    authorities = models.TextField(blank=True, default="")
    verified = models.BooleanField(default=True)
    settings: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    interval_seconds = models.PositiveIntegerField(default=60)
    # What happened before is not fetched.
    start_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """Configuration of a source; a closed one stays, because the ledger names it as a sender."""

        db_table = "intake_poll"

    def __str__(self) -> str:
        """What it is called."""
        return self.label


def poll_purpose(poll_id: UUID) -> str:
    """What the secret of a connection is hidden for: moved to another row it opens nothing."""
    return f"fetching {poll_id}"
