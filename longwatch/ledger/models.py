# SPDX-License-Identifier: Apache-2.0
"""The ledger's tables, as Django reads them; they are made and guarded in sql/ledger.sql."""

from django.db import models


class LedgerEntry(models.Model):
    """One change, for ever: who, when, which verb, about what; details are committed to, not contained."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    org_id = models.UUIDField()
    action = models.TextField()
    subject_id = models.UUIDField()
    record_id = models.UUIDField(null=True)
    compartment_id = models.UUIDField(null=True)
    actor_kind = models.TextField()
    actor_id = models.UUIDField()
    via = models.TextField()
    operation_id = models.UUIDField()
    covers_batch = models.BooleanField(default=False)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        """Made in SQL: partitioned by month, insert only."""

        managed = False
        db_table = "ledger_entry"

    def __str__(self) -> str:
        """The verb and its subject."""
        return f"{self.id} {self.action}"


class LedgerDetail(models.Model):
    """The openings of an entry's commitments: the only part that can be erased."""

    entry_id = models.BigIntegerField(primary_key=True)
    org_id = models.UUIDField()
    compartment_id = models.UUIDField(null=True)
    fields = models.JSONField()

    class Meta:
        """Made in SQL."""

        managed = False
        db_table = "ledger_detail"

    def __str__(self) -> str:
        """Which entry this opens."""
        return f"details of {self.entry_id}"
