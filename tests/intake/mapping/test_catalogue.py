# SPDX-License-Identifier: Apache-2.0
"""The mapping files as a whole, and which a record belongs to."""

import pytest

from longwatch.intake.mapping.catalogue import FORMATS, builtin
from tests.architecture.source import ROOT


def test_a_file_is_called_as_the_format_it_holds() -> None:
    assert {file.stem for file in FORMATS.glob("*.toml")} == set(builtin().formats)


def test_a_format_can_be_recognised() -> None:
    for name, ready in builtin().formats.items():
        seen = ready.file.recognise
        assert seen != type(seen)(), name


@pytest.mark.parametrize(
    "record", [{}, {"title": "x"}, {"type": "bundle"}, {"time": 1}, {"event": {}}, {"severity": "low"}]
)
def test_a_record_of_no_format_stays_one(record: dict[str, object]) -> None:
    assert builtin().recognise(record) is None


def test_the_log_type_of_a_collector_decides_at_once() -> None:
    found = builtin().recognise({"p_log_type": "Okta.SystemLog"})
    assert found is not None
    assert found.name == "okta"


def test_the_page_about_formats_lists_them_all() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [name for name in builtin().formats if f"| `{name}` |" not in page] == []
