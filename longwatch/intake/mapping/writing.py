# SPDX-License-Identifier: Apache-2.0
"""A mapping written as the file that docs/formats.md describes; what stands at its default is left out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from longwatch.intake.mapping.model import MappingFile

_TABLES = ("recognise", "let", "signal", "details")
_LISTS = ("entity", "sample")


def written_as_file(file: MappingFile) -> str:
    """The text that reads as this mapping again."""
    known = _said(file)
    lines = [f"{name} = {_value(value)}" for name, value in known.items() if name not in (*_TABLES, *_LISTS)]
    for name in _TABLES:
        if name in known or name == "recognise":
            lines += ["", f"[{name}]", *_pairs(known.get(name, {}))]
    for each in known.get("entity", ()):
        lines += ["", "[[entity]]", *_pairs(each)]
    for each in known.get("sample", ()):
        lines += ["", "[[sample]]", *_pairs({name: value for name, value in each.items() if name != "expect"})]
        for expected in each["expect"]:
            lines += ["[[sample.expect]]", *_pairs(expected)]
    return "\n".join(lines) + "\n"


def in_line(value: Any) -> str:
    """One value as it stands in such a file."""
    return _value(_said(value))


def _said(value: Any) -> Any:
    """Structs as tables without what stands at its default."""
    if isinstance(value, Struct):
        fields = msgspec.structs.fields(value)
        return {
            each.name: _said(getattr(value, each.name))
            for each in fields
            if each.required or getattr(value, each.name) != _default(each)
        }
    if isinstance(value, list):
        return [_said(each) for each in value]
    return {name: _said(each) for name, each in value.items()} if isinstance(value, dict) else value


def _default(field: FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        yield f"{_name(name)} = {_value(value)}"


def _name(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _long(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(name)} = {_value(each)}" for name, each in value.items()) + "}"
    return str(value)


def _long(text: str) -> str:
    """A text; one with quotes as it is, when it can stand so."""
    plain = text.isprintable() and "'" not in text
    return f"'{text}'" if plain and ('"' in text or "\\" in text) else _text(text)


def _text(text: str) -> str:
    # TOML's texts in quotes are JSON's, but for DEL, which has to be spelled out.
    clean = text.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
