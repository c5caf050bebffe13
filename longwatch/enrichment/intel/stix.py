# SPDX-License-Identifier: Apache-2.0
"""STIX 2.1 indicators, as TAXII servers and other tools give them: the values that their patterns name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from longwatch.core import clock
from longwatch.enrichment.intel.shape import Loaded, day_of, exact, objects, text_of
from longwatch.entities.kinds import EntityKind

MOST_PATTERN = 10_000
# One comparison of a pattern: an object's property that equals a text. What is more than that names no single value.
_EQUALS = re.compile(r"([a-z0-9-]+):([^\s=!<>\[\]]{1,80}?)\s{0,9}=\s{0,9}'((?:[^'\\]|\\.){1,500})'")
KINDS = {
    "ipv4-addr": EntityKind.IP, "ipv6-addr": EntityKind.IP, "domain-name": EntityKind.DOMAIN, "url": EntityKind.URL,
    "email-addr": EntityKind.EMAIL,
}  # fmt: skip


def is_stix(value: dict[str, Any]) -> bool:
    """Whether this is a bundle, or an envelope of TAXII, that holds indicators."""
    return any(each.get("type") == "indicator" for each in objects(value.get("objects")))


def read_stix(value: dict[str, Any], name: str) -> Loaded:
    """The values that indicators name; revoked ones, ones that are over and other objects are left out."""
    loaded = Loaded("indicators", name, [str(kind) for kind in EntityKind])
    now, newest = clock.now(), ""
    for each in objects(value.get("objects")):
        if each.get("type") != "indicator":
            continue
        newest = max(newest, text_of(each.get("modified"), 40))
        until = _until(each.get("valid_until"))
        if each.get("revoked") is True or (until is not None and until <= now):
            loaded.skipped += 1
            continue
        _add(loaded, each, until)
    loaded.edition, loaded.dated = newest, day_of(newest)
    return loaded


def _add(loaded: Loaded, indicator: dict[str, Any], until: datetime | None) -> None:
    about = {"event": text_of(indicator.get("name"), 150), "comment": text_of(indicator.get("description"), 200)}
    types = indicator.get("indicator_types")
    about["category"] = ", ".join(text_of(word, 40) for word in types[:5]) if isinstance(types, list) else ""
    named = list(_named(indicator.get("pattern"), indicator.get("pattern_type")))
    if not named:
        loaded.skipped += 1
    for kind, text in named:
        entry = exact(kind, text, about)
        loaded.add(replace(entry, until=until) if entry and until else entry)


def _named(pattern: object, sort: object) -> Iterator[tuple[EntityKind, str]]:
    """What a pattern names, when any of it alone speaks for the indicator: not `AND`, `FOLLOWEDBY` or `NOT`."""
    if not isinstance(pattern, str) or sort not in (None, "stix") or len(pattern) > MOST_PATTERN:
        return
    values = re.sub(r"'(?:[^'\\]|\\.){0,500}'", "''", pattern)
    if re.search(r"\b(?:AND|FOLLOWEDBY|NOT)\b", values):
        return
    for thing, part, text in _EQUALS.findall(pattern):
        said = re.sub(r"\\(.)", r"\1", text)
        if thing in KINDS and part == "value":
            yield KINDS[thing], said
        elif thing in ("file", "artifact") and part.startswith("hashes."):
            yield EntityKind.FILE_HASH, said


def _until(value: object) -> datetime | None:
    """When it is over; None where nobody says so, or in no time zone."""
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
