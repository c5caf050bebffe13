# SPDX-License-Identifier: Apache-2.0
"""Syslog as it is really sent: RFC 5424, RFC 3164, and what devices write instead of either."""

import re
from typing import Any

MOST_FIELDS = 200
LONGEST_LINE = 100_000
LONGEST_TITLE = 120
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_PRI = re.compile(r"\s*(?:<(\d{1,3})>)?[\s:\ufeff]*")
_STRUCTURED = re.compile(r"1 (\S+) (\S+) (\S+) (\S+) (\S+) (?=-|\[|$)")
# Some leave the version out.
_ALMOST = re.compile(r"(\d{4}-\d\d-\d\dT\S+) (\S+) (\S+) (\S+) (\S+) (?=\[[\w.]+@)")
_TIME = re.compile(
    rf"[*.:]?((?:\d{{4}} )?{MONTH}\s+\d{{1,2}}(?:\s+\d{{4}})?\s+\d\d:\d\d:\d\d(?:\.[\dx]+)?(?:\s+[A-Z]{{3,4}}\b)?"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\d{10}(?:\.\d+)?(?=\s)|x(?=[\s:]))[\s:]*"
)
_HOST = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.:-]*?):?(?:\s+|$)")
_PROGRAM = re.compile(r"([A-Za-z][\w./-]{0,60})(?:\[(\d+)\])?:\s")
_LEVEL_PROGRAM = re.compile(r"(emerg|alert|crit|err|error|warning|warn|notice|info|debug) ([\w./-]+)(?:\[(\d+)\])?: ")
_MNEMONIC = re.compile(r"%([A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*?)-(?:\w+-)?([0-7])-([A-Z0-9_]+)")
_PARAM = re.compile(r'([A-Za-z_][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s,"\']*))')
_SD = re.compile(r'\[(?:[^\[\]"]|"(?:[^"\\]|\\.)*")*\]')
_ESCAPED = re.compile(r'\\(["\\\]])')
_VERSION = re.compile(r"\A1 ")


def parse(text: str) -> dict[str, Any]:
    """The parts of one message: what its header says, its `message`, and the `fields` (name=value) in it."""
    text = text[:LONGEST_LINE].lstrip("\ufeff")
    found = _PRI.match(text)
    pri, at = (found[1], found.end()) if found else (None, 0)
    record: dict[str, Any] = {}
    if pri is not None and int(pri) < 192:
        record |= {"pri": int(pri), "facility": int(pri) // 8, "level": int(pri) % 8}
    structured = _STRUCTURED.match(text, at) or _ALMOST.match(text, at)
    rest = _structured(record, structured, text) if structured else _traditional(record, text[at:])
    return _with_message(record, rest)


def _structured(record: dict[str, Any], found: "re.Match[str]", text: str) -> str:
    names = ("time", "host", "program", "pid", "msgid")
    record |= {name: value for name, value in zip(names, found.groups(), strict=True) if value not in ("-", "x")}
    rest = text[found.end() :]
    if rest.startswith("-"):
        return rest[1:].lstrip("\ufeff ")
    at = 0
    while element := _SD.match(rest, at):
        record.setdefault("fields", {}).update(fields_in(element.group()[1:-1]))
        record.setdefault("sdid", element.group()[1:-1].partition(" ")[0])
        at = element.end()
    return rest[at:].strip("\ufeff ") or rest[:at]


def _traditional(record: dict[str, Any], rest: str) -> str:
    rest = _VERSION.sub("", rest, count=1)
    times = 0
    while times < 2 and (found := _TIME.match(rest)):
        if found[1] != "x" and "x" not in found[1]:
            record.setdefault("time", found[1])
        rest, times = rest[found.end() :], times + 1
        if times == 1 and not rest.startswith("%"):
            rest = _host(record, rest)
    return _program(record, rest)


def _host(record: dict[str, Any], rest: str) -> str:
    found = _HOST.match(rest)
    if found is None or "=" in found[1]:
        return rest
    # A tag that comes at once means that the host was left out.
    if _PROGRAM.match(rest) and "." not in found[1]:
        return rest
    if found[1] != "x":
        record["host"] = found[1]
    return rest[found.end() :]


def _program(record: dict[str, Any], rest: str) -> str:
    if found := _LEVEL_PROGRAM.match(rest):
        record |= {"word": found[1], "program": found[2]}
        return rest[found.end() :]
    if found := _PROGRAM.match(rest):
        record["program"] = found[1]
        if found[2]:
            record["pid"] = found[2]
        return rest[found.end() :]
    return rest


def _with_message(record: dict[str, Any], message: str) -> dict[str, Any]:
    message = message.strip()
    if found := _MNEMONIC.search(message):
        record |= {"mnemonic": found.group(), "digit": int(found[2])}
    fields = {**fields_in(message), **record.get("fields", {})}
    if fields:
        record["fields"] = fields
    if (start := message.find("{")) >= 0 and message.endswith("}"):
        record["body"] = message[start:]
    record["message"] = message
    return record


def fields_in(text: str) -> dict[str, str]:
    """Every name=value of a text; of one name, the first value that is not empty."""
    found: dict[str, str] = {}
    for match in _PARAM.finditer(text):
        value = next((group for group in match.groups()[1:] if group), "")
        if value and match[1] not in found:
            found[match[1]] = _ESCAPED.sub(r"\1", value)
            if len(found) >= MOST_FIELDS:
                break
    return found
