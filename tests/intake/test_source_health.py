# SPDX-License-Identifier: Apache-2.0
"""How sources are doing."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import NotFound
from longwatch.core.ids import uuid7
from longwatch.intake.models import Source
from longwatch.intake.source_health import HOURS, Health, delivery, failed, healths, silence, standing, volume
from tests.intake.cast_signals import keep_unreadable, make_source, send
from tests.personas import Cast

NOW = clock.now()
HOUR = timedelta(hours=1)


def sensor(**fields: object) -> Source:
    return Source(id=uuid7(), created_at=NOW - 5 * HOUR, **fields)


class TestSilence:
    @pytest.mark.parametrize(
        ("heartbeat", "heard", "silent"),
        [
            (3600, NOW - 2 * HOUR, 2 * HOUR),
            (3600, NOW - HOUR / 2, None),
            (3600, NOW - HOUR, None),
            (3600, None, 5 * HOUR),
            (None, NOW - 100 * HOUR, None),
        ],
    )
    def test_is_what_is_longer_than_expected(self, heartbeat: object, heard: object, silent: object) -> None:
        assert silence(sensor(heartbeat_seconds=heartbeat), heard, NOW) == silent  # type: ignore[arg-type]

    def test_is_not_held_against_a_source_that_is_switched_off(self) -> None:
        assert silence(sensor(heartbeat_seconds=60, enabled=False), NOW - HOUR, NOW) is None


class TestHealths:
    def test_know_when_a_source_was_heard_and_what_of_it_failed(self, cast: Cast) -> None:
        source, quiet = make_source(cast), make_source(cast)
        send(source, cast)
        keep_unreadable(source, cast)
        with acting_as(cast.administrator):
            known = healths()
        assert known[source.id].failed == 1
        heard = known[source.id].last_at
        assert heard is not None
        assert clock.now() - heard < HOUR
        assert known[quiet.id] == Health()

    def test_know_the_usual_lag_of_what_says_when_it_happened(self, cast: Cast) -> None:
        source = make_source(cast)
        for number, minutes in enumerate((10, 20, 90)):
            happened = clock.now() - timedelta(minutes=minutes)
            send(source, cast, dedup_key=str(number), occurred_at=happened.isoformat())
        send(source, cast, dedup_key="without a time")
        with acting_as(cast.supervisor):
            lag = healths()[source.id].lag
        assert lag is not None
        assert timedelta(minutes=20) <= lag < timedelta(minutes=25)

    @pytest.mark.parametrize("name", ["analyst", "auditor"])
    def test_tell_nothing_to_whoever_does_not_manage_sources(self, cast: Cast, name: str) -> None:
        make_source(cast)
        with acting_as(cast.actors[name]):
            assert healths() == {}

    def test_tell_nothing_of_other_organisations(self, cast: Cast) -> None:
        source = make_source(cast)
        with acting_as(cast.outsider):
            assert source.id not in healths()


class TestStanding:
    def test_is_of_a_source_of_which_nothing_is_known_yet(self, cast: Cast) -> None:
        assert standing(make_source(cast), {}, NOW).health == Health()


class TestVolume:
    def test_counts_arrivals_by_hour_with_the_empty_ones(self, cast: Cast) -> None:
        source = make_source(cast)
        for _ in range(3):
            send(source, cast, dedup_key="same")
        with acting_as(cast.supervisor):
            hours = volume(source.id, clock.now())
        assert len(hours) == HOURS
        assert sum(hour.arrivals for hour in hours) == 3
        assert max(hour.share for hour in hours) == 100

    def test_tells_nothing_of_other_organisations(self, cast: Cast) -> None:
        source = make_source(cast)
        send(source, cast)
        with acting_as(cast.outsider):
            assert sum(hour.arrivals for hour in volume(source.id, clock.now())) == 0


class TestHealth:
    def test_counts_up_to_a_thousand(self) -> None:
        assert (Health(failed=1000).failed_words, Health(failed=1001).failed_words) == ("1000", "1000+")


class TestFailed:
    def test_lists_the_newest_first_for_readers(self, cast: Cast) -> None:
        source = make_source(cast)
        first, second = keep_unreadable(source, cast, b"{1"), keep_unreadable(source, cast, b"{2")
        with acting_as(cast.supervisor):
            assert [each.id for each in failed(cast.supervisor, source.id)] == [second, first]
            assert bytes(delivery(cast.supervisor, source.id, first).raw) == b"{1"
        with acting_as(cast.administrator):
            assert not failed(cast.administrator, source.id).exists()
            with pytest.raises(NotFound):
                delivery(cast.administrator, source.id, first)
