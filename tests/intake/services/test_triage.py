# SPDX-License-Identifier: Apache-2.0
"""Judging signals: each act works, is told, is refused, stays hidden, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.intake.models import DismissReason, Signal, SignalStatus, Source
from longwatch.intake.services import triage
from longwatch.intake.triage_rules import KeyIsOpen
from longwatch.records.selectors import timeline
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def signal_id(cast: Cast, source: Source) -> UUID:
    return send(source, cast, dedup_key="gate").signal_id


def told(signal_id: UUID, by: Actor) -> list[str]:
    return [line.action for line in timeline(signal_id, by=by).rows]


def later(hours: int = 4) -> Any:
    return clock.now() + timedelta(hours=hours)


ACTS: dict[str, Callable[[UUID, Actor], Signal]] = {
    "signal.acknowledged": lambda s, by: triage.acknowledge(s, by),
    "signal.assigned": lambda s, by: triage.assign(s, by.id, by),
    "signal.dismissed": lambda s, by: triage.dismiss(s, DismissReason.BENIGN, by=by),
    "signal.snoozed": lambda s, by: triage.snooze(s, later(), by),
}
EVERY = pytest.mark.parametrize(("event", "act"), ACTS.items(), ids=ACTS)


class TestEveryAct:
    @EVERY
    def test_is_told_in_the_ledger(self, cast: Cast, signal_id: UUID, event: str, act: Any) -> None:
        with acting_as(cast.analyst):
            before = Signal.objects.get(id=signal_id).version
            signal = act(signal_id, cast.analyst)
            assert told(signal_id, cast.analyst)[0] == event
            assert Signal.objects.get(id=signal_id).version == signal.version > before

    @EVERY
    def test_needs_the_permission(self, cast: Cast, signal_id: UUID, event: str, act: Any) -> None:
        reader = Actor(cast.analyst.kind, cast.analyst.id, "Reader", cast.analyst.org_id)
        with acting_as(reader), pytest.raises(NotAllowed):
            act(signal_id, reader)

    @EVERY
    def test_is_hidden_elsewhere(self, cast: Cast, signal_id: UUID, event: str, act: Any) -> None:
        for stranger in (cast.outsider, cast.hr, cast.administrator):
            with acting_as(stranger), pytest.raises(NotFound):
                act(signal_id, stranger)

    @EVERY
    def test_is_refused_once_dismissed(self, cast: Cast, signal_id: UUID, event: str, act: Any) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(signal_id, DismissReason.DRILL, by=cast.analyst)
            with pytest.raises(Conflict):
                act(signal_id, cast.analyst)

    def test_is_refused_when_somebody_changed_it_meanwhile(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            seen = triage.acknowledge(signal_id, cast.analyst).version
            triage.assign(signal_id, cast.analyst.id, cast.analyst)
            with pytest.raises(Stale):
                triage.dismiss(signal_id, DismissReason.BENIGN, by=cast.analyst, expected_version=seen)


class TestAcknowledge:
    def test_twice_changes_nothing(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            first = triage.acknowledge(signal_id, cast.analyst).version
            assert triage.acknowledge(signal_id, cast.supervisor).version == first

    def test_is_taken_back(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            triage.acknowledge(signal_id, cast.analyst)
            assert triage.unacknowledge(signal_id, cast.analyst).status == SignalStatus.NEW

    def test_stays_while_somebody_has_it(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            triage.assign(signal_id, cast.lead.id, cast.analyst)
            with pytest.raises(Conflict):
                triage.unacknowledge(signal_id, cast.analyst)


class TestAssign:
    def test_acknowledges(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            signal = triage.assign(signal_id, cast.lead.id, cast.analyst)
        assert (signal.assignee_id, signal.status) == (cast.lead.id, SignalStatus.ACKNOWLEDGED)

    def test_to_nobody_makes_it_new(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            triage.assign(signal_id, cast.lead.id, cast.analyst)
            assert triage.assign(signal_id, None, cast.analyst).status == SignalStatus.NEW

    def test_twice_changes_nothing(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            first = triage.assign(signal_id, cast.lead.id, cast.analyst).version
            assert triage.assign(signal_id, cast.lead.id, cast.analyst).version == first

    def test_refuses_somebody_of_another_organisation(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            triage.assign(signal_id, cast.outsider.id, cast.analyst)


class TestDismiss:
    def test_closes_so_that_the_next_arrival_is_a_new_signal(self, cast: Cast, source: Source, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            signal = triage.dismiss(signal_id, DismissReason.BENIGN, "the cleaner", by=cast.analyst)
            assert signal.closed_at is not None
        again = send(source, cast, dedup_key="gate")
        with acting_as(cast.analyst):
            assert again.created
            assert Signal.objects.get(id=again.signal_id).previous_id == signal_id

    @pytest.mark.parametrize("reason", ["", "because", DismissReason.DUPLICATE])
    def test_refuses_what_is_no_reason(self, cast: Cast, signal_id: UUID, reason: str) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid) as refusal:
            triage.dismiss(signal_id, reason, by=cast.analyst)
        assert "reason" in refusal.value.fields

    def test_refuses_a_long_note(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            triage.dismiss(signal_id, DismissReason.BENIGN, "x" * 501, by=cast.analyst)


class TestReopen:
    def test_puts_it_back(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(signal_id, DismissReason.BENIGN, "why", by=cast.analyst)
            signal = triage.reopen(signal_id, cast.analyst)
        left = (signal.status, signal.closed_at, signal.dismiss_reason, signal.dismiss_note)
        assert left == (SignalStatus.NEW, None, "", "")

    def test_refuses_while_a_newer_one_with_the_key_is_open(self, cast: Cast, source: Source, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(signal_id, DismissReason.BENIGN, by=cast.analyst)
        newer = send(source, cast, dedup_key="gate")
        with acting_as(cast.analyst), pytest.raises(KeyIsOpen) as refusal:
            triage.reopen(signal_id, cast.analyst)
        assert refusal.value.open_id == newer.signal_id

    def test_of_what_is_open_changes_nothing(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst):
            before = Signal.objects.get(id=signal_id).version
            assert triage.reopen(signal_id, cast.analyst).version == before


class TestMarkDuplicate:
    def test_names_the_original(self, cast: Cast, source: Source, signal_id: UUID) -> None:
        other = send(source, cast, dedup_key="other").signal_id
        third = send(source, cast, dedup_key="third").signal_id
        with acting_as(cast.analyst):
            triage.mark_duplicate(other, signal_id, cast.analyst)
            signal = triage.mark_duplicate(third, other, cast.analyst)
            assert (signal.duplicate_of_id, signal.dismiss_reason) == (signal_id, DismissReason.DUPLICATE)
            assert told(third, cast.analyst)[0] == "signal.marked_duplicate"

    def test_is_taken_back(self, cast: Cast, source: Source, signal_id: UUID) -> None:
        other = send(source, cast, dedup_key="other").signal_id
        with acting_as(cast.analyst):
            triage.mark_duplicate(other, signal_id, cast.analyst)
            assert triage.reopen(other, cast.analyst).duplicate_of_id is None

    def test_refuses_itself_and_a_circle(self, cast: Cast, source: Source, signal_id: UUID) -> None:
        other = send(source, cast, dedup_key="other").signal_id
        with acting_as(cast.analyst):
            with pytest.raises(Conflict):
                triage.mark_duplicate(signal_id, signal_id, cast.analyst)
            triage.mark_duplicate(other, signal_id, cast.analyst)
            with pytest.raises(Conflict):
                triage.mark_duplicate(signal_id, other, cast.analyst)

    def test_refuses_what_is_not_there(self, cast: Cast, signal_id: UUID) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            triage.mark_duplicate(signal_id, uuid7(), cast.analyst)


class TestSnooze:
    def test_keeps_the_time_and_comes_back(self, cast: Cast, signal_id: UUID) -> None:
        until = later()
        with acting_as(cast.analyst):
            assert triage.snooze(signal_id, until, cast.analyst).snoozed_until == until
            assert triage.snooze(signal_id, until, cast.analyst).snoozed_until == until
            assert triage.unsnooze(signal_id, cast.analyst).snoozed_until is None
            assert told(signal_id, cast.analyst)[:2] == ["signal.unsnoozed", "signal.snoozed"]

    @pytest.mark.parametrize("hours", [-1, 24 * 400])
    def test_refuses_the_past_and_the_far_future(self, cast: Cast, signal_id: UUID, hours: int) -> None:
        with acting_as(cast.analyst), pytest.raises(Invalid):
            triage.snooze(signal_id, later(hours), cast.analyst)
