# SPDX-License-Identifier: Apache-2.0
"""People are held before records: whoever closes an account takes them in this order too (ADR 12)."""

import ast

from tests.architecture.source import modules

HOLD = "hold_people"


def _functions_that_hold() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{path}:{node.name}", node)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name != HOLD and any(map(_holds, ast.walk(node)))
    ]


def _holds(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Attribute) and node.func.attr == HOLD)
        or (isinstance(node.func, ast.Name) and node.func.id == HOLD)
    )


def test_whoever_gives_work_holds_people_before_anything_else() -> None:
    found = _functions_that_hold()
    assert len(found) >= 10
    late = []
    for name, function in found:
        first = function.body[1]  # After the docstring.
        if not (isinstance(first, ast.Expr) and _holds(first.value)):
            late.append(name)
    assert late == []
