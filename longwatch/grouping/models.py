# SPDX-License-Identifier: Apache-2.0
"""Groups and their members, which the engine makes; rules, lessons and verdicts, which people make."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Account, Compartment, Organisation, Walled
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.records.severity import Severity

HALF_AN_HOUR, FOUR_HOURS = 30, 240


class RuleMode(models.TextChoices):
    """What becomes of a group that reached its rule's threshold."""

    SUGGEST = "suggest", _("Suggest an incident")
    AUTO = "auto", _("Open an incident")


class GroupingRule(Walled):
    """Which signals of a compartment belong together, said by people; the first that is about a signal takes it."""

    name = models.CharField(max_length=100)
    # As intake/conditions.py reads them; all must hold.
    conditions: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    # Names of signal fields and kinds of entities whose values make the key of a group.
    group_by: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    window_minutes = models.PositiveIntegerField(default=HALF_AN_HOUR)
    lifetime_minutes = models.PositiveIntegerField(default=FOUR_HOURS)
    threshold = models.PositiveIntegerField(default=2)
    mode = models.CharField(max_length=7, choices=RuleMode.choices, default=RuleMode.SUGGEST)
    # Of the incidents that it opens by itself.
    category = models.CharField(max_length=8, blank=True, default="")
    # On whose behalf it opens them: whoever switched it on, or changed it last while it was on.
    answers = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    # In this order they are asked.
    position = models.PositiveIntegerField(default=100)
    # Tried on what is stored before it goes live.
    enabled = models.BooleanField(default=False)
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One of a name a compartment."""

        db_table = "grouping_rule"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["compartment", "name"], name="grouping_rule_name")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class GroupState(models.TextChoices):
    """Where a group stands."""

    FORMING = "forming", _("Forming")  # not enough in it yet; nobody is shown it
    OPEN = "open", _("Open")
    IN_INCIDENT = "in_incident", _("In an incident")
    DISMISSED = "dismissed", _("Dismissed")
    MERGED = "merged", _("Merged into another")


class Group(models.Model):
    """Signals that may be one incident. Made and counted by the engine: no history; what people decide is a verdict."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # None: joined by what is rare (joining.py).
    rule = models.ForeignKey(
        GroupingRule, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    key = models.TextField()
    state = models.CharField(max_length=12, choices=GroupState.choices, default=GroupState.FORMING)
    title = models.CharField(max_length=300, blank=True, default="")
    severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.LOW)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # How many signals, and how many arrivals of them.
    signals = models.PositiveIntegerField(default=0)
    arrivals = models.PositiveIntegerField(default=0)
    # [{"kind", "about", "count", "of"}]: why they belong together; [{"label", "key", "sizes"}]: what would split it.
    why: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    splits: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    # Since when there is enough in it for somebody to look at.
    shown_at = models.DateTimeField(null=True)
    # Since when it takes nothing more: silent, old enough, or judged.
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """One that still takes signals a compartment, rule and key: sql/grouping.sql."""

        db_table = "grouping_group"

    def __str__(self) -> str:
        """The title."""
        return self.title


class Member(models.Model):
    """A signal in a group: from when to when, how often, and what was remarkable about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org_id = models.UUIDField()
    compartment_id = models.UUIDField()
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members", db_constraint=False)
    signal_id = models.UUIDField()
    rule = models.TextField()
    # [{"key", "label"}], the first few.
    entities: "models.JSONField[Any, list[dict[str, str]]]" = models.JSONField(default=list)
    severity = models.SmallIntegerField(choices=Severity.choices)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    arrivals = models.PositiveIntegerField()
    evidence = models.FloatField()
    why = models.CharField(max_length=10)

    class Meta:
        """Each signal once a group."""

        db_table = "grouping_member"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "signal_id"], name="grouping_member_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["signal_id"], name="grouping_member_signal")]

    def __str__(self) -> str:
        """Which signal."""
        return str(self.signal_id)


class LessonKind(models.TextChoices):
    """What somebody taught about an entity."""

    NEVER = "never", _("Never holds a group together")
    ALWAYS = "always", _("Always holds a group together")


class Lesson(Walled):
    """What somebody taught: that an entity never ties signals of a compartment, or always does."""

    kind = models.CharField(max_length=6, choices=LessonKind.choices)
    entity_id = models.UUIDField()
    label = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    taught_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    taught_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """One that holds, an entity and compartment."""

        db_table = "grouping_lesson"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["compartment", "entity_id"], condition=models.Q(ended_at=None), name="grouping_lesson_holds"
            )
        ]

    def __str__(self) -> str:
        """About which entity."""
        return self.label


class Act(models.TextChoices):
    """What somebody decided about a group."""

    SPLIT = "split", _("Split")
    MERGED = "merged", _("Merged")
    DISMISSED = "dismissed", _("Dismissed")
    REOPENED = "reopened", _("Reopened")
    PLACED = "placed", _("Placed in an incident")
    DETACHED = "detached", _("Taken out of an incident")


class Verdict(Walled):
    """One decision of a person about a group, kept for ever."""

    group_id: UUID
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="verdicts", db_constraint=False)
    act = models.CharField(max_length=10, choices=Act.choices)
    signal_ids: "ArrayField[Iterable[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    other_group_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=30, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Added to, never changed."""

        db_table = "grouping_verdict"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["other_group_id"],
                condition=models.Q(other_group_id__isnull=False),
                name="grouping_verdict_other",
            )
        ]

    def __str__(self) -> str:
        """What was decided."""
        return str(self.act)


class TrialState(models.TextChoices):
    """How far a back-test is."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Trial(Walled):
    """A rule tried on what is stored, before it goes live. Changes nothing and is no history."""

    rule_id: UUID
    rule = models.ForeignKey(GroupingRule, on_delete=models.PROTECT, related_name="trials")
    days = models.PositiveSmallIntegerField()
    # What the rule said then (ruling.settings_of): a rule that says something else now was not tried.
    tried: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=TrialState.choices, default=TrialState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # What trying.py says of it.
    result: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Anew each time."""

        db_table = "grouping_trial"

    def __str__(self) -> str:
        """How far it is."""
        return str(self.state)


class Due(models.Model):
    """A group of a rule that opens incidents by itself has reached its threshold, or taken more since: the queue that
    incidents read. Noted by the engine, forgotten when it was followed; no history."""

    org_id = models.UUIDField()
    compartment_id = models.UUIDField()
    group_id = models.UUIDField(primary_key=True)
    rule_id = models.UUIDField()
    # Counted up with each note, so that one that comes while it is being followed is not forgotten with it.
    notes = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    # When it is tried again, how often it was, and why it could not be followed.
    next_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """One a group."""

        db_table = "grouping_due"

    def __str__(self) -> str:
        """Which group."""
        return str(self.group_id)
