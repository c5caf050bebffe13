# SPDX-License-Identifier: Apache-2.0
"""Loading intelligence from the command line."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.config.cli import parser
from longwatch.config.commands.intel_load import counted, run
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.enrichment import selectors
from longwatch.enrichment.models import DatasetKind
from tests.enrichment.intel_files import KEV
from tests.personas import Cast


@pytest.fixture
def kev(tmp_path: Path) -> Path:
    file = tmp_path / "kev.json"
    file.write_text(json.dumps(KEV))
    return file


def words(cast: Cast, *files: Path, name: str = "administrator") -> Namespace:
    return Namespace(files=[str(file) for file in files], account=cast.accounts[name].email)


class TestRun:
    """run"""

    def test_loads_and_says_what(self, cast: Cast, kev: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(words(cast, kev)) == 0
        assert (
            "CISA Known Exploited Vulnerabilities: 2 exploited vulnerabilities, edition 2026.01.05"
            in capsys.readouterr().out
        )
        with acting_as(cast.administrator):
            assert selectors.datasets(cast.administrator).count() == 1

    def test_goes_on_after_a_file_that_is_none(
        self, cast: Cast, kev: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "bad.json").write_text("{")
        assert run(words(cast, tmp_path / "bad.json", kev)) == 1
        said = capsys.readouterr().out
        assert "bad.json is not whole JSON." in said
        assert "2 exploited vulnerabilities" in said

    def test_refuses_who_may_not_and_who_is_nobody(self, cast: Cast, kev: Path) -> None:
        with pytest.raises(NotAllowed):
            run(words(cast, kev, name="analyst"))
        with pytest.raises(NotFound):
            run(Namespace(files=[str(kev)], account="nobody@halden.test"))

    def test_is_a_command(self) -> None:
        assert parser().parse_args(["intel", "load", "a", "b"]).files == ["a", "b"]


class TestCounted:
    """counted"""

    def test_says_what_was_loaded_rather_than_values(self) -> None:
        assert counted("gazetteer", 34_567) == "34,567 names of places"
        assert counted("countries", 1) == "1 range of addresses"

    def test_has_words_for_every_kind_of_list(self) -> None:
        assert all(counted(kind, 2).startswith("2 ") for kind in DatasetKind.values)
