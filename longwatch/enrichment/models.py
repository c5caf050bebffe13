# SPDX-License-Identifier: Apache-2.0
"""Loaded intelligence, the inventory, watch-lists, and what was found about signals."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.enrichment.analysis_models import Analysis, AnalyzerSetup  # noqa: F401  # Django looks for them here.
from longwatch.enrichment.feed_models import Feed  # noqa: F401  # Django looks for it here.
from longwatch.entities.kinds import EntityKind
from longwatch.records.severity import Severity


class DatasetKind(models.TextChoices):
    """What sort of intelligence was loaded."""

    WARNINGLIST = "warninglist", _("Warninglist")
    KEV = "kev", _("Known exploited vulnerabilities")
    ATTACK = "attack", _("ATT&CK techniques")
    GALAXY = "galaxy", _("Names of actors and tools")
    INDICATORS = "indicators", _("Indicators")
    SITES = "sites", _("Sites of your own")
    GAZETTEER = "gazetteer", _("Places")
    COUNTRIES = "countries", _("Countries of addresses")


class Dataset(models.Model):
    """One loaded list: from where, which edition, how much; its values are in enrichment_value."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DatasetKind.choices)
    name = models.CharField(max_length=200)
    # Of the file that was read.
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # As its makers count, and when they say that it was made.
    edition = models.CharField(max_length=60, blank=True, default="")
    dated = models.DateField(null=True)
    # The kinds of entities that its values are compared with.
    kinds: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    values_count = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Loading a newer edition replaces the values and keeps the row."""

        db_table = "enrichment_dataset"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "kind", "name"], name="enrichment_dataset_once")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class Known(models.TextChoices):
    """What an entry of the inventory is."""

    ASSET = "asset", _("Asset")
    IDENTITY = "identity", _("Identity")


class Criticality(models.TextChoices):
    """How much depends on it."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


class InventoryItem(Walled):
    """A machine, service or building that is ours, or a person who works here, with what tools call it."""

    what = models.CharField(max_length=8, choices=Known.choices)
    name = models.CharField(max_length=200)
    # Comparable keys (entities.kinds.entity_key): host:web1, ip:192.0.2.7, email:ana@example.org.
    identifiers: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    owner = models.CharField(max_length=200, blank=True, default="")
    manager = models.CharField(max_length=200, blank=True, default="")
    site = models.CharField(max_length=200, blank=True, default="")
    criticality = models.CharField(max_length=8, choices=Criticality.choices, default=Criticality.NORMAL)
    note = models.CharField(max_length=500, blank=True, default="")
    changed_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One name a kind and compartment, among those that are still there."""

        db_table = "enrichment_item"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["compartment", "what", "name"],
                condition=models.Q(removed_at=None),
                name="enrichment_item_once",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["org", "what", "name"], name="enrichment_item_listed")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class WatchList(Walled):
    """Things to look out for: why, for whom, and until when."""

    name = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    owner = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    # What is proposed for signals that name one of them; None: only that they do.
    severity = models.SmallIntegerField(choices=Severity.choices, null=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One name a compartment."""

        db_table = "enrichment_watchlist"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["compartment", "name"], name="enrichment_watchlist_once")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class WatchEntry(Walled):
    """One thing on a watch-list."""

    watchlist = models.ForeignKey(WatchList, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, choices=EntityKind.choices)
    value = models.CharField(max_length=500)
    key = models.CharField(max_length=540)
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """A thing once a list, as long as it is on it."""

        db_table = "enrichment_watch_entry"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["watchlist", "key"], condition=models.Q(removed_at=None), name="enrichment_watch_entry_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["org", "key"], condition=models.Q(removed_at=None), name="enrichment_watched")
        ]

    def __str__(self) -> str:
        """The value."""
        return self.value


class ResultKind(models.TextChoices):
    """What was found about something that a signal names."""

    WATCHED = "watched", _("Watch-list")
    INDICATOR = "indicator", _("Known indicator")
    KEV = "kev", _("Known exploited vulnerability")
    ASSET = "asset", _("Asset")
    IDENTITY = "identity", _("Identity")
    TECHNIQUE = "technique", _("ATT&CK technique")
    ACTOR = "actor", _("Name of an actor or tool")
    WARNINGLIST = "warninglist", _("Perhaps harmless")
    SIGHTING = "sighting", _("Seen before")
    PLACE = "place", _("Where it may be")
    COUNTRY = "country", _("Country of an address")
    EXTRACTED = "extracted", _("Found in the text")


class Result(models.Model):
    """Something found about a signal: by what, how old, until when it holds. Derived, so never history."""

    org_id: UUID
    compartment_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # The signal's; and, when a list or inventory of a narrower circle told it, that one's too: both must be open.
    compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    told_by_compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False, null=True
    )
    signal_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12, choices=ResultKind.choices)
    entity_kind = models.CharField(max_length=20)
    value = models.CharField(max_length=500)
    # Named in the signal's text only, not by the sender.
    from_text = models.BooleanField(default=False)
    # Who says so, and the date and edition of what they said.
    source = models.CharField(max_length=200)
    edition = models.CharField(max_length=60, blank=True, default="")
    dated = models.DateField(null=True)
    facts: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    # Only ever proposed: nobody's severity changes by itself.
    proposed_severity = models.SmallIntegerField(choices=Severity.choices, null=True)
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        """Written by the engine, read inside the compartment."""

        db_table = "enrichment_result"

    def __str__(self) -> str:
        """What about what."""
        return f"{self.kind} {self.value}"


class LookState(models.TextChoices):
    """How far the looking got."""

    WAITING = "waiting", _("Still being looked up")
    DONE = "done", _("Looked up")
    FAILED = "failed", _("Could not be read")


class Look(models.Model):
    """That a signal was looked up, with what, and until when it need not be again."""

    signal_id = models.UUIDField(primary_key=True)
    org = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    severity = models.SmallIntegerField()
    # Hash of what was asked, so that a repeat of a signal is not asked again.
    digest = models.BinaryField(max_length=32)
    text = models.CharField(max_length=8, choices=LookState.choices, default=LookState.WAITING)
    why = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        """Written by the engine, read inside the compartment."""

        db_table = "enrichment_look"

    def __str__(self) -> str:
        """How far it got."""
        return str(self.text)
