# SPDX-License-Identifier: Apache-2.0
"""Each module has a test module in the same place; mirror.txt names those that are tested elsewhere, and where.

The list may only shrink: a module that got a test module of its own leaves it, and a new module does not enter it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, modules

TESTS = ROOT / "tests"
LIST = Path(__file__).with_name("mirror.txt")
NOBODY = "nobody yet"
MOST_ELSEWHERE = 125
MOST_UNTESTED = 0

# Nothing in them can be right or wrong by itself.
BARE = {"__init__", "__main__", "apps", "urls", "version"}
PROSE = "config/demo/"


def expected(names: Iterable[str]) -> dict[str, str]:
    """The test module that belongs to each module that needs one."""
    return {
        name: str(Path(name).with_name(f"test_{Path(name).name}"))
        for name in names
        if Path(name).stem not in BARE and not Path(name).stem.endswith("schemas") and not name.startswith(PROSE)
    }


def homeless(wanted: Mapping[str, str], present: set[str], elsewhere: Mapping[str, str]) -> list[str]:
    """Modules that have no test module and are not in the list."""
    return sorted(name for name, test in wanted.items() if test not in present and name not in elsewhere)


def stale(wanted: Mapping[str, str], present: set[str], elsewhere: Mapping[str, str]) -> list[str]:
    """Lines of the list that say nothing any more: the module is gone or has its own tests, or the place is gone."""
    return sorted(
        name
        for name, place in elsewhere.items()
        if name not in wanted or wanted[name] in present or (place != NOBODY and place not in present)
    )


def listed() -> dict[str, str]:
    """The modules that are tested elsewhere, and where."""
    pairs = (line.partition(" ") for line in LIST.read_text(encoding="utf-8").splitlines() if line)
    return {name: place.strip() for name, _space, place in pairs}


def everything() -> tuple[dict[str, str], set[str]]:
    """What should be there, and what is."""
    names = [str(path.relative_to(PACKAGE.name)) for path, _tree in modules()]
    return expected(names), {str(path.relative_to(TESTS)) for path in TESTS.rglob("*.py")}


class TestMirror:
    def test_every_module_has_its_tests(self) -> None:
        wanted, present = everything()
        assert homeless(wanted, present, listed()) == []

    def test_the_list_says_only_what_is_so(self) -> None:
        wanted, present = everything()
        assert stale(wanted, present, listed()) == []

    def test_the_list_only_shrinks(self) -> None:
        assert len(listed()) <= MOST_ELSEWHERE
        assert list(listed().values()).count(NOBODY) <= MOST_UNTESTED


class TestTheseRules:
    """Each turns red on a planted violation."""

    def test_see_a_module_without_tests(self) -> None:
        wanted = expected(["cases/rules.py", "cases/apps.py", "config/demo/trip.py", "cases/schemas.py"])
        assert homeless(wanted, set(), {}) == ["cases/rules.py"]
        assert homeless(wanted, {"cases/test_rules.py"}, {}) == []

    def test_see_a_line_that_is_not_so(self) -> None:
        wanted, present = expected(["a/b.py", "a/c.py", "a/d.py"]), {"a/test_b.py", "a/test_all.py"}
        lines = {"a/b.py": "a/test_all.py", "a/c.py": "a/test_all.py", "a/d.py": "a/gone.py", "a/e.py": NOBODY}
        assert stale(wanted, present, lines) == ["a/b.py", "a/d.py", "a/e.py"]
