# SPDX-License-Identifier: Apache-2.0
"""Test signals that Longwatch sends to itself."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.access.services.notices import own_notices
from longwatch.config.stages import STAGES
from longwatch.core import clock
from longwatch.core.errors import NotAllowed
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.grouping.models import Group
from longwatch.intake.canary_models import WITHIN, Canary, CanaryWay
from longwatch.intake.canary_rules import canary_body
from longwatch.intake.inbox import InboxFilter, inbox
from longwatch.intake.jobs import watch_canaries
from longwatch.intake.models import Signal, Source
from longwatch.intake.services.canaries import look_for_canary, send_canary
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.sources import change_source, switch_source
from longwatch.intake.settling import settle
from longwatch.intake.source_health import healths, volume
from longwatch.ledger.connecting import as_role
from tests.intake.cast_signals import make_source
from tests.intake.services.test_quieting import quiet
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


def settle_all() -> None:
    with as_role(ENGINE) as engine:
        while settle(engine, STAGES):
            pass


def sent(town: Cast, source: Source, way: CanaryWay = CanaryWay.OWN) -> Canary:
    with acting_as(town.supervisor):
        return send_canary(source.id, way=way, by=town.supervisor)


def looked(town: Cast, canary: Canary) -> Canary:
    with acting_as(town.supervisor):
        return look_for_canary(canary.id, by=town.supervisor)


def signal_of(town: Cast, canary: Canary) -> Signal:
    with acting_as(town.supervisor):
        assert canary.signal_id
        return Signal.objects.get(id=canary.signal_id)


class TestSendCanary:
    """send_canary and look_for_canary"""

    def test_it_is_stored_settled_and_seen(self, town: Cast, source: Source) -> None:
        canary = sent(town, source)
        assert canary.stored_at
        assert not looked(town, canary).is_over
        settle_all()
        done = looked(town, canary)
        assert done.settled_at
        assert done.seen_at
        assert not done.failed_at

    def test_it_is_closed_as_a_drill(self, town: Cast, source: Source) -> None:
        canary = sent(town, source)
        settle_all()
        done = looked(town, canary)
        signal = signal_of(town, done)
        assert (signal.status, signal.dismiss_reason) == ("dismissed", "drill")
        with acting_as(town.analyst):
            assert inbox(town.analyst, InboxFilter()).page().rows == []

    def test_it_goes_through_the_front_door_with_somebody_elses_token(self, town: Cast, source: Source) -> None:
        canary = sent(town, source, CanaryWay.DOOR)
        assert canary.stored_at is None
        with acting_as(town.integration):
            receive(source, canary_body(canary.id, canary.sent_at), by=town.integration)
        settle_all()
        assert looked(town, canary).seen_at

    def test_it_is_lost_when_nothing_settles_it_in_time(self, town: Cast, source: Source) -> None:
        with clock.unsafe_pretend(clock.now() - 2 * WITHIN):
            canary = sent(town, source)
        done = looked(town, canary)
        assert done.failed_at
        assert "Is the worker running?" in done.reason
        assert signal_of(town, done).dismiss_reason == "drill"

    def test_it_is_lost_when_it_never_arrives(self, town: Cast, source: Source) -> None:
        with clock.unsafe_pretend(clock.now() - 2 * WITHIN):
            canary = sent(town, source, CanaryWay.DOOR)
        assert "It never arrived." in looked(town, canary).reason

    def test_it_is_lost_when_a_rule_keeps_it_quiet(self, town: Cast, source: Source) -> None:
        quiet(town.analyst, name="Too much", conditions=[{"field": "source", "op": "is", "values": [source.slug]}])
        canary = sent(town, source)
        settle_all()
        assert looked(town, canary).reason == "It is kept quiet by the rule “Too much”."

    def test_it_is_lost_when_the_source_is_switched_off(self, town: Cast, source: Source) -> None:
        with acting_as(town.supervisor):
            switch_source(source.id, on=False, by=town.supervisor)
        assert sent(town, source).reason == "This source is switched off."

    def test_it_is_for_those_who_judge_signals(self, town: Cast, source: Source) -> None:
        with acting_as(town.administrator), pytest.raises(NotAllowed):
            send_canary(source.id, by=town.administrator)

    def test_it_counts_in_no_figure_and_no_group(self, town: Cast, source: Source) -> None:
        sent(town, source)
        settle_all()
        with acting_as(town.supervisor):
            assert sum(hour.arrivals for hour in volume(source.id, clock.now())) == 0
            assert healths()[source.id].last_at is None
            assert not Group.objects.exists()


class TestWatchCanaries:
    """intake.watch_canaries"""

    def every(self, town: Cast, source: Source, minutes: int) -> None:
        with acting_as(town.supervisor):
            change_source(source.id, {"canary_minutes": minutes}, by=town.supervisor)

    def canaries(self, town: Cast) -> list[Canary]:
        with acting_as(town.supervisor):
            return list(Canary.objects.order_by("sent_at"))

    def notices(self, town: Cast, name: str) -> list[str]:
        with acting_as(town.actors[name]):
            return [each.link for each in own_notices(town.actors[name]) if each.kind == "canary_lost"]

    def test_sends_one_when_it_is_due_and_sees_it(self, town: Cast, source: Source) -> None:
        self.every(town, source, 5)
        for _ in range(2):
            watch_canaries(timestamp=0)
        settle_all()
        watch_canaries(timestamp=0)
        [canary] = self.canaries(town)
        assert (canary.way, bool(canary.seen_at)) == ("schedule", True)

    def test_tells_supervisors_once_of_one_that_was_lost(self, town: Cast, source: Source) -> None:
        self.every(town, source, 60)
        with clock.unsafe_pretend(clock.now() - timedelta(minutes=5)):
            watch_canaries(timestamp=0)
        for _ in range(2):
            watch_canaries(timestamp=0)
        assert "Is the worker running?" in self.canaries(town)[0].reason
        assert self.notices(town, "supervisor") == [f"/administration/sources/{source.id}/canary"]
        assert self.notices(town, "analyst") == []
