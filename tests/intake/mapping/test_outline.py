# SPDX-License-Identifier: Apache-2.0
"""Records as trees to point at."""

from typing import Any

import pytest

from longwatch.intake.mapping.outline import LONGEST_SHOWN, MOST_LINES, outline
from longwatch.intake.mapping.paths import Record, path_of

RECORD: dict[str, Any] = {
    "plain": "x",
    "number": 7,
    "yes": True,
    "none": None,
    "deep": {"er": {"est": "y"}},
    "with.dot": "z",
    "*": "star",
    "list": ["a", "b"],
    "rows": [{"id": 1, "who": "ana"}, {"id": 2, "who": "bo"}],
    "table": [{"name": "actor", "value": "ana"}, {"name": "door", "value": "D7"}],
    "inner": '{"said": "json"}',
}


def shown(root: Any) -> dict[str, tuple[str, str]]:
    return {line.path: (line.name, line.shown) for line in outline(root).lines if line.leaf}


def test_each_line_has_a_path_that_finds_it() -> None:
    found = Record(RECORD)
    wrong = [
        line.path
        for line in outline(RECORD).lines
        if line.leaf and line.name != "none" and not found.find(path_of(line.path))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("plain", ("plain", "x")),
        ("number", ("number", "7")),
        ("yes", ("yes", "true")),
        ("none", ("none", "")),
        ("deep.er.est", ("est", "y")),
        ('"with.dot"', ("with.dot", "z")),
        ('"*"', ("*", "star")),
        ("list", ("2.", "b")),
        ("rows.who", ("who", "bo")),
        ("table[name=actor].value", ("value", "ana")),
        ("table[name=door].value", ("value", "D7")),
        ("inner.said", ("said", "json")),
    ],
)
def test_shows_names_and_values(path: str, expected: tuple[str, str]) -> None:
    assert shown(RECORD)[path] == expected


def test_shows_no_more_than_can_be_looked_at() -> None:
    long = outline({str(number): number for number in range(MOST_LINES + 1)})
    assert (len(long.lines), long.cut) == (MOST_LINES, True)
    assert len(outline({"a": "x" * 10_000}).lines[0].shown) == LONGEST_SHOWN + 1


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {'a"b': 1}, {"": 1}, [[[1]]]])
def test_odd_records_do_no_harm(odd: Any) -> None:
    assert outline(odd).cut is False


def test_what_is_nested_deep_does_no_harm() -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = {"a": deep}
    assert not any(line.leaf for line in outline(deep).lines)
