# SPDX-License-Identifier: Apache-2.0
"""Holds the size rules of the house style: files up to 400 lines, functions up to 45, and the licence line."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 45
LICENCE = "# SPDX-License-Identifier: Apache-2.0"
FOLDERS = ("longwatch", "tests", "tools", "bench")


def faults(root: Path) -> Iterator[str]:
    """A sentence for each file that breaks a rule."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.py")):
            name, text = file.relative_to(root), file.read_text(encoding="utf-8")
            lines = text.count("\n")
            if not text.startswith(LICENCE):
                yield f"{name}: the first line should be {LICENCE!r}"
            if "migrations" in file.parts:
                continue
            if lines > LONGEST_FILE:
                yield f"{name}: {lines} lines; split it by meaning"
            yield from (f"{name}:{line}: {title} has {length} lines" for line, title, length in _long(text))


def _long(text: str) -> Iterator[tuple[int, str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, node.name, length


if __name__ == "__main__":
    found = list(faults(ROOT))
    print("\n".join(found))
    sys.exit(1 if found else 0)
