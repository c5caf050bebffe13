# SPDX-License-Identifier: Apache-2.0
"""The table of ASVS requirements names only tests and files that exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security" / "asvs.md"
ROW = re.compile(r"^\| V(\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
NAMED = re.compile(r"`((?:tests|longwatch|docs|frontend|requirements)/[^`\s]+|pyproject\.toml|SECURITY\.md)`")
# As many as version 5.0.0 has of both levels.
REQUIREMENTS = Counter({"1": 70, "2": 183})


def missing(text: str) -> list[str]:
    """What the text names and nobody finds."""
    return [named for named in NAMED.findall(text) if not _is_there(named)]


def _is_there(named: str) -> bool:
    path, _colons, name = named.partition("::")
    file = ROOT / path
    return file.exists() and (not name or f"def {name}(" in file.read_text(encoding="utf-8"))


class TestTable:
    def test_names_what_exists(self) -> None:
        assert missing(TABLE.read_text(encoding="utf-8")) == []

    def test_says_of_every_requirement_once_how_it_stands_and_where(self) -> None:
        text = TABLE.read_text(encoding="utf-8")
        rows = ROW.findall(text)
        assert Counter(level for _number, level, *_rest in rows) == REQUIREMENTS
        assert len({number for number, *_rest in rows}) == len(rows)
        assert {state for *_rest, state, _where in rows} == {"met", "not applicable", "open"}
        states = Counter(state for *_rest, state, _where in rows)
        said = f"{states['met']} met, {states['not applicable']} not applicable, {states['open']} open"
        assert said in text

    @pytest.mark.parametrize(
        "planted",
        [
            "tests/web/test_gone.py",
            "tests/web/test_headers.py::test_that_nobody_wrote",
            "longwatch/gone.py",
            "docs/no.md",
        ],
    )
    def test_check_sees_what_is_gone(self, planted: str) -> None:
        assert missing(f"| V1.1.1 | 1 | x | met | `{planted}` |") == [planted]
