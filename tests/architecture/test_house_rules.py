# SPDX-License-Identifier: Apache-2.0
"""House rules as programs (CONTRIBUTING.md). Each rule is shown a planted violation."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# Long enough for a flat declaration; the measured share below keeps most functions short.
USUAL_FUNCTION = 45
USUAL_SHARE = 0.95
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "handler", "common", "base", "misc"}

# Who may write rows directly, each with the reason. Everybody else goes through ledger.record.
WRITERS = {
    "longwatch/ledger/writing.py": "the one writer",
    "longwatch/access/sessions.py": "keeps sessions, which are no part of the record; their beginning and end are",
    "longwatch/access/services/notices.py": "keeps notices, which only say that there is something to look at",
    "longwatch/exchange/services/courses.py": "keeps how far webhooks were told; what people decide about them is told",
    "longwatch/evidence/services/uploading.py": "keeps how far uploads came; a whole one is an exhibit, with its entry",
    "longwatch/evidence/rendering/image.py": "saves pictures into memory, in a process without a database",
    "longwatch/grouping/services/counting.py": "groups are derived; what people decide is a verdict, with its entry",
    "longwatch/grouping/services/trying.py": "keeps back-tests, which change nothing",
    "longwatch/intake/services/canaries.py": "keeps how far test signals came; each signal has its own entries",
    "longwatch/records/numbering.py": "counts references; holds numbers only",
}
WRITES = {"save", "update", "delete", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"}
QUERYSET_HINTS = {"objects", "filter", "exclude", "select_for_update", "all"}


def raw_writes(tree: ast.Module) -> list[int]:
    """The lines that write a row past the ledger: instance.save(), Model.objects...update() and their like."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_write(node)
    ]


def _is_write(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name == "save":
        return True
    named = {n.attr for n in ast.walk(call.func) if isinstance(n, ast.Attribute)}
    return name in WRITES and bool(QUERYSET_HINTS & named)


def imports_inside_functions(tree: ast.Module) -> list[int]:
    """The lines of imports that hide inside a function."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)]


def function_lengths(tree: ast.Module) -> list[tuple[str, int]]:
    """Each function's name and length in lines."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(f.name, (f.end_lineno or f.lineno) - f.lineno + 1) for f in functions]


def tasks(tree: ast.Module) -> list[str]:
    """The functions that are tasks of the worker."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    marks = [(f.name, mark.func) for f in functions for mark in f.decorator_list if isinstance(mark, ast.Call)]
    return [name for name, mark in marks if isinstance(mark, ast.Attribute) and mark.attr == "task"]


class TestHouseRules:
    """The product's code."""

    def test_nobody_writes_past_the_ledger(self) -> None:
        found = {str(path): raw_writes(tree) for path, tree in modules() if str(path) not in WRITERS}
        assert {path: lines for path, lines in found.items() if lines} == {}

    def test_no_import_hides_in_a_function(self) -> None:
        found = {str(path): imports_inside_functions(tree) for path, tree in modules()}
        assert {path: lines for path, lines in found.items() if lines} == {}

    def test_files_are_short(self) -> None:
        lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in PACKAGE.rglob("*.py")}
        long = {name: length for name, length in lengths.items() if length > LONGEST_FILE and "migrations" not in name}
        assert long == {}

    def test_functions_are_short(self) -> None:
        lengths = [(f"{path}:{name}", length) for path, tree in modules() for name, length in function_lengths(tree)]
        assert [item for item in lengths if item[1] > LONGEST_FUNCTION] == []
        assert sum(length <= USUAL_FUNCTION for _, length in lengths) / len(lengths) >= USUAL_SHARE
        assert sorted(length for _, length in lengths)[len(lengths) // 2] <= 8

    def test_names_say_something(self) -> None:
        assert [str(path) for path, _ in modules() if path.stem in EMPTY_NAMES] == []

    def test_every_file_names_its_licence(self) -> None:
        licence = "# SPDX-License-Identifier: Apache-2.0"
        assert [p for p in PACKAGE.rglob("*.py") if not p.read_text().startswith(licence)] == []

    def test_no_todo_without_an_issue(self) -> None:
        loose = re.compile(r"\b(TODO|FIXME|XXX)\b(?!.*#\d)")
        assert [str(p) for p in PACKAGE.rglob("*.py") if loose.search(p.read_text())] == []

    def test_templates_hold_no_inline_script_or_style(self) -> None:
        inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|\sstyle=|hx-on")
        found = [str(p.relative_to(ROOT)) for p in PACKAGE.rglob("*.html") if inline.search(p.read_text())]
        assert found == []


class TestTheseRules:
    """Each rule turns red on a planted violation."""

    @pytest.mark.parametrize(
        "planted",
        ["case.save()", "Case.objects.filter(id=1).update(a=1)", "Case.objects.create(a=1)", "qs.all().delete()"],
    )
    def test_see_a_write_past_the_ledger(self, planted: str) -> None:
        assert raw_writes(ast.parse(planted)) == [1]

    @pytest.mark.parametrize("innocent", ["known.update({'a': 1})", "ledger.record(e, by=b, row=r, fields=[])"])
    def test_leave_other_calls_alone(self, innocent: str) -> None:
        assert raw_writes(ast.parse(innocent)) == []

    def test_see_a_hidden_import(self) -> None:
        assert imports_inside_functions(ast.parse("def f():\n    import os")) == [2]


def test_source_is_where_these_checks_look() -> None:
    assert Path(PACKAGE / "ledger" / "writing.py").exists()


class TestTasks:
    """tasks"""

    def test_are_where_the_worker_looks_for_them(self) -> None:
        found = {str(path) for path, tree in modules() if tasks(tree)}
        assert found
        assert {path for path in found if not path.endswith("/jobs.py")} == set()

    def test_finds_a_planted_one(self) -> None:
        source = '@app.periodic(cron="")\n@app.task(name="x")\ndef planted(): ...'
        assert tasks(ast.parse(source)) == ["planted"]
