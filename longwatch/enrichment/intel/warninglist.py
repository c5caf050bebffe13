# SPDX-License-Identifier: Apache-2.0
"""MISP warninglists: values that are likely harmless, or at least common."""

import re
from typing import Any

from longwatch.enrichment.intel.attributes import kinds_of
from longwatch.enrichment.intel.shape import LONGEST_KEY, Entry, Loaded, day_of, network, text_of
from longwatch.entities.kinds import EntityKind, entity_key

# A list of parts of words is compared with every value one after another.
MOST_PATTERNS = 500
LONGEST_PATTERN = 300
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+")
_SLASHED = re.compile(r"^/(.*)/[a-z]*$", re.DOTALL)


def is_warninglist(value: dict[str, Any]) -> bool:
    """Whether the object is one."""
    return {"list", "type", "name"} <= value.keys() and isinstance(value["list"], list)


def read_warninglist(value: dict[str, Any]) -> Loaded:
    """The list with its values, each as its type says that it is compared."""
    edition = str(value.get("version") or "")
    loaded = Loaded(
        "warninglist", text_of(value["name"], 200), kinds_of(value.get("matching_attributes") or ()),
        edition=edition[:60], dated=day_of(f"{edition[:4]}-{edition[4:6]}-{edition[6:8]}"),
    )  # fmt: skip
    style, patterns = str(value["type"]), 0
    for each in value["list"]:
        entry = _entry(style, each, loaded.kinds) if isinstance(each, str) else None
        if entry is not None and entry.style in ("substring", "regex"):
            patterns += 1
            entry = entry if patterns <= MOST_PATTERNS else None
        loaded.add(entry)
    return loaded


def _entry(style: str, value: str, kinds: list[str]) -> Entry | None:
    text = value.strip().casefold()
    if not text:
        return None
    found = network(text) if style == "cidr" or EntityKind.IP in kinds else None
    if style == "cidr" or found is not None:
        return found
    if style == "regex":
        inner = _SLASHED.match(value.strip())
        pattern = inner[1] if inner else value.strip()
        return Entry("regex", pattern) if len(pattern) <= LONGEST_PATTERN else None
    name = text.lstrip(".")
    # A part of a word that is the name of a host means that host and what is below it.
    if style in ("hostname", "substring") and _HOST.fullmatch(name):
        return Entry("host", name[:LONGEST_KEY])
    if style == "hostname":
        return Entry("host", name[:LONGEST_KEY])
    if style == "substring":
        return Entry("substring", text[:LONGEST_PATTERN])
    kind = EntityKind.URL if "/" in text else EntityKind.DOMAIN
    return Entry("exact", entity_key(kind, text).partition(":")[2][:LONGEST_KEY])
