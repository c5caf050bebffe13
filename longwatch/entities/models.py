# SPDX-License-Identifier: Apache-2.0
"""Entities as records name them. The same thing has the same identifier everywhere (core.ids.entity_id)."""

from typing import ClassVar

from django.db import models

from longwatch.access.models import Account, Walled
from longwatch.core import clock
from longwatch.entities.kinds import EntityKind, Part
from longwatch.entities.markings import Pap, Tlp
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


class Statement(Walled):
    """What somebody said about an entity on the basis of one record: as visible as that record, and no more."""

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    entity_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=EntityKind.choices)
    value = models.CharField(max_length=500)
    reason = models.CharField(max_length=500)
    said_at = models.DateTimeField(default=clock.now)
    said_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    said_label = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_label = models.CharField(max_length=200, blank=True, default="")
    version = models.BigIntegerField(default=0)

    class Meta:
        """Each table says what it says."""

        abstract = True

    def __str__(self) -> str:
        """The value."""
        return self.value


class Identity(Statement):
    """That an entity is the same as another, or that it is not. Merging writes one, unmerging ends it; nothing moves.

    What is the same is read together, as far as the reader sees the statements that say so.
    """

    into_id = models.UUIDField()
    into_kind = models.CharField(max_length=20, choices=EntityKind.choices)
    into_value = models.CharField(max_length=500)
    same = models.BooleanField(default=True)

    class Meta:
        """Found from both ends."""

        db_table = "entities_identity"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity_id"], name="entities_identity_from"),
            models.Index(fields=["into_id"], name="entities_identity_into"),
            models.Index(fields=["record_id"], name="entities_identity_record"),
        ]


class Marking(Statement):
    """With whom what is known of an entity may be shared (TLP 2.0), and what may be done with it (PAP)."""

    tlp = models.CharField(max_length=12, choices=Tlp.choices, blank=True, default="")
    pap = models.CharField(max_length=12, choices=Pap.choices, blank=True, default="")

    class Meta:
        """One that holds, an entity and record."""

        db_table = "entities_marking"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity_id"], name="entities_marking_entity"),
            models.Index(fields=["record_id"], name="entities_marking_record"),
        ]
