# SPDX-License-Identifier: Apache-2.0
"""Exhibits and their chain of custody. The bytes lie in the store, addressed by their hash."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.discretion import day_of
from longwatch.evidence.numbering import mark_of
from longwatch.records.models import RecordKind


class EvidenceKey(Walled):
    """A key that seals the exhibits of one compartment of one record, locked by the master key outside the database.

    Once destroyed, what it sealed cannot be read by anybody any more, in any copy.
    """

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    wrapped = models.BinaryField()
    # Which master key locked it; empty once it is destroyed.
    master = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_label = models.CharField(max_length=150, blank=True, default="")
    destruction_reason = models.CharField(max_length=500, blank=True, default="")
    version = models.BigIntegerField(default=0)
    # They change when the master key does, which changes nothing the ledger knows.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped", "master")

    class Meta:
        """Looked up by record."""

        db_table = "evidence_key"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "compartment"], name="evidence_key_record")
        ]

    def __str__(self) -> str:
        """Of which record."""
        return f"{self.record_kind} {self.record_id}"


class Exhibit(Walled):
    """A file, or a thing, as it was received for one record; withdrawn perhaps, never deleted."""

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    # What the bytes look like, not what the sender said.
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    # What lies at rest; empty while a file of an older version waits to be sealed, and for things.
    key = models.ForeignKey(EvidenceKey, on_delete=models.PROTECT, related_name="+", null=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True, default="")
    sealed_size = models.BigIntegerField(default=0)
    # A thing, not a file: it is described by its note and lies somewhere.
    is_physical = models.BooleanField(default=False)
    # ISO/IEC 27037: who took it into evidence, when, where, how and with what.
    acquired_by = models.CharField(max_length=200, blank=True, default="")
    acquired_at = models.DateTimeField(null=True)
    acquired_where = models.CharField(max_length=200, blank=True, default="")
    acquired_how = models.CharField(max_length=200, blank=True, default="")
    acquired_tool = models.CharField(max_length=200, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    received_label = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_label = models.CharField(max_length=150, blank=True, default="")
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="")
    version = models.BigIntegerField(default=0)

    class Meta:
        """Numbered within its section of a record."""

        db_table = "evidence_exhibit"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record_id", "compartment", "number"], name="evidence_exhibit_number")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["org", "sha256"], name="evidence_exhibit_sha256")]

    def __str__(self) -> str:
        """The number and the name."""
        return f"{self.number}: {self.name}"

    @property
    def mark(self) -> str:
        """Its number, with the letters of its section in a case."""
        is_of_case = self.record_kind == RecordKind.CASE
        return mark_of(self.compartment.section if is_of_case else "", self.number)

    @property
    def only_day_known(self) -> bool:
        """Whether it came with a report of somebody without an account, so that no time of day is kept."""
        return (
            self.record_kind == RecordKind.SIGNAL
            and self.received_by_id is None
            and self.received_at == day_of(self.received_at)
        )


class CustodyKind(models.TextChoices):
    """What can happen to an exhibit."""

    RECEIVED = "received", _("Received")
    VIEWED = "viewed", _("Viewed")
    DOWNLOADED = "downloaded", _("Downloaded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    TRANSFERRED = "transferred", _("Handed over")
    SEALED = "sealed", _("Sealed")
    UNSEALED = "unsealed", _("Seal opened")
    HELD = "held", _("Put under legal hold")
    RELEASED = "released", _("Released from legal hold")
    VERIFIED = "verified", _("Verified")
    DAMAGED = "damaged", _("Found damaged")
    EXPORTED = "exported", _("Exported")
    MARKED = "marked", _("Marked as dangerous")
    EXTRACTED = "extracted", _("Attachment taken out")
    REPORTED = "reported", _("Custody report taken")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Receipt confirmed")
    REFUSED = "refused", _("Receipt refused")
    TAKEN_BACK = "taken_back", _("Offer taken back")


class CustodyEvent(Walled):
    """One link of the chain of custody: who had the exhibit in hand, when, through which entrance.

    What is offered to somebody with an account stays where it is until they answer, which is a link of its own.

    Receipt and withdrawal are written by the database itself (sql/), so that no exhibit lacks them.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=12, choices=CustodyKind.choices)
    at = models.DateTimeField(default=clock.now)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True, default="")
    # Of a hand-over, a seal or a check: from whom, to whom, where it lies now, how it looked, the seal's number.
    from_label = models.CharField(max_length=200, blank=True, default="")
    to_label = models.CharField(max_length=200, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    condition = models.CharField(max_length=200, blank=True, default="")
    seal = models.CharField(max_length=100, blank=True, default="")
    # The ledger entry about it, whose subject is the exhibit.
    version = models.BigIntegerField(default=0)
    # Who takes it, when that is somebody with an account; and of an answer, which offer it answers.
    receiver_id = models.UUIDField(null=True)
    offer = models.OneToOneField("self", on_delete=models.PROTECT, related_name="answer", null=True)

    class Meta:
        """Insert only; read by exhibit, and what was offered by whom it was offered to."""

        db_table = "evidence_custody_event"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exhibit", "at"], name="evidence_custody_exhibit"),
            models.Index(
                fields=["receiver_id"], condition=models.Q(receiver_id__isnull=False), name="evidence_custody_receiver"
            ),
        ]

    def __str__(self) -> str:
        """Who did what."""
        return f"{self.actor_label} {self.kind}"

    @property
    def only_day_known(self) -> bool:
        """Whether it tells of the receipt of what came without an account, so that no time of day is kept."""
        return self.kind == CustodyKind.RECEIVED and self.actor_id is None and self.at == day_of(self.at)


