# SPDX-License-Identifier: Apache-2.0
"""Signals that become more severe after somebody judged them or put them off."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import change_roles
from longwatch.access.services.notices import own_notices
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.intake.inbox import InboxFilter, inbox
from longwatch.intake.jobs import watch_rises
from longwatch.intake.models import Signal, Source
from longwatch.intake.services.triage import acknowledge, assign, snooze
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


def come(source: Source, town: Cast, severity: str) -> Signal:
    return signal_of(send(source, town, dedup_key="x", severity=severity), town)


def risen(town: Cast) -> list[Signal]:
    with acting_as(town.analyst):
        return inbox(town.analyst, InboxFilter()).risen()


def notices(town: Cast, name: str = "analyst") -> list[str]:
    with acting_as(town.actors[name]):
        return [each.link for each in own_notices(town.actors[name]) if each.kind == "severity_rose"]


class TestRisen:
    """What stands above the inbox"""

    def test_what_rose_after_it_was_acknowledged(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            acknowledge(signal.id, town.analyst)
        assert risen(town) == []
        come(source, town, "high")
        assert risen(town) == [signal]

    def test_what_rose_while_it_was_snoozed(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            snooze(signal.id, clock.now() + timedelta(days=1), town.analyst)
        come(source, town, "high")
        assert risen(town) == [signal]

    def test_not_what_nobody_had_judged(self, town: Cast, source: Source) -> None:
        come(source, town, "low")
        come(source, town, "high")
        assert risen(town) == []

    def test_not_what_somebody_judged_since(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            acknowledge(signal.id, town.analyst)
        come(source, town, "high")
        with acting_as(town.analyst):
            assign(signal.id, town.analyst.id, town.analyst)
        assert risen(town) == []


class TestWatchRises:
    """intake.watch_rises"""

    def test_tells_who_has_it_in_hand_once(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            assign(signal.id, town.analyst.id, town.analyst)
        come(source, town, "high")
        assert (watch_rises(timestamp=0), watch_rises(timestamp=0)) == (1, 0)
        assert notices(town) == [f"/signals/{signal.id}"]
        assert notices(town, "supervisor") == []

    def test_tells_who_acknowledged_it(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            acknowledge(signal.id, town.analyst)
        come(source, town, "high")
        assert watch_rises(timestamp=0) == 1
        assert notices(town) == [f"/signals/{signal.id}"]

    def test_tells_of_one_signal_once_an_hour_at_most(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            assign(signal.id, town.analyst.id, town.analyst)
        for severity in ("medium", "high", "critical"):
            come(source, town, severity)
            watch_rises(timestamp=0)
        assert len(notices(town)) == 1

    def test_tells_nobody_who_lost_sight_of_it_since(self, town: Cast, source: Source) -> None:
        signal = come(source, town, "low")
        with acting_as(town.analyst):
            assign(signal.id, town.analyst.id, town.analyst)
        with acting_as(town.administrator):
            change_roles(town.analyst.id, roles=["leadership"], by=town.administrator)
        send(source, town, dedup_key="x", severity="high")
        assert watch_rises(timestamp=0) == 0
        assert notices(town) == []
