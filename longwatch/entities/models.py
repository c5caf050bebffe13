# SPDX-License-Identifier: Apache-2.0
"""Entities as records name them. The same thing has the same identifier everywhere (core.ids.entity_id)."""

from typing import ClassVar

from django.db import models

from longwatch.access.models import Account, Walled
from longwatch.core import clock
from longwatch.entities.kinds import EntityKind, Part
from longwatch.records.models import RecordKind


class Mention(Walled):
    """An entity with its part in one record, inside the record's compartment.

    There is no shared registry row that could betray a restricted record: the identifier of an entity is computed
    from its key, and an entity exists for a reader as far as they may see a mention of it.
    """

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    entity_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=EntityKind.choices)
    value = models.CharField(max_length=500)
    key = models.CharField(max_length=540)
    part = models.CharField(max_length=20, choices=Part.choices, default=Part.INVOLVED)
    note = models.CharField(max_length=500, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One open mention of an entity with one part in one section of a record."""

        db_table = "entities_mention"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record_id", "compartment", "entity_id", "part"],
                condition=models.Q(ended_at=None),
                name="entities_mention_open",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity_id", "-added_at"], name="entities_mention_entity"),
            models.Index(fields=["record_id"], name="entities_mention_record"),
        ]

    def __str__(self) -> str:
        """The value."""
        return self.value
