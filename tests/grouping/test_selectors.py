# SPDX-License-Identifier: Apache-2.0
"""Which groups there are for whom, and in what order."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Invalid, NotFound
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, GroupState
from longwatch.grouping.selectors import GroupFilter
from longwatch.intake.models import DismissReason
from longwatch.intake.services.triage import dismiss
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast


def test_the_newest_come_first_page_by_page(cast: Cast) -> None:
    made = [make_group(cast, signal) for signal in make_signals(cast, "a", "b", "c")]
    with acting_as(cast.analyst):
        for number, group in enumerate(made):
            Group.objects.filter(id=group.id).update(last_at=clock.now() + timedelta(minutes=number))
        first = selectors.groups(cast.analyst, GroupFilter(), limit=2)
        rest = selectors.groups(cast.analyst, GroupFilter(), limit=2, cursor=first.next_cursor)
    assert [each.id for each in (*first.rows, *rest.rows)] == [each.id for each in reversed(made)]
    assert rest.next_cursor is None


def test_a_cursor_of_somebody_else_is_refused(cast: Cast) -> None:
    with acting_as(cast.analyst), pytest.raises(Invalid):
        selectors.groups(cast.analyst, GroupFilter(), cursor="abc")


def test_what_is_forming_is_not_there(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "a"), state=GroupState.FORMING)
    with acting_as(cast.analyst):
        assert not selectors.groups(cast.analyst, GroupFilter()).rows
        assert selectors.open_groups(cast.analyst) == 0
        with pytest.raises(NotFound):
            selectors.group(group.id)


def test_only_severe_ones_where_asked_for(cast: Cast) -> None:
    make_group(cast, *make_signals(cast, "a"))
    with acting_as(cast.analyst):
        assert not selectors.groups(cast.analyst, GroupFilter(severity=4)).rows
        assert selectors.groups(cast.analyst, GroupFilter(severity=3)).rows


def test_members_come_in_order_with_their_signals(cast: Cast) -> None:
    signals = make_signals(cast, "a", "b")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        assert [part.signal.id for part in selectors.members(group.id)] == [each.id for each in signals]
        assert selectors.labels_of(group.id)[str(entity_of(signals[0]))] == "host a"


def test_what_was_judged_waits_no_more(cast: Cast) -> None:
    first, second = make_signals(cast, "a", "b")
    group = make_group(cast, first, second)
    with acting_as(cast.analyst):
        dismiss(first.id, DismissReason.BENIGN, by=cast.analyst)
        assert selectors.signals_to_judge(group.id) == [second.id]


def test_a_signal_knows_its_newest_open_group(cast: Cast) -> None:
    (signal,) = make_signals(cast, "a")
    group = make_group(cast, signal)
    make_group(cast, signal, key="judged", state=GroupState.DISMISSED, ended_at=clock.now())
    with acting_as(cast.analyst):
        assert selectors.group_of_signals([signal.id]) == {signal.id: group.id}
