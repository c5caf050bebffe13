# SPDX-License-Identifier: Apache-2.0
"""Feeds: where lists of indicators are fetched from, again and again."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Organisation
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.intake.poll_models import PollScheme

HOUR = 3600
INDICATORS = "indicators"


class FeedKind(models.TextChoices):
    """How a feed is read."""

    MISP_FEED = "misp_feed", _("MISP feed (a folder with manifest.json)")
    MISP_SERVER = "misp_server", _("MISP server")
    TAXII = "taxii", _("TAXII 2.1 collection")
    LIST = "list", _("List (text, CSV or JSON)")


class Feed(models.Model):
    """One place from which one list is fetched. How far that is stands in the table enrichment_feed_state."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=FeedKind.choices)
    # The name of the list that it feeds.
    list_name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    scheme = models.CharField(max_length=10, choices=PollScheme.choices)
    user = models.CharField(max_length=200, blank=True, default="")
    wrapped = models.TextField(blank=True, default="")
    # Certificates of authorities in PEM, beside those that the system trusts.
    authorities = models.TextField(blank=True, default="")
    verified = models.BooleanField(default=True)
    settings: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    interval_seconds = models.PositiveIntegerField(default=HOUR)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """A list is fed by one feed at a time."""

        db_table = "enrichment_feed"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["org", "list_name"], condition=models.Q(closed_at=None), name="enrichment_feed_list_once"
            )
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.label

    @property
    def holds(self) -> str:
        """The kind of list that it fills; nothing else is taken from it."""
        return str(self.settings.get("holds") or INDICATORS)


def feed_purpose(feed_id: UUID) -> str:
    """What the secret of a feed is hidden for: moved to another row it opens nothing."""
    return f"feed {feed_id}"
