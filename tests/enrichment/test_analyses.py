# SPDX-License-Identifier: Apache-2.0
"""Reads of analyzers and their answers."""

from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotFound
from longwatch.enrichment import analyses
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from tests.enrichment.cast_analyzers import a_signal, answered, enabled, folder_of_analyzers
from tests.lifecycle.closed import an_incident
from tests.personas import Cast


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestListed:
    def test_counts_for_administrators_only(self, cast: Cast) -> None:
        answered(cast, a_signal(cast), enabled(cast))
        with acting_as(cast.administrator):
            [row] = analyses.listed(cast.administrator)[1]
            assert (row.ran.asked, row.ran.failed) == (1, 0)
        with acting_as(cast.analyst):
            assert analyses.listed(cast.analyst)[1][0].ran.asked == 0

    def test_knows_nothing_of_other_organisations(self, cast: Cast) -> None:
        enabled(cast)
        with acting_as(cast.outsider):
            assert [each.setup for each in analyses.listed(cast.outsider)[1]] == [None]


class TestUsable:
    def test_are_those_that_take_a_kind(self, cast: Cast) -> None:
        enabled(cast)
        with acting_as(cast.analyst):
            assert [each.setup.name for each in analyses.usable(cast.analyst, "ip")] == ["Tiny"]
            assert analyses.usable(cast.analyst, "email") == []


class TestOfRecord:
    def test_are_those_of_the_record_and_of_its_signals(self, cast: Cast) -> None:
        signal = a_signal(cast)
        row = answered(cast, signal, enabled(cast))
        with acting_as(cast.analyst):
            incident = open_incident(title="I", category="FA-01", signal_ids=[signal.id], by=cast.analyst)
            assert analyses.of_record(signal) == [row]
            assert analyses.of_record(incident_ref(incident)) == [row]
        other = an_incident(cast)
        with acting_as(cast.analyst):
            assert analyses.of_record(other) == []


class TestOneOf:
    def test_refuses_that_of_another_record(self, cast: Cast) -> None:
        row = answered(cast, a_signal(cast), enabled(cast))
        other = a_signal(cast)
        with acting_as(cast.analyst), pytest.raises(NotFound):
            analyses.one_of(other, row.id)
