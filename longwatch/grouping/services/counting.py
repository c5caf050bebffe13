# SPDX-License-Identifier: Apache-2.0
"""What a group adds up to after people changed who is in it; the one writer of groups beside the engine."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db.models import Count, Max, Min, Sum

from longwatch.core import clock
from longwatch.grouping import model
from longwatch.grouping.explaining import reasons, splits
from longwatch.grouping.models import Group, GroupingRule, Member
from longwatch.intake.models import Signal

LONGEST_TITLE = 300
# Of a large group, reasons are told from the newest.
MOST_LOADED = 300


def recount(group: Group) -> Group:
    """Count, date, name and explain a group by its members anew."""
    counted = group.members.aggregate(
        first=Min("first_at"), last=Max("last_at"), signals=Count("id"), arrivals=Sum("arrivals")
    )
    group.first_at, group.last_at = counted["first"], counted["last"]
    group.signals, group.arrivals = counted["signals"], counted["arrivals"]
    members = list(group.members.order_by("-id")[:MOST_LOADED])
    gravest = group.members.order_by("-severity", "-evidence", "id")[0]
    group.severity = gravest.severity
    title = Signal.objects.filter(id=gravest.signal_id).values_list("title", flat=True).first()
    group.title = (title or group.title)[:LONGEST_TITLE]
    joined = joined_of(group, members)
    group.why, group.splits = [asdict(each) for each in reasons(joined)], [asdict(each) for each in splits(joined)]
    group.changed_at = clock.now()
    group.save()
    return group


def keep(group: Group, *fields: str) -> None:
    """Save some columns of a group, and that it changed."""
    group.changed_at = clock.now()
    group.save(update_fields=[*fields, "changed_at"])


def begin(group: Group, members: Sequence[Member]) -> Group:
    """A new group out of members of another."""
    group.save(force_insert=True)
    Member.objects.filter(id__in=[each.id for each in members]).update(group=group)
    return recount(group)


def move(group: Group, into: Group) -> Group:
    """All members of a group go into another; a signal that is in both counts there for both."""
    there = {each.signal_id: each for each in into.members.all()}
    for member in group.members.all():
        same = there.get(member.signal_id)
        if same is None:
            member.group = into
            member.save(update_fields=["group"])
            continue
        same.first_at, same.last_at = min(same.first_at, member.first_at), max(same.last_at, member.last_at)
        same.arrivals += member.arrivals
        same.save(update_fields=["first_at", "last_at", "arrivals"])
        member.delete()
    return recount(into)


def end_groups_of(rule: GroupingRule) -> None:
    """The groups of a rule take nothing more."""
    Group.objects.filter(rule=rule, ended_at=None).update(ended_at=clock.now(), changed_at=clock.now())


def joined_of(group: Group, members: list[Member]) -> model.Group:
    """A stored group as the joining knows groups, without its rule."""
    joined = model.Group(group.key, group.first_at.timestamp(), group.last_at.timestamp(), id=group.id)
    joined.members = {
        str(m.signal_id): model.Member(
            str(m.signal_id), m.rule, tuple(model.Named(each["key"], each["label"]) for each in m.entities),
            m.severity, m.first_at.timestamp(), m.last_at.timestamp(), m.arrivals, m.evidence, model.Why(m.why),
        )
        for m in members
    }  # fmt: skip
    for each in joined.members.values():
        joined.learn(each)
    joined.older = max(0, group.signals - len(members))
    if joined.older:
        joined.older_count, joined.older_severity = max(0, group.arrivals - joined.count), group.severity
    return joined
