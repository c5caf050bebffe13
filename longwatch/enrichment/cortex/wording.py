# SPDX-License-Identifier: Apache-2.0
"""What an analyzer answered, as text for people: short, long, and what it proposes to look at next. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from longwatch.enrichment.intel.shape import text_of
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key

LEVELS = ("malicious", "suspicious", "info", "safe")
MOST_TAXONOMIES = 20
MOST_ARTIFACTS = 100
MOST_REPORT = 200_000
# The words of artifacts, and what they are here.
KINDS: dict[str, EntityKind] = {
    "ip": EntityKind.IP, "domain": EntityKind.DOMAIN, "fqdn": EntityKind.DOMAIN, "url": EntityKind.URL,
    "mail": EntityKind.EMAIL, "hash": EntityKind.FILE_HASH, "other": EntityKind.OTHER,
}  # fmt: skip


def short(taxonomies: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The short report: level and words of each taxonomy, such as malicious, "VT:GetReport=5/60"."""
    found = []
    for each in list(taxonomies)[:MOST_TAXONOMIES]:
        level = text_of(each.get("level"), 20).casefold()
        value = each.get("value")
        said = text_of(str(value) if isinstance(value, str | int | float) else "", 120).strip('"')
        name = ":".join(part for part in (text_of(each.get(key), 60) for key in ("namespace", "predicate")) if part)
        if name or said:
            found.append({"level": level if level in LEVELS else "info", "words": f"{name}={said}" if name else said})
    return found


def long(full: Mapping[str, Any]) -> str:
    """The full report as text, whatever markup is in it; cut where it is very long."""
    text = json.dumps(full, indent=2, ensure_ascii=False, default=str) if full else ""
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text[: MOST_REPORT + 1])
    return text if len(text) <= MOST_REPORT else text[:MOST_REPORT] + "\n…"


def proposals(artifacts: Iterable[Mapping[str, Any]], asked: str) -> list[dict[str, str]]:
    """What it found that could be named and looked at next, each once, without what was asked; files are none."""
    found: dict[str, dict[str, str]] = {}
    for each in artifacts:
        kind = KINDS.get(text_of(each.get("dataType"), 40))
        value = text_of(each.get("data"), LONGEST_VALUE)
        if kind is None or not value or each.get("attachment"):
            continue
        key = entity_key(kind, value)
        if key != asked:
            found.setdefault(key, {"kind": str(kind), "value": value, "message": text_of(each.get("message"), 200)})
    return list(found.values())[:MOST_ARTIFACTS]
