# SPDX-License-Identifier: Apache-2.0
"""Where in a record something stands."""

from typing import Any

import pytest

from longwatch.intake.mapping.paths import BadPath, Record, path_of

RECORD: dict[str, Any] = {
    "a": {"B": [{"c": 1}, {"c": 2}], "empty": []}, "id.orig_h": "192.0.2.7", "parts": [{"Name": "x", "value": 3}],
    "kibana": {"alert.rule.name": "R"}, "text": '{"inner": {"deep": 5}}', "nothing": None, "many": {"p": {"q": 6}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b.c", [1, 2]),
        ("A.B[1].C", [2]),
        ("a.b[7].c", []),
        ("a.empty", []),
        ("id.orig_h", ["192.0.2.7"]),
        ('"ID.orig_h"', ["192.0.2.7"]),
        ("parts[name=X].value", [3]),
        ("parts[name=y].value", []),
        ("kibana.alert.rule.name", ["R"]),
        ("text.inner.deep", [5]),
        ("many.*.q", [6]),
        ("nothing", []),
        ("a.b.c.d", []),
    ],
)
def test_a_path_finds(path: str, found: list[Any]) -> None:
    assert Record(RECORD).find(path_of(path)) == found


@pytest.mark.parametrize("text", ["", "a[", "a[x]", "[0]", "a..b"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(BadPath):
        path_of(text)


def test_a_signature_counts_what_is_empty() -> None:
    record = Record(RECORD)
    assert record.has(path_of("a.empty"))
    assert record.has(path_of("nothing"))
    assert not record.has(path_of("a.missing"))


def test_endless_lists_are_cut() -> None:
    assert len(Record({"a": [[0] * 900, [0] * 900]}).find(path_of("a"))) <= 1_000
