# SPDX-License-Identifier: Apache-2.0
"""Keeping alerts quiet for a time."""

import json
from datetime import timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.intake.inbox import InboxFilter, inbox
from longwatch.intake.models import Source
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.services.quieting import Quiet, end_quiet, extend_quiet, keep_quiet
from longwatch.intake.services.receiving import receive_all
from longwatch.ledger.models import LedgerEntry
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast

pytestmark = pytest.mark.django_db
SCANS = [{"field": "title", "op": "contains", "values": ["scan"]}]


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def quiet(by: Actor, **changes: Any) -> Suppression:
    usual: dict[str, Any] = {
        "name": "Our scanner", "reason": "Runs every night", "conditions": SCANS,
        "expires_at": clock.now() + timedelta(days=2),
    }  # fmt: skip
    with acting_as(by):
        return keep_quiet(Quiet(**usual | changes), by=by)


def actions(row: Suppression) -> list[str]:
    return list(LedgerEntry.objects.filter(subject_id=row.id).order_by("id").values_list("action", flat=True))


def shown(by: Actor, show: str) -> list[str]:
    with acting_as(by):
        return [signal.title for signal in inbox(by, InboxFilter(show=show)).page().rows]


class TestKeepQuiet:
    """keep_quiet"""

    def test_keeps_what_comes_afterwards_out_of_the_inbox(self, source: Source, cast: Cast) -> None:
        row = quiet(cast.analyst)
        received = send(source, cast, title="Port scan")
        assert signal_of(received, cast).suppression_id == row.id
        assert (shown(cast.analyst, "open"), shown(cast.analyst, "quiet")) == ([], ["Port scan"])

    def test_a_lesser_repeat_does_not_hide_what_was_heard_because_it_is_worse(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst, up_to_severity=3)
        send(source, cast, title="Port scan", dedup_key="x", severity="critical")
        repeat = send(source, cast, title="Port scan", dedup_key="x", severity="medium")
        assert (repeat.count, signal_of(repeat, cast).suppression_id) == (2, None)
        assert shown(cast.analyst, "open") == ["Port scan"]

    def test_neither_does_one_in_the_same_body(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst, up_to_severity=3)
        lines = [{"title": "Port scan", "dedup_key": "x", "severity": each} for each in ("critical", "low")]
        with acting_as(cast.integration):
            [first, _second] = receive_all(source, json.dumps(lines).encode(), by=cast.integration)
        assert signal_of(first, cast).suppression_id is None

    def test_counts_what_comes_again(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst)
        send(source, cast, title="Port scan", dedup_key="x")
        assert send(source, cast, title="Port scan", dedup_key="x").count == 2

    def test_hears_other_alerts(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst)
        send(source, cast, title="Door forced")
        assert shown(cast.analyst, "open") == ["Door forced"]

    def test_hears_what_is_worse_than_it_says(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst)
        send(source, cast, title="Port scan", severity="critical")
        assert shown(cast.analyst, "open") == ["Port scan"]

    def test_hears_what_rises_above_it_when_it_comes_again(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst)
        send(source, cast, title="Port scan", dedup_key="x", severity="low")
        send(source, cast, title="Port scan", dedup_key="x", severity="critical")
        assert shown(cast.analyst, "open") == ["Port scan"]

    def test_never_keeps_what_people_report_quiet(self, source: Source, cast: Cast) -> None:
        quiet(cast.analyst)
        send(source, cast, title="A scan of my badge", kind="report")
        assert shown(cast.analyst, "open") == ["A scan of my badge"]

    def test_waits_for_its_beginning(self, source: Source, cast: Cast) -> None:
        begins = clock.now() + timedelta(minutes=1)
        quiet(cast.analyst, starts_at=begins, kind="maintenance")
        send(source, cast, title="Port scan")
        assert shown(cast.analyst, "open") == ["Port scan"]

    def test_writes_who_answers_for_it_and_why(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        assert (row.owner_id, row.reason) == (cast.analyst.id, "Runs every night")
        with acting_as(cast.analyst):
            assert actions(row) == ["suppression.made"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"reason": ""}, "reason"),
            ({"conditions": []}, "conditions"),
            ({"kind": "whim"}, "kind"),
            ({"up_to_severity": 9}, "up_to_severity"),
            ({"expires_at": clock.now() - timedelta(days=1)}, "expires_at"),
        ],
    )
    def test_refuses_what_is_missing(self, changes: dict[str, Any], field: str, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            quiet(cast.supervisor, **changes)
        assert list(refusal.value.fields) == [field]

    def test_is_for_a_week_only_without_managing_sources(self, cast: Cast) -> None:
        longer = clock.now() + timedelta(days=30)
        with pytest.raises(NotAllowed):
            quiet(cast.analyst, expires_at=longer)
        assert quiet(cast.supervisor, expires_at=longer).expires_at == longer

    def test_is_for_readers_of_the_compartment(self, cast: Cast) -> None:
        with pytest.raises((NotAllowed, Invalid, NotFound)):
            quiet(cast.hr)


class TestExtendQuiet:
    """extend_quiet"""

    def test_lets_it_go_on(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        later = clock.now() + timedelta(days=3)
        with acting_as(cast.analyst):
            extend_quiet(row.id, expires_at=later, reason="Not done yet", by=cast.analyst, expected_version=row.version)
            assert Suppression.objects.get(id=row.id).expires_at == later
        with acting_as(cast.analyst):
            assert actions(row) == ["suppression.made", "suppression.extended"]

    def test_refuses_a_version_that_somebody_changed(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        with acting_as(cast.analyst), pytest.raises(Stale):
            extend_quiet(
                row.id, expires_at=clock.now() + timedelta(days=3), reason="x", by=cast.analyst,
                expected_version=row.version - 1,
            )  # fmt: skip


class TestEndQuiet:
    """end_quiet"""

    def test_lets_them_be_heard_when_they_come_again(self, source: Source, cast: Cast) -> None:
        row = quiet(cast.analyst)
        send(source, cast, title="Port scan", dedup_key="x")
        with acting_as(cast.analyst):
            end_quiet(row.id, by=cast.analyst)
        assert shown(cast.analyst, "open") == []
        send(source, cast, title="Port scan", dedup_key="x")
        assert shown(cast.analyst, "open") == ["Port scan"]

    def test_refuses_to_end_twice(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        with acting_as(cast.analyst):
            end_quiet(row.id, by=cast.analyst)
            with pytest.raises(Conflict):
                end_quiet(row.id, by=cast.analyst)
