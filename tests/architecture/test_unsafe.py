# SPDX-License-Identifier: Apache-2.0
"""Dangerous calls are named so, and each caller is known."""

import ast

from tests.architecture.source import modules

KNOWN = {
    "unsafe_pretend": {"longwatch/core/clock.py", "longwatch/config/demo/stage.py"},
    "unsafe_received_at": {"longwatch/intake/services/receiving.py", "longwatch/config/demo/stage.py"},
}


def users(word: str) -> set[str]:
    """The modules that say the word."""
    found = set()
    for path, tree in modules():
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        names |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword | ast.arg) and n.arg}
        names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        if word in names:
            found.add(str(path))
    return found


class TestUnsafe:
    """What is named unsafe."""

    def test_is_used_by_known_callers_only(self) -> None:
        assert {word: users(word) for word in KNOWN} == KNOWN
