# SPDX-License-Identifier: Apache-2.0
"""Pages for the administration of analyzers."""

from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.enrichment.analysis_models import AnalyzerSetup
from longwatch.enrichment.services.analyzers import told_of
from tests.enrichment.cast_analyzers import a_signal, answered, enabled, folder_of_analyzers
from tests.enrichment.cortex.tiny import REFUSES, install
from tests.enrichment.test_views import browser_of, text
from tests.personas import Cast

PAGE = "/administration/analyzers/"
MAY = {"max_tlp": "2", "max_pap": "2", "seconds": "60", "megabytes": "512", "hours": "24"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestAnalyzers:
    def test_says_how_to_begin(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LONGWATCH_ANALYZERS")
        assert "No folder of analyzers is set" in text(browser_of(cast, "administrator").get(PAGE))

    def test_says_that_the_folder_is_not_there(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_ANALYZERS", "/nowhere/at/all")
        page = text(browser_of(cast, "administrator").get(PAGE))
        assert "The folder that LONGWATCH_ANALYZERS names is not there." in page

    def test_lists_what_lies_in_the_folder_and_how_it_did(self, cast: Cast, folder: Path) -> None:
        install(folder, "Refuses", REFUSES)
        (folder / "Tiny" / "broken.json").write_text("{")
        answered(cast, a_signal(cast), enabled(cast, "Refuses", {}))
        page = text(browser_of(cast, "administrator").get(PAGE))
        assert page.index(">Refuses<") < page.index(">Tiny<")
        assert "the analyzer refused" in page
        assert "1 not answered" in page
        assert "Tiny/broken.json" in page

    def test_tells_nothing_of_what_was_asked_or_answered(self, cast: Cast, folder: Path) -> None:
        install(folder, "Refuses", REFUSES)
        answered(cast, a_signal(cast), enabled(cast, "Refuses", {}))
        for page in (PAGE, f"{PAGE}Refuses"):
            said = text(browser_of(cast, "administrator").get(page))
            assert "192.0.2.7" not in said
            assert "Invalid API key" not in said

    @pytest.mark.parametrize("name", ["analyst", "supervisor", "auditor"])
    def test_is_for_administrators(self, cast: Cast, name: str) -> None:
        assert browser_of(cast, name).get(PAGE).status_code == 404


class TestAnalyzer:
    def test_sets_it_up(self, cast: Cast, folder: Path) -> None:
        browser = browser_of(cast, "administrator")
        answer = browser.post(f"{PAGE}Tiny", MAY | {"enabled": "on", "setting-key": "K-9"}, follow=True)
        assert "Tiny may be asked now." in text(answer)
        with acting_as(cast.administrator):
            row = AnalyzerSetup.objects.get()
            assert (row.enabled, row.network, row.seconds, told_of(row)) == (True, False, 60, {"key": "K-9"})

    def test_names_what_it_lacks_and_keeps_what_was_typed(self, cast: Cast, folder: Path) -> None:
        answer = browser_of(cast, "administrator").post(f"{PAGE}Tiny", MAY | {"enabled": "on", "hours": "7"})
        assert answer.status_code == 422
        assert "The analyzer needs this before it can be enabled." in text(answer)
        assert 'value="7"' in text(answer)

    def test_never_shows_a_setting_again(self, cast: Cast, folder: Path) -> None:
        enabled(cast)
        page = text(browser_of(cast, "administrator").get(f"{PAGE}Tiny"))
        assert "It is set; what you enter takes its place." in page
        assert "K-1" not in page

    def test_takes_a_setting_away(self, cast: Cast, folder: Path) -> None:
        enabled(cast)
        browser_of(cast, "administrator").post(f"{PAGE}Tiny", MAY | {"forget": "key"})
        with acting_as(cast.administrator):
            assert AnalyzerSetup.objects.get().told == []

    def test_says_that_its_files_are_gone(self, cast: Cast, folder: Path) -> None:
        enabled(cast)
        (folder / "Tiny" / "Tiny.json").unlink()
        browser = browser_of(cast, "administrator")
        assert "Its files are not in the folder any more" in text(browser.get(f"{PAGE}Tiny"))
        assert "Its files are gone" in text(browser.get(PAGE))

    def test_is_not_there_when_nothing_is(self, cast: Cast, folder: Path) -> None:
        assert browser_of(cast, "administrator").get(f"{PAGE}Other").status_code == 404
