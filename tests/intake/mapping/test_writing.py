# SPDX-License-Identifier: Apache-2.0
"""Mappings written as files."""

import tomllib

import pytest

from longwatch.intake.mapping.catalogue import builtin, read_file
from longwatch.intake.mapping.model import EntityFrom, Fields, MappingFile, Recognise, Value
from longwatch.intake.mapping.writing import in_line, written_as_file


@pytest.mark.parametrize("name", sorted(builtin().formats))
def test_every_format_reads_as_itself_again(name: str) -> None:
    file = builtin().formats[name].file
    assert read_file(written_as_file(file)) == file


@pytest.mark.parametrize(
    "title", ["a'b", 'a"b', "a\\b", "a\nb", "\x7f\x00", "é\u202e", "'''", "{x} 'y' \"z\"", "\\u0041", "# a"]
)
def test_any_text_stands_in_it(title: str) -> None:
    file = MappingFile("x", "X", Recognise(), signal=Fields(title=Value(constant=title)))
    assert read_file(written_as_file(file)) == file


def test_leaves_out_what_is_usual_and_quotes_names() -> None:
    file = MappingFile(
        "x", "X", Recognise(), details={"A label": ["a", "b"]}, entity=[EntityFrom("a", "host")],
        signal=Fields(severity=Value(path="s", words={"*": "low"}, utc=True)),
    )  # fmt: skip
    written = tomllib.loads(written_as_file(file))
    assert written == {
        "name": "x", "title": "X", "recognise": {}, "details": {"A label": ["a", "b"]},
        "signal": {"severity": {"path": "s", "words": {"*": "low"}, "utc": True}},
        "entity": [{"path": "a", "kind": "host"}],
    }  # fmt: skip


def test_half_of_a_surrogate_pair_is_no_crash() -> None:
    assert in_line("\ud800") == '"?"'
