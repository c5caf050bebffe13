# SPDX-License-Identifier: Apache-2.0
"""CEF (ArcSight) and LEEF (QRadar), with or without a syslog header before them."""

import re
from typing import Any

from longwatch.intake.mapping import syslog

LONGEST_LINE = 100_000
MOST_FIELDS = 500
HEADER = ("vendor", "product", "product_version", "signature", "name", "severity")
CEF = re.compile(r"CEF:\s?\d(?:\.\d)?\|")
LEEF = re.compile(r"LEEF:\s?([12])(?:\.\d)?\|")
_BAR = re.compile(r"(?<!\\)\|")
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z][A-Za-z0-9_.\[\]-]{0,80})=")
_ESCAPED = re.compile(r"\\([|=\\nr])")
_LEEF_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_. -]{0,60})=")


def parse_cef(text: str) -> dict[str, Any] | None:
    """The header fields, the extension as `ext` with its custom fields by their labels as `labels`; None if it is
    none.
    """
    text = text[:LONGEST_LINE]
    found = CEF.search(text)
    if found is None:
        return None
    parts = _BAR.split(text[found.end() :], 6)
    parts += [""] * (7 - len(parts))
    extension = _extension(parts[6])
    record: dict[str, Any] = dict(zip(HEADER, (_plain(part).strip() for part in parts), strict=False))
    return record | {"ext": extension, "labels": _labelled(extension), "header": _header(text[: found.start()])}


def parse_leef(text: str) -> dict[str, Any] | None:
    """The header fields and the attributes as `ext`; None if it is none."""
    text = text[:LONGEST_LINE]
    found = LEEF.search(text)
    if found is None:
        return None
    vendor, product, version, event, rest = (*text[found.end() :].split("|", 4), "", "", "", "", "")[:5]
    delimiter = "\t"
    if found[1] == "2":
        stated, bar, after = rest.partition("|")
        # The delimiter may be left out together with its bar.
        if bar and "=" not in stated:
            delimiter, rest = _delimiter(stated), after
    record = {"vendor": vendor, "product": product, "product_version": version, "signature": event}
    return record | {"ext": _attributes(rest, delimiter), "header": _header(text[: found.start()])}


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: {"n": "\n", "r": "\n"}.get(found[1], found[1]), text)


def _extension(text: str) -> dict[str, str]:
    """A value goes on to the next name that has a space before it and = after it."""
    keys = list(_KEY.finditer(text))[:MOST_FIELDS]
    ends = [*(key.start() for key in keys[1:]), len(text)]
    return {key[1]: _plain(text[key.end() : end].strip()) for key, end in zip(keys, ends, strict=False)}


def _labelled(extension: dict[str, str]) -> dict[str, str]:
    """Custom fields by what their labels call them."""
    labels = {name.removesuffix("Label"): label for name, label in extension.items() if name.endswith("Label")}
    return {label: extension[name] for name, label in labels.items() if label and extension.get(name)}


def _delimiter(stated: str) -> str:
    if re.fullmatch(r"0?x[0-9a-fA-F]{1,4}", stated):
        return chr(int(stated.rpartition("x")[2], 16)) or "\t"
    return stated[:1] or "\t"


def _attributes(text: str, delimiter: str) -> dict[str, str]:
    parts = text.split(delimiter)
    if len(parts) == 1 and "|" in text:
        parts = text.split("|")
    found: dict[str, str] = {}
    for part in parts[:MOST_FIELDS]:
        if key := _LEEF_KEY.match(part.lstrip()):
            found.setdefault(key[1].strip(), part.lstrip()[key.end() :].strip())
    return found


def _header(text: str) -> dict[str, Any]:
    """What a syslog header before it says."""
    if not text.strip():
        return {}
    header = syslog.parse(text + " ")
    return {name: header[name] for name in ("time", "host", "level") if name in header}
