# SPDX-License-Identifier: Apache-2.0
"""Setting analyzers up."""

from pathlib import Path
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound, Stale
from longwatch.enrichment.cortex.catalogue import catalogue
from longwatch.enrichment.cortex.contract import described
from longwatch.enrichment.services.analyzers import Allowed, made_ready, set_up, told_of
from tests.enrichment.cast_analyzers import enabled, folder_of_analyzers
from tests.enrichment.cortex.tiny import STREAM, install
from tests.lifecycle.closed import actions_about
from tests.personas import Cast


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


class TestSetUp:
    def test_says_what_it_may_do_and_tells_it_settings(self, cast: Cast, folder: Path) -> None:
        row = enabled(cast, max_tlp=1, seconds=30)
        assert (row.enabled, row.max_tlp, row.seconds, row.told) == (True, 1, 30, ["key"])
        ready = made_ready(row, catalogue().found["Tiny"])
        assert (ready.config["key"], ready.max_tlp, ready.network) == ("K-1", 1, True)
        with acting_as(cast.auditor):
            assert actions_about(row.id) == ["analyzer.set"]

    def test_keeps_settings_hidden_and_where_nothing_is_entered(self, cast: Cast, folder: Path) -> None:
        assert "K-1" not in enabled(cast).wrapped
        row = enabled(cast, settings={"key": ""}, hours=1)
        assert (told_of(row), row.hours) == ({"key": "K-1"}, 1)

    def test_enables_nothing_that_lacks_what_it_needs(self, cast: Cast, folder: Path) -> None:
        with pytest.raises(Invalid) as refusal:
            enabled(cast, settings={})
        assert list(refusal.value.fields) == ["key"]
        enabled(cast)
        with pytest.raises(Invalid):
            enabled(cast, settings={"key": None})

    def test_takes_settings_away(self, cast: Cast, folder: Path) -> None:
        enabled(cast)
        assert enabled(cast, settings={"key": None}, enabled=False).told == []

    def test_reads_settings_as_they_are_described(self, cast: Cast, folder: Path) -> None:
        items: list[dict[str, Any]] = [
            {"name": "pages", "type": "number"}, {"name": "deep", "type": "boolean"},
            {"name": "urls", "type": "string", "multi": True},
        ]  # fmt: skip
        install(folder, "Sorts", STREAM, items=items)
        row = enabled(cast, "Sorts", {"pages": "3", "deep": "true", "urls": "a\n\nb"})
        assert told_of(row) == {"pages": 3, "deep": True, "urls": ["a", "b"]}
        for wrong in ({"pages": "x"}, {"deep": "perhaps"}, {"other": "x"}):
            with pytest.raises(Invalid) as refusal:
                enabled(cast, "Sorts", wrong)
            assert list(refusal.value.fields) == list(wrong)

    @pytest.mark.parametrize("field", ["max_tlp", "seconds", "megabytes", "hours"])
    def test_refuses_bounds_that_are_none(self, cast: Cast, folder: Path, field: str) -> None:
        wrong: dict[str, Any] = {field: 99_999}
        with pytest.raises(Invalid) as refusal:
            enabled(cast, **wrong)
        assert list(refusal.value.fields) == [field]

    def test_knows_only_what_lies_in_the_folder(self, cast: Cast, folder: Path) -> None:
        with pytest.raises(NotFound):
            enabled(cast, "Other")

    def test_is_for_administrators(self, cast: Cast, folder: Path) -> None:
        with acting_as(cast.supervisor), pytest.raises(NotAllowed):
            set_up("Tiny", Allowed(), {}, by=cast.supervisor)

    def test_refuses_a_version_that_is_gone(self, cast: Cast, folder: Path) -> None:
        row = enabled(cast)
        with acting_as(cast.administrator), pytest.raises(Stale):
            set_up("Tiny", Allowed(), {}, expected_version=row.version - 1, by=cast.administrator)

    def test_tells_nothing_under_another_secret_key(
        self, cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = enabled(cast)
        monkeypatch.setenv("LONGWATCH_SECRET_KEY", "another" * 9)
        assert told_of(row) == {}


def test_defaults_of_the_description_hold_until_something_else_is_told() -> None:
    said = '{"name": "A", "command": "a", "dataTypeList": [], "configurationItems": [{"name": "n", "defaultValue": 0}]}'
    assert described(said).settings[0].default == 0
