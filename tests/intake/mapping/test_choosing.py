# SPDX-License-Identifier: Apache-2.0
"""Values looked up as mapping files say."""

from typing import Any

import pytest

from longwatch.intake.mapping.choosing import first_of, first_text, getters_of
from longwatch.intake.mapping.model import Value, Values
from longwatch.intake.mapping.paths import Record

RECORD = {"name": "Login", "code": 5, "words": "a,b", "who": "x/ana", "ok": False, "long": "a" * 20_000 + "b"}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("name", ["Login"]),
        (["missing", "name"], ["Login"]),
        ("{name} ({code})", ["Login (5)"]),
        ("{name} ({missing})", []),
        (Value(path="words", split=","), ["a", "b"]),
        (Value(path="who", regex="/(.+)"), ["ana"]),
        (Value(path="name", words={"LOGIN": "low"}), ["low"]),
        (Value(path="name", words={"other": "low", "*": "high"}), ["high"]),
        (Value(path="code", scale="ten"), [2]),
        (Value(path="code", prefix="code:"), ["code:5"]),
        (Value(constant="x", when={"ok": "^false$"}), ["x"]),
        (Value(constant="x", when={"missing": "."}), []),
        (Value(constant="x", unless={"name": "."}), []),
        (Value(path="long", regex="b"), []),
    ],
)
def test_a_value_gives(values: Values, found: list[Any]) -> None:
    assert first_of(getters_of(values), Record(RECORD)) == found


def test_the_first_text_is_the_first_that_is_not_empty() -> None:
    assert first_text(getters_of(["empty", "name"]), Record({"empty": " ", "name": "n"})) == "n"
