# SPDX-License-Identifier: Apache-2.0
"""People judge groups: it works, is told, is refused, stays hidden, and twice."""

from collections.abc import Callable
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.grouping import selectors
from longwatch.grouping.models import Act, Group, GroupState, Verdict
from longwatch.grouping.services.judging import (
    dismiss_group,
    merge_groups,
    place_group,
    reopen_group,
    split_group,
)  # fmt: skip
from longwatch.intake.models import Signal, SignalStatus
from longwatch.records.selectors import timeline
from tests.grouping.cast_groups import make_group, make_signals
from tests.personas import Cast


@pytest.fixture
def signals(cast: Cast) -> list[Signal]:
    return make_signals(cast, "web-1", "web-1", "web-2")


@pytest.fixture
def group(cast: Cast, signals: list[Signal]) -> Group:
    return make_group(cast, *signals)


def told(group: Group, by: Actor) -> list[str]:
    return [line.action for line in timeline(group.id, by=by).rows]


def split_off(group: Group, by: Actor) -> Any:
    return split_group(group.id, selectors.signal_ids(group.id)[:1] or [uuid7()], by=by)


ACTS: dict[str, Callable[[Group, Actor], Any]] = {
    "group.split": split_off,
    "group.dismissed": lambda group, by: dismiss_group(group.id, "benign", by=by),
    "group.placed": lambda group, by: place_group(group.id, by=by),
}
EVERY = pytest.mark.parametrize(("event", "act"), ACTS.items(), ids=ACTS)


class TestEveryAct:
    @EVERY
    def test_is_told_in_the_ledger(self, cast: Cast, group: Group, event: str, act: Any) -> None:
        with acting_as(cast.analyst):
            act(group, cast.analyst)
            assert told(group, cast.analyst)[0] == event

    @EVERY
    def test_needs_the_permission(self, cast: Cast, group: Group, event: str, act: Any) -> None:
        reader = Actor(cast.analyst.kind, cast.analyst.id, "Reader", cast.analyst.org_id)
        with acting_as(reader), pytest.raises(NotAllowed):
            act(group, reader)

    @EVERY
    def test_is_hidden_elsewhere(self, cast: Cast, group: Group, event: str, act: Any) -> None:
        for stranger in (cast.outsider, cast.hr, cast.administrator):
            with acting_as(stranger), pytest.raises(NotFound):
                act(group, stranger)

    @EVERY
    def test_is_refused_once_the_group_was_judged(self, cast: Cast, group: Group, event: str, act: Any) -> None:
        with acting_as(cast.analyst):
            dismiss_group(group.id, "drill", by=cast.analyst)
            with pytest.raises(Conflict):
                act(group, cast.analyst)


class TestSplitting:
    def test_what_is_taken_out_makes_a_group_of_its_own(self, cast: Cast, group: Group, signals: list[Signal]) -> None:
        with acting_as(cast.analyst):
            part = split_group(group.id, [signals[2].id], note="another story", by=cast.analyst)
            assert selectors.signal_ids(part.id) == [signals[2].id]
            assert (part.state, part.signals) == (GroupState.OPEN, 1)
            assert Group.objects.get(id=group.id).signals == 2
            verdict = Verdict.objects.get(group=group)
        assert (verdict.act, verdict.other_group_id, verdict.note) == (Act.SPLIT, part.id, "another story")

    def test_none_and_all_cannot_be_taken_out(self, cast: Cast, group: Group, signals: list[Signal]) -> None:
        with acting_as(cast.analyst):
            for wrong in ([], [each.id for each in signals]):
                with pytest.raises(Invalid):
                    split_group(group.id, wrong, by=cast.analyst)

    def test_a_signal_of_another_group_is_not_there(self, cast: Cast, group: Group) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            split_group(group.id, [uuid7()], by=cast.analyst)


class TestMerging:
    def test_members_go_over_and_the_group_ends(self, cast: Cast, group: Group) -> None:
        other = make_group(cast, *make_signals(cast, "web-9"))
        with acting_as(cast.analyst):
            into = merge_groups(other.id, group.id, by=cast.analyst)
            assert (into.id, into.signals) == (group.id, 4)
            merged = Group.objects.get(id=other.id)
            assert (merged.state, merged.ended_at is None) == (GroupState.MERGED, False)
            assert told(other, cast.analyst) == ["group.merged"]

    def test_a_signal_of_both_counts_for_both(self, cast: Cast, group: Group, signals: list[Signal]) -> None:
        other = make_group(cast, signals[0], key="other")
        with acting_as(cast.analyst):
            into = merge_groups(other.id, group.id, by=cast.analyst)
        assert (into.signals, into.arrivals) == (3, 4)

    def test_a_group_is_not_merged_into_itself(self, cast: Cast, group: Group) -> None:
        with acting_as(cast.analyst), pytest.raises(Conflict):
            merge_groups(group.id, group.id, by=cast.analyst)


class TestDismissing:
    def test_signals_that_wait_are_dismissed_with_it(self, cast: Cast, group: Group, signals: list[Signal]) -> None:
        with acting_as(cast.analyst):
            judged = dismiss_group(group.id, "false_positive", "our scanner", by=cast.analyst)
            assert len(judged.done) == 3
            statuses = {each.status for each in Signal.objects.filter(id__in=[s.id for s in signals])}
        assert statuses == {SignalStatus.DISMISSED}

    def test_a_reason_is_needed(self, cast: Cast, group: Group) -> None:
        with acting_as(cast.analyst):
            for wrong in ("", "duplicate", "moon"):
                with pytest.raises(Invalid):
                    dismiss_group(group.id, wrong, by=cast.analyst)

    def test_a_dismissed_group_can_be_shown_again(self, cast: Cast, group: Group) -> None:
        with acting_as(cast.analyst):
            with pytest.raises(Conflict):
                reopen_group(group.id, by=cast.analyst)
            dismiss_group(group.id, "benign", by=cast.analyst)
            assert reopen_group(group.id, by=cast.analyst).state == GroupState.OPEN
            assert told(group, cast.analyst)[0] == "group.reopened"


def test_a_group_in_an_incident_takes_nothing_more(cast: Cast, group: Group) -> None:
    with acting_as(cast.analyst):
        placed = place_group(group.id, by=cast.analyst)
    assert placed.state == GroupState.IN_INCIDENT
    assert placed.ended_at is not None
