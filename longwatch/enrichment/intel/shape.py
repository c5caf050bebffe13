# SPDX-License-Identifier: Apache-2.0
"""What a file of intelligence becomes, whoever wrote it."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from longwatch.core.errors import Invalid
from longwatch.entities.kinds import EntityKind, entity_key

LONGEST_KEY = 500
# Kinds of things that are no entities of a signal but can be looked up all the same.
CVE, TECHNIQUE, NAME = "cve", "technique", "name"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value: how it is compared, with what, and what is said about it."""

    style: str  # exact, host (also everything below it), network, substring, regex
    key: str
    network: str | None = None
    about: dict[str, Any] | None = None
    # When it is over by itself.
    until: datetime | None = None


@dataclass(slots=True)
class Loaded:
    """What one file holds; `skipped` counts values that could not be used."""

    kind: str
    name: str
    kinds: list[str]
    entries: list[Entry] = field(default_factory=list)
    edition: str = ""
    dated: date | None = None
    skipped: int = 0

    def add(self, entry: Entry | None) -> None:
        """Take a value in, or count it as unusable."""
        if entry is None or not entry.key:
            self.skipped += 1
        else:
            self.entries.append(entry)


class Unreadable(Invalid):
    """The file is nothing that can be loaded."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"file": sentence})


def comparable(kind: str, value: str) -> str:
    """A value as look-ups compare it, without its kind."""
    return entity_key(kind, value.replace("\0", "")).partition(":")[2][:LONGEST_KEY]


def exact(kind: str, value: object, about: dict[str, Any] | None = None) -> Entry | None:
    """A value that is compared as a whole; networks as such."""
    text = value if isinstance(value, str) else ""
    if kind == EntityKind.IP:
        return network(text, about)
    return Entry("exact", comparable(kind, text), about=about) if text.strip() else None


def network(value: object, about: dict[str, Any] | None = None) -> Entry | None:
    """An address or a network; None for what is neither."""
    try:
        found = ipaddress.ip_network(str(value).strip(), strict=False)
    except ValueError:
        return None
    return Entry("network", str(found), network=str(found), about=about)


def day_of(value: object) -> date | None:
    """The day in a date of any common form (text or seconds), None when there is none."""
    text = str(value or "").strip()
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC).date()
        return date.fromisoformat(text[:10].replace(".", "-"))
    except (ValueError, OverflowError, OSError):
        return None


def text_of(value: object, longest: int = 300) -> str:
    """A text of bounded length without control characters; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in value[:longest]).strip()


def objects(value: object) -> Iterable[dict[str, Any]]:
    """The objects among a list; nothing for what is no list."""
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
