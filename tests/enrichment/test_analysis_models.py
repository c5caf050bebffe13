# SPDX-License-Identifier: Apache-2.0
"""What the database holds analyzers and answers to."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.closure import Closure, approve_closure, request_closure
from longwatch.enrichment.analysis_models import Analysis, AnalyzerSetup
from longwatch.enrichment.services.analyzing import Asked, ask, run_analysis
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.records.reference import RecordRef
from tests.cases.material import WHOLE, a_case
from tests.enrichment.cast_analyzers import a_signal, answered, enabled, folder_of_analyzers
from tests.personas import Cast


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestAnalysis:
    def test_is_answered_once(self, cast: Cast) -> None:
        row = answered(cast, a_signal(cast), enabled(cast))
        with acting_as(cast.analyst), pytest.raises(DatabaseError, match="answers once"), transaction.atomic():
            Analysis.objects.filter(id=row.id).update(state="failed")

    def test_is_never_deleted(self, cast: Cast) -> None:
        row = answered(cast, a_signal(cast), enabled(cast))
        with acting_as(cast.analyst), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Analysis.objects.filter(id=row.id).delete()


def a_case_of(cast: Cast) -> Case:
    with acting_as(cast.investigator):
        return a_case(cast)


def close(cast: Cast, case: RecordRef) -> None:
    """Requested by the lead, approved by the supervisor."""
    with acting_as(cast.lead):
        request_closure(case.id, Closure(**WHOLE), by=cast.lead)
    with acting_as(cast.supervisor):
        approve_closure(case.id, by=cast.supervisor)


class TestErasing:
    def test_blanks_what_was_asked_and_answered_with_the_record(self, cast: Cast) -> None:
        setup = enabled(cast)
        with acting_as(cast.lead):
            case = case_ref(a_case_of(cast))
            row = ask(case, setup.id, Asked("ip", "192.0.2.7"), by=cast.lead)
        run_analysis(row.id, cast.lead.id)
        close(cast, case)
        with acting_as(cast.privacy):
            disposal = propose(case.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
        with acting_as(cast.lead):
            approve(disposal.id, by=cast.lead)
        assert carry_out(disposal.id) == "done"
        with acting_as(cast.lead):
            left = Analysis.objects.get(id=row.id)
        assert (left.value, left.key, left.report, left.summary, left.artifacts) == ("", "", "", [], [])
        assert (left.analyzer, left.state) == ("Tiny", "done")


class TestAnalyzerSetup:
    def test_is_written_by_administrators_alone(self, cast: Cast) -> None:
        with acting_as(cast.supervisor), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AnalyzerSetup(org_id=cast.organisation.id, name="x").save(force_insert=True)