class ResumableUpload(models.Model):
    """A file on its way in, sealed as it arrives; only whoever sends it sees it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    key = models.ForeignKey(EvidenceKey, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True, default="")
    length = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    # The newest, unfinished chunk, sealed.
    tail = models.BinaryField(default=b"")
    # Who writes to it at this moment, and until when nobody else may.
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    exhibit_id = models.UUIDField(null=True)

    class Meta:
        """Short-lived; no part of the record."""

        db_table = "evidence_upload"

    def __str__(self) -> str:
        """How far it came."""
        return f"{self.name}: {self.received} of {self.length}"


class BlobCheck(Walled):
    """What the last look at the stored bytes of an exhibit found."""

    exhibit = models.OneToOneField(Exhibit, on_delete=models.CASCADE, related_name="check_found")
    found = models.CharField(max_length=10)
    checked_at = models.DateTimeField(default=clock.now)

    class Meta:
        """One an exhibit, overwritten by the next look."""

        db_table = "evidence_blob_check"

    def __str__(self) -> str:
        """What was found."""
        return self.found


class CopyState(models.TextChoices):
    """How making a copy ended."""

    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not shown")
    FAILED = "failed", _("Failed")


class Rendition(Walled):
    """The copy that is shown instead of an exhibit, or why there is none. None at all: it is not made yet.

    Words, facts and pictures lie sealed in the store, with the key of the exhibit: who destroys that destroys both.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="renditions")
    # Which version of our code made it; a newer one makes a new copy.
    recipe = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=CopyState.choices)
    # A word of copy_words.py.
    why = models.CharField(max_length=50, blank=True, default="")
    kind = models.CharField(max_length=10, blank=True, default="")
    content_type = models.CharField(max_length=100, blank=True, default="")
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    key = models.ForeignKey(EvidenceKey, on_delete=models.PROTECT, related_name="+", null=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True, default="")
    sealed_size = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Insert only; the newest counts."""

        db_table = "evidence_rendition"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exhibit", "recipe"], name="evidence_rendition_exhibit"),
            models.Index(fields=["org", "sealed_sha256"], name="evidence_rendition_sealed"),
        ]

    def __str__(self) -> str:
        """How it ended."""
        return f"{self.state} {self.kind or self.why}"


class Verdict(models.TextChoices):
    """What a scanner said."""

    CLEAN = "clean", _("Nothing found")
    HIT = "hit", _("Found something")
    FAILED = "failed", _("Could not look")


class Scan(Walled):
    """What a scanner said of an exhibit, and when. Nothing found is no promise that nothing is there."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="scans")
    # Which one, and with which rules; other rules look again.
    scanner = models.CharField(max_length=60)
    engine = models.CharField(max_length=120, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    found = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Insert only."""

        db_table = "evidence_scan"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exhibit", "scanner"], name="evidence_scan_exhibit")
        ]

    def __str__(self) -> str:
        """Who said what."""
        return f"{self.scanner}: {self.verdict}"
