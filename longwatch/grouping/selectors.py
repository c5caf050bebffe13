# SPDX-License-Identifier: Apache-2.0
"""Reads of groups; row security decides what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.paging import Page, decode_cursor, page_of
from longwatch.grouping.models import Due, Group, GroupingRule, GroupState, Lesson, Member, Trial, Verdict
from longwatch.grouping.sentences import thing_words
from longwatch.intake.models import Signal
from longwatch.intake.triage_rules import IN_INBOX

PAGE_SIZE = 50
MOST_MEMBERS = 200
MOST_TRIALS = 5
MOST_COUNTED = 1000


def group(group_id: UUID) -> Group:
    """A group that people are shown, with its rule; refuses one that is not there for the reader."""
    found = Group.objects.select_related("rule").filter(id=group_id).exclude(state=GroupState.FORMING).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Which groups somebody wants to see."""

    state: str = GroupState.OPEN
    severity: int | None = None


def groups(actor: Actor, wanted: GroupFilter, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Group]:
    """A page of groups, those with the newest arrivals first."""
    rows = Group.objects.select_related("rule").filter(org_id=actor.org_id, state=wanted.state)
    if wanted.severity is not None:
        rows = rows.filter(severity__gte=wanted.severity)
    if cursor:
        at, identity = _cursor(cursor)
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=identity))
    found = list(rows.order_by("-last_at", "-id")[: limit + 1])
    return page_of(found, limit, lambda each: (each.last_at.isoformat(), str(each.id)), first=not cursor)


def _cursor(text: str) -> tuple[datetime, UUID]:
    at, identity = decode_cursor(text, 2)
    try:
        return datetime.fromisoformat(str(at)), UUID(str(identity))
    except ValueError:
        sentence = "Use the cursor of the last answer."
        raise Invalid("The cursor is not one of ours.", fields={"cursor": sentence}) from None


def versions_of(groups: Sequence[UUID]) -> dict[UUID, int]:
    """The version of each group: the ledger entry of the last decision about it, 0 before the first.

    What arrives changes none: the engine counts it, and nobody decided it.
    """
    found = dict.fromkeys(groups, 0)
    rows = Verdict.objects.filter(Q(group_id__in=groups) | Q(other_group_id__in=groups))
    for version, *about in rows.values_list("version", "group_id", "other_group_id"):
        for each in found.keys() & set(about):
            found[each] = max(found[each], version)
    return found


def versioned(groups: Sequence[Group]) -> dict[UUID, int]:
    """The version of each group, which it also tells from now on."""
    versions = versions_of([each.id for each in groups])
    for each in groups:
        vars(each)["version"] = versions[each.id]
    return versions


def version_of(group_id: UUID) -> int:
    """The version of one group."""
    return versions_of([group_id])[group_id]


def open_groups(actor: Actor) -> int:
    """How many wait; counted up to a thousand."""
    return Group.objects.filter(org_id=actor.org_id, state=GroupState.OPEN)[:MOST_COUNTED].count()


@dataclass(frozen=True, slots=True)
class Part:
    """A member with its signal as it stands."""

    member: Member
    signal: Signal

    @property
    def things(self) -> list[str]:
        """What it names, in words."""
        return [thing_words(each["label"]) for each in self.member.entities]


def members(group_id: UUID) -> list[Part]:
    """The first members of a group in order of time, with those of their signals that the reader sees."""
    rows = list(Member.objects.filter(group_id=group_id).order_by("first_at", "id")[:MOST_MEMBERS])
    found = Signal.objects.select_related("source").in_bulk([each.signal_id for each in rows])
    return [Part(each, found[each.signal_id]) for each in rows if each.signal_id in found]


def signal_ids(group_id: UUID) -> list[UUID]:
    """The signals of a group."""
    return list(Member.objects.filter(group_id=group_id).order_by("id").values_list("signal_id", flat=True))


def signals_to_judge(group_id: UUID) -> list[UUID]:
    """Those that nobody has judged."""
    rows = Signal.objects.filter(id__in=signal_ids(group_id), status__in=IN_INBOX)
    return list(rows.values_list("id", flat=True))


def labels_of(group_id: UUID) -> dict[str, str]:
    """The entities of a group: how people read each, by its identity."""
    rows = Member.objects.filter(group_id=group_id).values_list("entities", flat=True)
    return {each["key"]: each["label"] for entities in rows for each in entities}


def group_of_signals(signals: Sequence[UUID]) -> dict[UUID, UUID]:
    """For each of these signals that is in an open group, the newest such group."""
    rows = Member.objects.filter(signal_id__in=signals, group__state=GroupState.OPEN).order_by("last_at")
    return dict(rows.values_list("signal_id", "group_id"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal is: its group, and what the group knows of it."""

    group: Group
    member: Member


def place_of(signal_id: UUID) -> Place | None:
    """The group that a signal is in, as far as people are shown it: the newest where it was in several."""
    rows = Member.objects.select_related("group").filter(signal_id=signal_id)
    hidden = (GroupState.FORMING, GroupState.MERGED)
    member = rows.exclude(group__state__in=hidden).order_by("-group__last_at", "-id").first()
    return Place(member.group, member) if member is not None else None


def rules(actor: Actor) -> list[GroupingRule]:
    """The rules that the actor sees, in the order in which they are asked."""
    return list(GroupingRule.objects.filter(org_id=actor.org_id).order_by("position", "created_at"))


def rule(actor: Actor, rule_id: UUID) -> GroupingRule:
    """A rule with who made it and who answers for it; refuses one that is not there for the reader."""
    rows = GroupingRule.objects.select_related("created_by", "answers", "compartment")
    found = rows.filter(org_id=actor.org_id, id=rule_id).first()
    if found is None:
        raise NotFound
    return found


def trials(rule_id: UUID, limit: int = MOST_TRIALS) -> list[Trial]:
    """The newest back-tests of a rule, newest first."""
    rows = Trial.objects.select_related("asked_by").filter(rule_id=rule_id)
    return list(rows.order_by("-asked_at", "-id")[:limit])


def groups_of_rules(rules: Sequence[GroupingRule]) -> dict[UUID, int]:
    """How many groups of each rule wait; only those that some do are named."""
    rows = Group.objects.filter(rule__in=[each.id for each in rules], state=GroupState.OPEN).values("rule_id")
    return {each["rule_id"]: each["found"] for each in rows.annotate(found=Count("id")).order_by("rule_id")}


def hindrance(rule_id: UUID) -> Due | None:
    """The newest group of a rule that could not be made an incident of, if any."""
    return Due.objects.filter(rule_id=rule_id).exclude(why="").order_by("-at").first()


def lessons(actor: Actor) -> list[Lesson]:
    """What was taught and holds, newest first."""
    rows = Lesson.objects.select_related("taught_by").filter(org_id=actor.org_id, ended_at=None)
    return list(rows.order_by("-taught_at", "-id"))


def trial(trial_id: UUID) -> Trial:
    """A back-test; refuses one that is not there for the reader."""
    found = Trial.objects.filter(id=trial_id).first()
    if found is None:
        raise NotFound
    return found
