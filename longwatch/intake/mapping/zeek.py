# SPDX-License-Identifier: Apache-2.0
"""Logs of Zeek as it writes them: columns with tabs, described by lines that begin with #."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from longwatch.intake.mapping.scales import number_of

_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
NUMBERS = frozenset({"count", "int", "port", "double", "time", "interval"})


@dataclass(slots=True)
class Columns:
    """What the lines with # said."""

    separator: str = "\t"
    set_separator: str = ","
    empty: str = "(empty)"
    unset: str = "-"
    path: str = ""
    fields: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)


def parse(text: str) -> list[tuple[dict[str, Any], str]]:
    """Each row as a record with `_path`, and the row's own text; rows before any #fields are left out."""
    columns = Columns()
    found: list[tuple[dict[str, Any], str]] = []
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        if line.startswith("#"):
            _describe(columns, line)
        elif line and columns.fields:
            found.append((_record(columns, line), line))
    return found


def _describe(columns: Columns, line: str) -> None:
    if line.startswith("#separator"):
        columns.separator = _plain(line.partition(" ")[2].strip()) or "\t"
        return
    name, *values = line[1:].split(columns.separator)
    set_to = SETTINGS.get(name)
    if set_to and values:
        set_to(columns, values)


def _fields(columns: Columns, values: list[str]) -> None:
    columns.fields = values


def _types(columns: Columns, values: list[str]) -> None:
    columns.types = values


def _one(name: str) -> Callable[[Columns, list[str]], None]:
    return lambda columns, values: setattr(columns, name, values[0])


SETTINGS: Mapping[str, Callable[[Columns, list[str]], None]] = {
    "set_separator": _one("set_separator"), "empty_field": _one("empty"), "unset_field": _one("unset"),
    "path": _one("path"), "fields": _fields, "types": _types,
}  # fmt: skip


def _record(columns: Columns, line: str) -> dict[str, Any]:
    types = columns.types + ["string"] * (len(columns.fields) - len(columns.types))
    record: dict[str, Any] = {"_path": columns.path}
    for name, kind, text in zip(columns.fields, types, line.split(columns.separator), strict=False):
        if text != columns.unset:
            record[name] = _value(columns, kind, text)
    return record


def _value(columns: Columns, kind: str, text: str) -> Any:
    if kind.startswith(("set[", "vector[")):
        return [] if text == columns.empty else [_plain(each) for each in text.split(columns.set_separator)]
    if kind == "bool":
        return text == "T"
    if kind in NUMBERS:
        number = number_of(text)
        return text if number is None else number
    return "" if text == columns.empty else _plain(text)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
