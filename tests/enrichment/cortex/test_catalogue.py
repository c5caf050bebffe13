# SPDX-License-Identifier: Apache-2.0
"""What lies in the folder of analyzers."""

from pathlib import Path

from longwatch.core.environment import Environment
from longwatch.enrichment.cortex.catalogue import Catalogue, catalogue
from tests.enrichment.cortex.tiny import FOLDER, install


def looked(folder: Path | str, data: Path) -> Catalogue:
    return catalogue(Environment({"LONGWATCH_ANALYZERS": str(folder), "LONGWATCH_DATA": str(data)}))


class TestCatalogue:
    def test_is_empty_when_no_folder_is_named(self, tmp_path: Path) -> None:
        found = looked("", tmp_path)
        assert (found.folder, found.found, found.refusal) == (None, {}, "")

    def test_finds_what_the_collection_describes(self, tmp_path: Path) -> None:
        folder = tmp_path / "analyzers"
        install(folder, "Tiny", FOLDER, types=("ip", "domain"))
        found = looked(folder, tmp_path / "data")
        assert [(name, each.data_types) for name, each in found.found.items()] == [("Tiny", ("ip", "domain"))]

    def test_says_which_files_cannot_be_used(self, tmp_path: Path) -> None:
        folder = tmp_path / "analyzers"
        install(folder, "Tiny", FOLDER)
        (folder / "Tiny" / "other.json").write_text("{}")
        install(folder, "Gone", FOLDER)
        (folder / "Gone" / "analyze.py").unlink()
        found = looked(folder, tmp_path / "data")
        assert list(found.found) == ["Tiny"]
        assert [each.file for each in found.faults] == ["Gone/Gone.json", "Tiny/other.json"]

    def test_takes_none_in_the_data_directory_or_around_it(self, tmp_path: Path) -> None:
        folder = tmp_path / "data" / "analyzers"
        install(folder, "Tiny", FOLDER)
        assert looked(folder, tmp_path / "data").refusal == "in_data"
        assert looked(tmp_path, tmp_path / "data").refusal == "in_data"

    def test_says_that_the_folder_is_not_there(self, tmp_path: Path) -> None:
        assert looked(tmp_path / "none", tmp_path / "data").refusal == "no_folder"
