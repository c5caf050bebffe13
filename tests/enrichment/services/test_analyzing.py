# SPDX-License-Identifier: Apache-2.0
"""Asking analyzers about things in records."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.enrichment.analysis_models import Analysis
from longwatch.enrichment.services.analyzing import Asked, ask, run_analysis
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.models import Signal
from tests.enrichment.cast_analyzers import a_signal, answered, asked, enabled, folder_of_analyzers
from tests.enrichment.cortex.tiny import REFUSES, install
from tests.lifecycle.closed import actions_about, an_incident
from tests.personas import Cast


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestAsk:
    def test_is_written_down_with_what_was_told_and_how_marked(self, cast: Cast) -> None:
        row = asked(cast, a_signal(cast), enabled(cast))
        assert (row.state, row.analyzer, row.key, row.tlp, row.pap) == (
            "waiting", "Tiny", "ip:192.0.2.7", "amber", "amber",
        )  # fmt: skip
        with acting_as(cast.auditor):
            assert actions_about(row.id) == ["analysis.asked"]

    def test_is_marked_as_strictly_as_the_signal(self, cast: Cast) -> None:
        record, setup = a_signal(cast, "TLP:GREEN", "pap:red"), enabled(cast, max_pap=3)
        assert (asked(cast, record, setup).tlp, asked(cast, record, setup).pap) == ("green", "red")
        with pytest.raises(Invalid) as refusal:
            asked(cast, record, setup, pap="green")
        assert list(refusal.value.fields) == ["pap"]

    @pytest.mark.parametrize(("tags", "code"), [(["tlp:red"], "tlp_too_strict"), (["PAP:RED"], "pap_too_strict")])
    def test_tells_nobody_what_is_marked_too_strictly(self, cast: Cast, tags: list[str], code: str) -> None:
        with pytest.raises(Conflict) as refusal:
            asked(cast, a_signal(cast, *tags), enabled(cast))
        assert refusal.value.code == code
        with acting_as(cast.analyst):
            assert not Analysis.objects.exists()

    def test_counts_what_is_unmarked_as_amber(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast, max_tlp=1)
        with pytest.raises(Conflict):
            asked(cast, record, setup)
        assert asked(cast, record, setup, tlp="clear").tlp == "clear"

    def test_follows_the_marks_of_the_signals_of_an_incident(self, cast: Cast) -> None:
        signal = a_signal(cast, "tlp:red")
        with acting_as(cast.analyst):
            incident = open_incident(title="I", category="FA-01", signal_ids=[signal.id], by=cast.analyst)
            record = incident_ref(incident)
        with pytest.raises(Conflict):
            asked(cast, record, enabled(cast))

    def test_is_one_question_while_it_waits(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast)
        assert asked(cast, record, setup).id == asked(cast, record, setup, again=True).id

    def test_gives_an_answer_that_still_holds_unless_asked_again(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast)
        first = answered(cast, record, setup)
        assert asked(cast, a_signal(cast), setup).id == first.id
        assert asked(cast, record, setup, again=True).id != first.id

    def test_asks_anew_when_the_answer_holds_no_longer(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast, hours=0)
        first = answered(cast, record, setup)
        assert first.expires_at is not None
        assert first.expires_at <= clock.now()
        assert asked(cast, record, setup).id != first.id

    def test_gives_no_answer_of_a_compartment_that_the_record_is_not_in(self, cast: Cast) -> None:
        setup = enabled(cast)
        first = answered(cast, a_signal(cast), setup)
        assert asked(cast, an_incident(cast), setup).id != first.id

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"kind": "person"}, "analyzer"),
            ({"kind": "shoe"}, "kind"),
            ({"value": " "}, "value"),
            ({"tlp": "x"}, "tlp"),
        ],
    )
    def test_names_what_is_wrong(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            asked(cast, a_signal(cast), enabled(cast), **wrong)
        assert field in refusal.value.fields

    def test_asks_only_those_that_are_enabled(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast, enabled=False)
        with pytest.raises(NotFound):
            asked(cast, record, setup)

    def test_is_for_who_works_on_the_record(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast)
        with acting_as(cast.responder), pytest.raises(NotAllowed):
            ask(record, setup.id, Asked("ip", "192.0.2.7"), by=cast.responder)


class TestRunAnalysis:
    def test_keeps_what_was_answered_and_proposes(self, cast: Cast) -> None:
        record = a_signal(cast)
        row = answered(cast, record, enabled(cast))
        assert row.state == "done"
        assert row.summary == [{"level": "malicious", "words": "Tiny:Hits=3/5"}]
        assert row.artifacts == [{"kind": "domain", "value": "bad.example", "message": "resolved"}]
        assert '"key": "K-1"' in row.report
        assert row.expires_at is not None
        assert row.finished_at is not None
        assert row.expires_at - row.finished_at == timedelta(hours=24)
        with acting_as(cast.auditor):
            assert actions_about(row.id) == ["analysis.asked", "analysis.finished"]

    def test_changes_nothing_of_the_signal(self, cast: Cast) -> None:
        record = a_signal(cast)
        with acting_as(cast.analyst):
            before = Signal.objects.values().get(id=record.id)
        answered(cast, record, enabled(cast))
        with acting_as(cast.analyst):
            assert Signal.objects.values().get(id=record.id) == before

    def test_says_why_there_is_no_answer(self, cast: Cast, folder: Path) -> None:
        install(folder, "Refuses", REFUSES)
        row = answered(cast, a_signal(cast), enabled(cast, "Refuses", {}))
        assert (row.state, row.failure, row.error, row.expires_at) == ("failed", "said_no", "Invalid API key", None)

    def test_runs_nothing_that_was_disabled_meanwhile(self, cast: Cast) -> None:
        row = asked(cast, a_signal(cast), enabled(cast))
        enabled(cast, enabled=False)
        assert run_analysis(row.id, cast.analyst.id) == "failed"
        with acting_as(cast.analyst):
            assert Analysis.objects.get().failure == "gone"

    def test_tells_nothing_that_was_marked_more_strictly_meanwhile(self, cast: Cast) -> None:
        row = asked(cast, a_signal(cast), enabled(cast))
        enabled(cast, max_tlp=1)
        run_analysis(row.id, cast.analyst.id)
        with acting_as(cast.analyst):
            assert (Analysis.objects.get().failure, Analysis.objects.get().report) == ("marked", "")

    def test_is_done_once(self, cast: Cast) -> None:
        row = answered(cast, a_signal(cast), enabled(cast))
        assert run_analysis(row.id, cast.analyst.id) == "gone"

    def test_does_nothing_for_who_lost_sight_of_the_record(self, cast: Cast) -> None:
        row = asked(cast, a_signal(cast), enabled(cast))
        assert run_analysis(row.id, cast.accounts["outsider"].id) == "gone"
        assert run_analysis(row.id, row.id) == "gone"

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        answered(cast, a_signal(cast), enabled(cast))
        for name in ("outsider", "hr", "administrator", "auditor"):
            with acting_as(cast.actors[name]):
                assert not Analysis.objects.exists()
