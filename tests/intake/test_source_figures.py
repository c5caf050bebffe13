# SPDX-License-Identifier: Apache-2.0
"""What becomes of what sources send, as the worker counts it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.models import Source
from longwatch.intake.services.triage import acknowledge, dismiss
from longwatch.intake.source_figures import Day, Figures, count, count_rules, figures
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

SOURCE = Source().id


def day(**more: object) -> Day:
    usual: dict[str, object] = {
        "source_id": SOURCE, "day": date(2026, 11, 1), "signals": 10, "arrivals": 40, "dismissed": 6, "led": 2,
        "judged": 8, "judge_mean": 60.0, "judge_p90": 120.0, "acknowledged": 0, "acknowledge_mean": None,
        "acknowledge_p90": None,
    }  # fmt: skip
    return Day(**usual | more)  # type: ignore[arg-type]


class TestFigures:
    """Figures"""

    def test_weigh_days_by_how_much_was_judged_on_them(self) -> None:
        both = Figures([day(), day(judged=24, judge_mean=100.0, judge_p90=600.0)], [])
        assert (both.judge_mean, both.judge_p90) == (timedelta(seconds=90), timedelta(seconds=600))

    def test_call_noise_what_was_dismissed_of_what_was_judged(self) -> None:
        assert Figures([day()], []).noise == 75
        assert Figures([day(dismissed=0, led=0)], []).noise is None

    def test_say_nothing_where_nothing_is_known(self) -> None:
        assert Figures([], []).judge_mean is None
        assert Figures([day()], []).acknowledge_mean is None


class TestCounting:
    """count, count_rules, figures"""

    @pytest.fixture
    def source(self, cast: Cast) -> Source:
        source = make_source(cast)
        ids = [send(source, cast, title=f"Scan {n}", rule="scan", dedup_key=f"{n}").signal_id for n in range(3)]
        for _ in range(20):
            send(source, cast, title="Scan 0", rule="scan", dedup_key="0")
        with acting_as(cast.analyst):
            acknowledge(ids[0], by=cast.analyst)
            dismiss(ids[1], reason="benign", note="", by=cast.analyst)
        count(1)
        count_rules()
        return source

    def test_tell_what_came_and_what_became_of_it(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor):
            found = figures(source.id)
        (today,) = found.days
        assert today.day == datetime.now(UTC).date()
        assert (today.signals, today.arrivals, today.dismissed, today.acknowledged) == (3, 23, 1, 1)
        assert found.judge_mean is not None

    def test_name_rules_that_fire_and_lead_to_nothing(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor):
            assert [(each.rule, each.arrivals) for each in figures(source.id).idle] == [("scan", 23)]

    def test_are_counted_again_without_doubling(self, cast: Cast, source: Source) -> None:
        count(30)
        with acting_as(cast.supervisor):
            assert figures(source.id).signals == 3

    def test_are_for_who_manages_sources_of_their_own_organisation(self, cast: Cast, source: Source) -> None:
        for name in ("analyst", "outsider"):
            with acting_as(cast.actors[name]):
                assert not figures(source.id).days

    def test_stand_on_the_page_of_the_source(self, cast: Cast, source: Source) -> None:
        browser = Client()
        browser.force_login(cast.accounts["supervisor"])
        text = browser.get(f"/administration/sources/{source.id}").content.decode()
        assert "100 %" in text
        assert "Rules that fire and never led to anything" in text
