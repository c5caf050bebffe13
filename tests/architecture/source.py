# SPDX-License-Identifier: Apache-2.0
"""The product's source, as the checks of this folder read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "longwatch"


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product but migrations, with its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))
