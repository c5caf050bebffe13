# SPDX-License-Identifier: Apache-2.0
"""Analyzers are run by a job."""

from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment.analysis_models import Analysis
from longwatch.enrichment.jobs import analyze
from tests.enrichment.cast_analyzers import a_signal, asked, enabled, folder_of_analyzers
from tests.personas import Cast


class TestAnalyze:
    def test_asks_what_somebody_wants_to_know(
        self, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder_of_analyzers(tmp_path / "analyzers", monkeypatch)
        row = asked(cast, a_signal(cast), enabled(cast))
        assert analyze(str(row.id), str(cast.analyst.id)) == "done"
        with acting_as(cast.analyst):
            assert Analysis.objects.get().state == "done"
