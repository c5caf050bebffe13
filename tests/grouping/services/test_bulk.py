# SPDX-License-Identifier: Apache-2.0
"""One decision about several groups."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed
from longwatch.grouping.models import Group, GroupState
from longwatch.grouping.services.bulk import dismiss_groups, merge_all
from longwatch.grouping.services.judging import dismiss_group
from longwatch.intake.models import DismissReason
from tests.grouping.cast_groups import make_group, make_signals
from tests.personas import Cast


@pytest.fixture
def groups(cast: Cast) -> list[Group]:
    return [make_group(cast, *make_signals(cast, *hosts)) for hosts in (["a", "a"], ["b"], ["c"])]


def states(cast: Cast, groups: list[Group]) -> list[str]:
    with acting_as(cast.analyst):
        return [Group.objects.get(id=each.id).state for each in groups]


def test_several_are_dismissed_and_what_was_judged_meanwhile_is_left(cast: Cast, groups: list[Group]) -> None:
    with acting_as(cast.analyst):
        dismiss_group(groups[2].id, DismissReason.MITIGATED, by=cast.analyst)
        done = dismiss_groups([each.id for each in groups], DismissReason.BENIGN, by=cast.analyst)
    assert (len(done.groups), done.signals, done.left) == (2, 3, 1)
    assert states(cast, groups) == [GroupState.DISMISSED] * 3


def test_they_become_parts_of_the_largest(cast: Cast, groups: list[Group]) -> None:
    with acting_as(cast.analyst):
        into = merge_all([each.id for each in groups], by=cast.analyst)
    assert (into.id, into.signals) == (groups[0].id, 4)
    assert states(cast, groups) == [GroupState.OPEN, GroupState.MERGED, GroupState.MERGED]


def test_merging_is_all_or_none(cast: Cast, groups: list[Group]) -> None:
    with acting_as(cast.analyst):
        dismiss_group(groups[2].id, DismissReason.BENIGN, by=cast.analyst)
        with pytest.raises(Conflict):
            merge_all([each.id for each in groups], by=cast.analyst)
    assert states(cast, groups[:2]) == [GroupState.OPEN] * 2


def test_how_many_is_bounded(cast: Cast, groups: list[Group]) -> None:
    with acting_as(cast.analyst):
        with pytest.raises(Invalid):
            merge_all([groups[0].id], by=cast.analyst)
        with pytest.raises(Invalid):
            dismiss_groups([], DismissReason.BENIGN, by=cast.analyst)


def test_who_may_not_judge_dismisses_none(cast: Cast, groups: list[Group]) -> None:
    with acting_as(cast.responder), pytest.raises(NotAllowed):
        dismiss_groups([groups[0].id], DismissReason.BENIGN, by=cast.responder)
