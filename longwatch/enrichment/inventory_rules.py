# SPDX-License-Identifier: Apache-2.0
"""What an entry of the inventory may be, and how a table of them is read. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from longwatch.enrichment.models import Criticality
from longwatch.entities.kinds import EntityKind, entity_key

MOST_LINES = 2_000
MOST_BYTES = 2 * 1024 * 1024
MOST_IDENTIFIERS = 50
LONGEST = {"name": 200, "owner": 200, "manager": 200, "site": 200, "note": 500}
FIELDS = ("identifiers", "owner", "manager", "site", "criticality", "note")
# Columns that hold identifiers of one kind, several with a semicolon between.
KIND_COLUMNS = {
    "host": EntityKind.HOST, "hostname": EntityKind.HOST, "ip": EntityKind.IP, "domain": EntityKind.DOMAIN,
    "email": EntityKind.EMAIL, "account": EntityKind.ACCOUNT, "phone": EntityKind.PHONE,
    "serial": EntityKind.ASSET, "asset": EntityKind.ASSET,
}  # fmt: skip
COLUMNS = frozenset({"name", *FIELDS, *KIND_COLUMNS})


@dataclass(slots=True)
class Line:
    """One line of a table: its number, what it says, and what is wrong with it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def identifier(text: str) -> str:
    """The comparable key of `kind:value`; empty when it is none."""
    kind, colon, value = text.strip().partition(":")
    if not colon or kind.strip().casefold() not in EntityKind.values or not value.strip():
        return ""
    return entity_key(kind.strip().casefold(), value.strip().replace("\0", ""))


def refusals(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an entry, by field."""
    wrong: dict[str, str] = {}
    if not values.get("name"):
        wrong["name"] = _("Enter a name.")
    for name, longest in LONGEST.items():
        if len(values.get(name) or "") > longest:
            wrong[name] = _("Use up to %(longest)s characters.") % {"longest": longest}
        elif "\0" in (values.get(name) or ""):
            wrong[name] = _("Use text without control characters.")
    keys = values.get("identifiers") or ()
    bad = [key for key in keys if identifier(key) != key]
    if bad:
        wrong["identifiers"] = _("“%(text)s” is not of the form kind:value, such as host:web1.") % {"text": bad[0][:60]}
    elif len(keys) > MOST_IDENTIFIERS:
        wrong["identifiers"] = _("Name up to %(most)s identifiers.") % {"most": MOST_IDENTIFIERS}
    if values.get("criticality", Criticality.NORMAL) not in Criticality.values:
        wrong["criticality"] = _("Use low, normal, high or critical.")
    return wrong


def read_table(text: str) -> tuple[list[str], list[Line]]:
    """What is wrong with a table as a whole, and its lines. The first line names the columns."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return [_("The file is larger than 2 MB. Split it.")], []
    rows = list(_rows(text))
    if not rows:
        return [_("The file is empty.")], []
    header = [each.strip().casefold() for each in rows[0][1]]
    wrong = _wrong_header(header)
    lines = [_line(number, header, row) for number, row in rows[1:]] if not wrong else []
    if len(lines) > MOST_LINES:
        return [_("The file has more than %(most)s lines. Split it.") % {"most": MOST_LINES}], []
    _refuse_twins(lines)
    return wrong, lines


def _rows(text: str) -> Sequence[tuple[int, list[str]]]:
    """The lines that hold anything, with their numbers; commas or semicolons, whichever the first line has more of."""
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        return []


def _wrong_header(header: Sequence[str]) -> list[str]:
    unknown = [each for each in header if each not in COLUMNS]
    wrong = []
    if "name" not in header:
        wrong.append(_("The first line must name the columns, one of them “name”."))
    elif unknown:
        known = ", ".join(sorted(COLUMNS))
        wrong.append(_("Unknown column “%(column)s”. Use: %(known)s.") % {"column": unknown[0][:60], "known": known})
    elif len(set(header)) < len(header):
        wrong.append(_("Each column may be there once."))
    return wrong


def _line(number: int, header: Sequence[str], row: Sequence[str]) -> Line:
    line = Line(number)
    if len(row) > len(header):
        line.wrong.append(_("More cells than columns; put a text with commas in quotation marks."))
        return line
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    line.values = {name: cells.get(name, "") for name in ("name", "owner", "manager", "site", "note") if name in cells}
    if cells.get("criticality"):
        line.values["criticality"] = cells["criticality"].casefold()
    if "identifiers" in cells or KIND_COLUMNS.keys() & cells.keys():
        line.values["identifiers"] = _identifiers(cells, line)
    line.wrong += refusals(line.values).values()
    return line


def _identifiers(cells: Mapping[str, str], line: Line) -> list[str]:
    keys = []
    for text in _several(cells.get("identifiers", "")):
        keys.append(identifier(text))
        if not keys[-1]:
            sentence = _("“%(text)s” is not of the form kind:value, such as host:web1.")
            line.wrong.append(sentence % {"text": text[:60]})
    for column, kind in KIND_COLUMNS.items():
        keys += [entity_key(kind, text) for text in _several(cells.get(column, ""))]
    return [key for key in dict.fromkeys(keys) if key]


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.replace("\n", "|").replace(";", "|").split("|") if each.strip()]


def _refuse_twins(lines: Sequence[Line]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        name = line.values.get("name", "")
        if name and name in seen:
            line.wrong.append(_("The same name is in line %(number)s.") % {"number": seen[name]})
        seen.setdefault(name, line.number)
