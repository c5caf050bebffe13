# SPDX-License-Identifier: Apache-2.0
"""What a rule would have kept quiet."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid
from longwatch.intake import quiet_preview
from longwatch.intake.quiet_preview import Preview, would_keep_quiet
from longwatch.records.severity import Severity
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

pytestmark = pytest.mark.django_db
SCANS: list[dict[str, Any]] = [{"field": "title", "op": "contains", "values": ["scan"]}]


def look(cast: Cast, conditions: Any = SCANS, up_to: int = Severity.HIGH, name: str = "analyst") -> Preview:
    actor = cast.actors[name]
    with acting_as(actor):
        return would_keep_quiet(actor, conditions, up_to, cast.signals.id)


def test_counts_alerts_and_how_often_they_came(cast: Cast) -> None:
    source = make_source(cast)
    for title in ("Port scan", "Port scan", "Door forced"):
        send(source, cast, title=title, dedup_key=title)
    found = look(cast)
    assert (found.signals, found.times, found.looked_at, found.complete) == (1, 2, 2, True)
    assert [each.title for each in found.examples] == ["Port scan"]


def test_leaves_out_what_people_report_and_what_is_worse(cast: Cast) -> None:
    source = make_source(cast)
    send(source, cast, title="A scan of my badge", kind="report")
    send(source, cast, title="Port scan", severity="critical")
    assert look(cast).signals == 0
    assert look(cast, up_to=Severity.CRITICAL).signals == 1


def test_asks_for_the_source_by_its_short_name(cast: Cast) -> None:
    send(make_source(cast, slug="gate"), cast)
    assert look(cast, [{"field": "source", "op": "is", "values": ["gate"]}]).signals == 1


def test_says_when_there_are_more_than_it_looks_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(cast)
    for number in range(3):
        send(source, cast, title=f"Scan {number}")
    monkeypatch.setattr(quiet_preview, "MOST_LOOKED_AT", 2)
    found = look(cast)
    assert (found.looked_at, found.complete) == (2, False)


def test_shows_nobody_what_they_may_not_see(cast: Cast) -> None:
    send(make_source(cast), cast, title="Port scan")
    assert look(cast, name="hr").looked_at == 0


def test_refuses_conditions_that_are_none(cast: Cast) -> None:
    with pytest.raises(Invalid):
        look(cast, [])
