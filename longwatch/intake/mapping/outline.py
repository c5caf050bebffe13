# SPDX-License-Identifier: Apache-2.0
"""A record as a tree of lines to point at, each with the path that finds it in every record of its kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from longwatch.intake.mapping.paths import json_in
from longwatch.intake.mapping.values import text_of

MOST_LINES = 600
LONGEST_SHOWN = 160
MOST_ELEMENTS = 20
DEEPEST_SHOWN = 12
# Lists of such elements are tables: what one is called says which element is meant.
NAMES = ("name", "key", "type", "id", "field")
VALUES = frozenset({"value", "values", "intvalue", "boolvalue", "multivalue", "val"})
_BARE = re.compile(r'[^."\[\]{}]+\Z')
_FIT = re.compile(r'[^"\[\]{}]{1,60}\Z')


@dataclass(frozen=True, slots=True)
class Line:
    """A name with its value, or with what is below it; pointed at by its path."""

    depth: int
    name: str
    path: str
    # Empty for what has more below it.
    shown: str
    kind: str
    leaf: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a record, and whether there are more than are shown."""

    lines: list[Line]
    cut: bool


def outline(root: Any) -> Outline:
    """The tree of a record, as far as it can be looked at."""
    lines: list[Line] = []
    for line in _below(root, "", 0):
        if len(lines) >= MOST_LINES:
            return Outline(lines, cut=True)
        lines.append(line)
    return Outline(lines, cut=False)


def _below(value: Any, path: str, depth: int) -> Iterator[Line]:
    if depth > DEEPEST_SHOWN:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name:
                yield from _named(str(name), inner, _joined(path, str(name)), depth)
    elif isinstance(value, list):
        for number, inner in enumerate(value[:MOST_ELEMENTS]):
            yield from _element(number, inner, path, depth)


def _named(name: str, value: Any, path: str, depth: int) -> Iterator[Line]:
    inner = json_in(value) if isinstance(value, str) else value
    if isinstance(inner, dict | list) and inner:
        yield Line(depth, name, path, _size(inner), "list" if isinstance(inner, list) else "object", leaf=False)
        yield from _below(inner, path, depth + 1)
    else:
        yield _leaf(depth, name, path, value)


def _element(number: int, value: Any, path: str, depth: int) -> Iterator[Line]:
    """An element of a list: its path is that of all elements, unless it has a name by which it is known."""
    name = f"{number + 1}."
    if not isinstance(value, dict | list):
        yield _leaf(depth, name, path, value)
        return
    own = _picked(value, path) or path
    yield Line(depth, name, own, _size(value), "object", leaf=False)
    yield from _below(value, own, depth + 1)


def _picked(value: Any, path: str) -> str:
    """The path of the one element that is called so, where elements are names with values."""
    if not path or not isinstance(value, dict) or not VALUES.intersection(name.lower() for name in value):
        return ""
    for name in NAMES:
        called = value.get(name)
        if isinstance(called, str) and _FIT.match(called):
            return f"{path}[{name}={called}]"
    return ""


def _leaf(depth: int, name: str, path: str, value: Any) -> Line:
    text = text_of(value) if not isinstance(value, list | dict) else ""
    kind = {str: "text", bool: "boolean", int: "number", float: "number"}.get(type(value), "nothing")
    return Line(depth, name, path, text[:LONGEST_SHOWN] + ("…" if len(text) > LONGEST_SHOWN else ""), kind, leaf=True)


def _size(value: Any) -> str:
    return str(len(value))


def _joined(path: str, name: str) -> str:
    if '"' in name:
        # No path names it; the names around it can be pointed at.
        return path
    step = name if _BARE.match(name) and name != "*" else f'"{name}"'
    return f"{path}.{step}" if path else step
