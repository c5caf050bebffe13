# SPDX-License-Identifier: Apache-2.0
"""One decision about several groups of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.grouping.models import Group, GroupState
from longwatch.grouping.services.judging import dismiss_group, merge_groups

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Which groups were dismissed, with how many signals, and how many were left as they are."""

    groups: Sequence[UUID]
    signals: int
    left: int


def dismiss_groups(group_ids: Sequence[UUID], reason: str, note: str = "", *, by: Actor) -> Dismissed:
    """Dismiss some groups with their signals, for one reason; what somebody judged meanwhile stays as it is."""
    require(by, Permission.SIGNAL_TRIAGE)
    done: list[UUID] = []
    signals = 0
    wanted = _wanted(group_ids, 1)
    for group_id in wanted:
        try:
            with transaction.atomic():
                signals += len(dismiss_group(group_id, reason, note, by=by).done)
        except (Conflict, NotFound):
            continue
        done.append(group_id)
    return Dismissed(done, signals, len(wanted) - len(done))


@transaction.atomic
def merge_all(group_ids: Sequence[UUID], *, by: Actor) -> Group:
    """Make some groups parts of the largest of them, which is returned; all or none."""
    wanted = _wanted(group_ids, 2)
    groups = list(Group.objects.select_for_update().filter(id__in=wanted, state=GroupState.OPEN).order_by("id"))
    if len(groups) != len(wanted):
        raise Conflict(_("Some of them were judged meanwhile. Nothing was changed."), code="already_judged")
    largest = max(groups, key=lambda group: (group.signals, group.arrivals))
    for each in groups:
        if each.id != largest.id:
            merge_groups(each.id, largest.id, by=by)
    return Group.objects.get(id=largest.id)


def _wanted(group_ids: Sequence[UUID], least: int) -> list[UUID]:
    wanted = sorted(set(group_ids))
    if not least <= len(wanted) <= MOST_AT_ONCE:
        sentence = _("Choose %(least)s to %(most)s groups.") % {"least": least, "most": MOST_AT_ONCE}
        raise Invalid(sentence, fields={"group_ids": sentence})
    return wanted
