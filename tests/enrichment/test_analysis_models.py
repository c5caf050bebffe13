# SPDX-License-Identifier: Apache-2.0
"""What the database holds analyzers and answers to."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.enrichment.analysis_models import Analysis, AnalyzerSetup
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


class TestAnalyzerSetup:
    def test_is_written_by_administrators_alone(self, cast: Cast) -> None:
        with acting_as(cast.supervisor), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AnalyzerSetup(org_id=cast.organisation.id, name="x").save(force_insert=True)
