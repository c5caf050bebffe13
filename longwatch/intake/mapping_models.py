# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make for what their tools send, in all their versions."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from longwatch.access.models import Account, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.intake.mapping.own import OWN


class MappingVersion(Walled):
    """One version of a mapping, with its samples; the newest one reads.

    Samples come from real records, so that it lies behind the wall of the compartment whose signals it reads.
    """

    mapping_id: UUID = models.UUIDField(default=uuid7)  # type: ignore[assignment]
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    # A file as docs/formats.md describes it.
    text = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    note = models.CharField(max_length=500, blank=True, default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    # Of the newest version: nothing is read with it any more.
    retired_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Only added to; asked for by name within a compartment, newest first."""

        db_table = "intake_mapping"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["compartment", "name", "number"], name="intake_mapping_name"),
            models.UniqueConstraint(fields=["mapping_id", "number"], name="intake_mapping_number"),
        ]

    def __str__(self) -> str:
        """Its name and number."""
        return f"{self.name} {self.number}"

    @property
    def format(self) -> str:
        """How a source names it."""
        return OWN + self.name
