# SPDX-License-Identifier: Apache-2.0
"""Tables of everything that hangs on a record; each row carries the record's compartment."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.records.severity import Severity


class RecordKind(models.TextChoices):
    """What a record is. Signals are not records, but links and histories name them too."""

    SIGNAL = "signal", _("Signal")
    INCIDENT = "incident", _("Incident")
    CASE = "case", _("Case")


class Record(Walled):
    """The columns that incidents and cases share."""

    opened_by_id: UUID

    reference = models.CharField(max_length=24)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Incidents and cases add their own columns."""

        abstract = True

    def __str__(self) -> str:
        """The reference."""
        return self.reference


class ReferenceCounter(models.Model):
    """The last number given to an incident of an organisation and year."""

    org = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One row an organisation and year, locked while counting."""

        db_table = "records_reference_counter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "year"], name="records_counter_key")
        ]

    def __str__(self) -> str:
        """The counter."""
        return f"{self.year}: {self.last}"


class EntryKind(models.TextChoices):
    """What sort of line a timeline entry is."""

    EVENT = "event", _("Event")  # something that happened in the world
    NOTE = "note", _("Note")
    UPDATE = "update", _("Update")  # a status update for everybody who follows
    DECISION = "decision", _("Decision")


class TimelineEntry(Walled):
    """What somebody says happened: when it did, when we learned it, who says so. Never overwritten."""

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    text = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    author_label = models.CharField(max_length=150)
    pinned = models.BooleanField(default=False)
    # A correction names the entry it corrects; the old one stays readable.
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrections", null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read by record, in either order of time."""

        db_table = "records_timeline_entry"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "-occurred_at", "-id"], name="records_timeline_occurred"),
            models.Index(fields=["record_id", "-recorded_at", "-id"], name="records_timeline_recorded"),
        ]

    def __str__(self) -> str:
        """The start of the text."""
        return self.text[:60]


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    WAIVED = "waived", _("Waived")


class Task(Walled):
    """Something to do for a record, by somebody, until some time."""

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    resolution = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Read by record, and by owner for what is due."""

        db_table = "records_task"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "created_at"], name="records_task_record"),
            models.Index(fields=["owner", "due_at"], condition=models.Q(status="open"), name="records_task_due"),
        ]

    def __str__(self) -> str:
        """The title."""
        return self.title


class LinkKind(models.TextChoices):
    """How one thing is tied to another, read from the first to the second."""

    BELONGS = "belongs", _("belongs to")  # a signal to an incident or case
    HANDLED_IN = "handled_in", _("is handled in")  # an incident in a case
    RAISED = "raised", _("raised")  # a case raised an incident
    RELATED = "related", _("is related to")
    DUPLICATE = "duplicate", _("is a duplicate of")  # also: merged into
    PARENT = "parent", _("is the parent of")  # a case of a narrower one


class Link(models.Model):
    """A typed tie between two things; seen only by those who may see both ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    from_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    from_id = models.UUIDField()
    from_compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    to_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    to_id = models.UUIDField()
    to_compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    # What the linked record was at that moment, provable later without copying it (design.md section 8).
    snapshot_sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """At most one open link of a kind between two things; a signal belongs to one incident at a time."""

        db_table = "records_link"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "from_id", "to_id"], condition=models.Q(ended_at=None), name="records_link_open"
            ),
            models.UniqueConstraint(
                fields=["from_id"],
                condition=models.Q(ended_at=None, kind="belongs", to_kind="incident"),
                name="records_link_one_incident",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["from_id"], name="records_link_from"),
            models.Index(fields=["to_id"], name="records_link_to"),
        ]

    def __str__(self) -> str:
        """The tie."""
        return f"{self.from_kind} {self.kind} {self.to_kind}"


__all__ = [
    "EntryKind", "Link", "LinkKind", "Record", "RecordKind", "ReferenceCounter", "Severity", "Task", "TaskStatus",
    "TimelineEntry",
]  # fmt: skip
