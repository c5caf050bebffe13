# SPDX-License-Identifier: Apache-2.0
"""What is looked up for one signal: every form in which a list may hold what it names."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from longwatch.core.canonical import canonical
from longwatch.core.ids import entity_id
from longwatch.enrichment.intel.shape import CVE, NAME, TECHNIQUE, comparable
from longwatch.entities.kinds import EntityKind, entity_key

MOST_THINGS = 60
MOST_LABELS = 8
_CVE = re.compile(r"\bcve-\d{4}-\d{4,7}\b", re.IGNORECASE)
_NAMED = re.compile(r'misp-galaxy:[\w-]+="([^"]{1,200})"', re.IGNORECASE)
# One machine goes by either word, so the inventory is asked for each.
_NAMES = (EntityKind.HOST, EntityKind.DOMAIN, EntityKind.ASSET)
_PEOPLE = (EntityKind.ACCOUNT, EntityKind.EMAIL, EntityKind.PERSON)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a signal names, or that its text holds."""

    kind: str
    value: str
    from_text: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One form of a thing: the kind that a list must be for, how it is compared, and the text."""

    kind: str
    style: str
    text: str


@dataclass(slots=True)
class Question:
    """A signal as far as look-ups go."""

    signal_id: UUID
    org_id: UUID
    compartment_id: UUID
    severity: int
    things: list[Thing] = field(default_factory=list)
    # Named by the sender, who gave no coordinates.
    place: str = ""

    def digest(self, text: str) -> bytes:
        """The same for the same question, so that a repeat needs no new answer."""
        said = [[each.kind, each.value] for each in self.things]
        asked = [said, self.severity, text.encode("utf-8", "replace").decode(), *([self.place] if self.place else ())]
        return hashlib.sha256(canonical(asked)).digest()

    def entity(self, thing: Thing) -> UUID:
        """The identifier by which other signals name it."""
        return entity_id(self.org_id, entity_key(thing.kind, thing.value))


def things_of(
    entities: Iterable[Mapping[str, Any]], techniques: Iterable[str], tags: Iterable[str], text: str
) -> list[Thing]:
    """What a signal names: its entities, techniques, CVEs and names of actors in its tags and words."""
    found = [Thing(str(each.get("kind")), str(each.get("value"))) for each in entities]
    found += [Thing(TECHNIQUE, each.upper()) for each in techniques]
    tags = list(tags)
    words = " ".join([*tags, text])
    found += [Thing(CVE, each.upper()) for each in _CVE.findall(words)]
    found += [Thing(NAME, name) for tag in tags for name in _NAMED.findall(tag)]
    return unique(found)


def unique(things: Sequence[Thing]) -> list[Thing]:
    """Each thing once, the first ones only when there are very many."""
    seen: dict[str, Thing] = {}
    for each in things:
        seen.setdefault(entity_key(each.kind, each.value), each)
    return list(seen.values())[:MOST_THINGS]


def keys_of(thing: Thing) -> Iterator[Key]:
    """Every form in which loaded lists may hold a thing."""
    text = comparable(thing.kind, thing.value)
    if thing.kind == EntityKind.IP:
        yield from _address(EntityKind.IP, text)
        return
    yield Key(thing.kind, "exact", text)
    if thing.kind in (EntityKind.HOST, EntityKind.DOMAIN):
        yield from _names(thing.kind, text)
    elif thing.kind == EntityKind.EMAIL and "@" in text:
        yield from _names(EntityKind.EMAIL, text.rpartition("@")[2])
    elif thing.kind == EntityKind.URL:
        host = host_of(text)
        yield from _address(EntityKind.URL, host)
        yield from _names(EntityKind.URL, host)


def inventory_keys(thing: Thing) -> list[str]:
    """The identifiers by which the inventory and watch-lists may hold a thing."""
    kinds = _NAMES if thing.kind in _NAMES else _PEOPLE if thing.kind in _PEOPLE else (thing.kind,)
    keys = {entity_key(kind, thing.value) for kind in (thing.kind, *kinds)}
    if thing.kind == EntityKind.ACCOUNT and "\\" in thing.value:
        keys.add(entity_key(EntityKind.ACCOUNT, thing.value.rpartition("\\")[2]))
    if thing.kind == EntityKind.URL:
        host = host_of(comparable(thing.kind, thing.value))
        keys |= {f"{EntityKind.DOMAIN}:{host}", f"{EntityKind.HOST}:{host}", f"{EntityKind.IP}:{host}"}
    return sorted(keys)


def host_of(url: str) -> str:
    """The host in a URL, with or without its scheme; empty when there is none."""
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _address(kind: str, text: str) -> Iterator[Key]:
    try:
        yield Key(kind, "network", str(ipaddress.ip_address(text)))
    except ValueError:
        return


def _names(kind: str, name: str) -> Iterator[Key]:
    """A name, and each name above it."""
    labels = name.split(".")[-MOST_LABELS:]
    for start in range(len(labels)):
        if any(labels[start:]):
            yield Key(kind, "host", ".".join(labels[start:]))
    yield Key(kind, "exact", name)
