# SPDX-License-Identifier: Apache-2.0
"""Analyzers as the administrator set them up, and what was asked of them about things in records."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.entities.kinds import EntityKind
from longwatch.records.models import RecordKind


class AnalyzerSetup(models.Model):
    """What an organisation lets one analyzer do, and what it tells it; the program itself lies in the folder."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=False)
    # Without it, the program runs where there is no network.
    network = models.BooleanField(default=False)
    # 0 clear, 1 green, 2 amber, 3 red, as cortexutils counts.
    max_tlp = models.PositiveSmallIntegerField(default=2)
    max_pap = models.PositiveSmallIntegerField(default=2)
    seconds = models.PositiveIntegerField(default=120)
    megabytes = models.PositiveIntegerField(default=1024)
    # How long an answer is taken for the same question again.
    hours = models.PositiveIntegerField(default=24)
    # Names of the settings that it is told; their values are hidden, as some are keys.
    told: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    wrapped = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)
    # Hidden under the secret key (longwatch.core.hiding); nothing is committed to about it.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("wrapped",)

    class Meta:
        """One an organisation and analyzer."""

        db_table = "enrichment_analyzer"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["org", "name"], name="enrichment_analyzer_once")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


def purpose(setup_id: UUID) -> str:
    """What the settings of an analyzer are hidden for: moved to another row they open nothing."""
    return f"analyzer {setup_id}"


class AnalysisState(models.TextChoices):
    """What became of a question."""

    WAITING = "waiting", _("Waits for its turn")
    DONE = "done", _("Answered")
    FAILED = "failed", _("Not answered")


class Failure(models.TextChoices):
    """Why there is no answer, in our own words: the analyzer's may hold what it was asked about."""

    SAID_NO = "said_no", _("the analyzer refused")
    NO_ANSWER = "no_answer", _("it ended without an answer")
    TOO_LONG = "too_long", _("it took too long and was ended")
    TOO_MUCH = "too_much", _("its answer is too large")
    NOT_STARTED = "not_started", _("its program could not be started")
    NOT_ALONE = "not_alone", _("this system cannot keep it from the network")
    GONE = "gone", _("it is not set up any more")
    MARKED = "marked", _("what it is about may not be told it any more")


class Analysis(Walled):
    """One question to one analyzer about one thing in one record, and the answer. It proposes, and changes nothing."""

    record_kind = models.CharField(max_length=10, choices=RecordKind.choices)
    record_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=EntityKind.choices)
    value = models.CharField(max_length=500)
    key = models.CharField(max_length=540)
    setup = models.ForeignKey(AnalyzerSetup, on_delete=models.PROTECT, related_name="analyses")
    analyzer = models.CharField(max_length=120)
    analyzer_version = models.CharField(max_length=40, blank=True, default="")
    # As they were told the analyzer.
    tlp = models.CharField(max_length=12)
    pap = models.CharField(max_length=12)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.WAITING)
    finished_at = models.DateTimeField(null=True)
    # After this the answer is not taken for the same question again.
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=12, choices=Failure.choices, blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    # Level and words of each line of the short report; kind, value and message of each artifact.
    summary: "models.JSONField[Any, list[dict[str, str]]]" = models.JSONField(default=list)
    artifacts: "models.JSONField[Any, list[dict[str, str]]]" = models.JSONField(default=list)
    report = models.TextField(blank=True, default="")
    report_sha256 = models.CharField(max_length=64, blank=True, default="")
    # Long, and told by its hash.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("report",)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Kept with its record, and erased with it."""

        db_table = "enrichment_analysis"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record_id", "-asked_at"], name="enrichment_analysis_record"),
            models.Index(fields=["setup", "-asked_at"], name="enrichment_analysis_setup"),
        ]

    def __str__(self) -> str:
        """What about what."""
        return f"{self.analyzer}: {self.value}"
