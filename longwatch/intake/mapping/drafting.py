# SPDX-License-Identifier: Apache-2.0
"""A mapping while somebody makes it: each field as lines of paths, and what the page cannot show kept as it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import msgspec

from longwatch.intake.mapping.model import (
    EntityFrom,
    KindName,
    MappingFile,
    PartName,
    Recognise,
    Sample,
    Value,
    Values,
)
from longwatch.intake.mapping.values import entity_of
from longwatch.intake.mapping.writing import in_line, written_as_file

SLOTS = (
    "title", "severity", "occurred_at", "rule", "dedup_key", "description", "state", "place", "techniques", "links",
    "tags",
)  # fmt: skip
ENTITY = "entity"
# Fields whose values mean something: the tool's words for ours.
WORDED = frozenset({"severity", "state"})
# Fields that take what every line finds; of the others, the first line that finds something counts.
GATHERED = frozenset({"techniques", "links", "tags"})
KINDS: tuple[str, ...] = get_args(KindName)
PARTS: tuple[str, ...] = get_args(PartName)
NEW_NAME = "new-mapping"
_PATHS_IN = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class EntityRow:
    """Where an entity stands, its kind and its part; `kept` is one that the page cannot show, by its number."""

    path: str
    kind: str = "host"
    part: str = "involved"
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form."""

    base: MappingFile
    name: str = ""
    title: str = ""
    split: str = ""
    kind: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scale: str = ""
    entities: Sequence[EntityRow] = ()

    def text(self) -> str:
        """As a file."""
        return written_as_file(self.file())

    def file(self) -> MappingFile:
        """The mapping: what the form says, over what it cannot show."""
        held = held_back(self.base)
        said = {name: self._values(name) for name in SLOTS if name not in held}
        kind: Any = self.kind or None
        return msgspec.structs.replace(
            self.base, name=self.name.strip() or NEW_NAME, title=self.title.strip() or self.name.strip() or "Mapping",
            split=self.split.strip(), signal=msgspec.structs.replace(self.base.signal, kind=kind, **said),
            entity=[self._entity(row) for row in self.entities if row.path.strip() or row.kept is not None],
        )  # fmt: skip

    def _values(self, name: str) -> Values:
        lines = lines_of(self.slots.get(name, ""))
        words = {word: meant for word, meant in self.words.get(name, {}).items() if word and meant}
        scale = self.scale if name == "severity" and not words else ""
        found: list[Any] = list(lines)
        if words or scale:
            found = [_meaning(line, words, scale) for line in lines]
            # What the table does not name is read as it is.
            found += lines if words and "*" not in words else []
        return found[0] if len(found) == 1 else found

    def _entity(self, row: EntityRow) -> EntityFrom:
        if row.kept is not None and row.kept < len(self.base.entity):
            return self.base.entity[row.kept]
        kind, part = _one_of(row.kind, KINDS, "other"), _one_of(row.part, PARTS, "involved")
        return EntityFrom(row.path.strip(), kind, part)

    def pointed(self, target: str, path: str, shown: str = "", *, joined: bool = False) -> "Draft":
        """With a field that takes what stands at a path from now on."""
        if target == ENTITY:
            row = EntityRow(path, kind_of(path, shown), part_of(path))
            return self if any(each.path == path for each in self.entities) else replace(
                self, entities=[*(each for each in self.entities if each.path or each.kept is not None), row]
            )  # fmt: skip
        before = lines_of(self.slots.get(target, ""))
        if target in GATHERED or not joined:
            lines = list(dict.fromkeys([*before, path])) if target in GATHERED else [path]
        else:
            lines = [_together(before[0], path) if before else path, *before[1:]]
        return replace(self, slots={**self.slots, target: "\n".join(lines)})

    def next_target(self, after: str) -> str:
        """What to point at next: the first of the main fields that is empty; entities go on."""
        if after == ENTITY:
            return ENTITY
        held = held_back(self.base)
        empty = [name for name in SLOTS[:3] if name not in held and not lines_of(self.slots.get(name, ""))]
        return empty[0] if empty else ENTITY

    def used(self) -> dict[str, list[str]]:
        """Which fields take what stands at a path."""
        found: dict[str, list[str]] = {}
        places = [(name, line) for name in SLOTS for line in lines_of(self.slots.get(name, ""))]
        for name, line in [*places, *((ENTITY, row.path) for row in self.entities)]:
            for path in _PATHS_IN.findall(line) or [line]:
                found.setdefault(path.lower(), []).append(name)
        return found


def empty(name: str = "", title: str = "") -> Draft:
    """A new mapping, of which nothing is known."""
    return Draft(MappingFile(NEW_NAME, "Mapping", Recognise()), name=name, title=title)


def draft_of(file: MappingFile) -> Draft:
    """What the form shows of a mapping."""
    held = held_back(file)
    shown = {name: _shown(getattr(file.signal, name)) for name in SLOTS if name not in held}
    rows = [
        EntityRow(each.path, each.kind, each.part) if isinstance(each.path, str)
        else EntityRow("", each.kind, each.part, kept=number) for number, each in enumerate(file.entity)
    ]  # fmt: skip
    words = {name: meant for name in WORDED if name not in held and (meant := _meanings(getattr(file.signal, name)))}
    scale = next((each.scale for each in _listed(file.signal.severity) if isinstance(each, Value)), "")
    return Draft(
        file, file.name, file.title, file.split, file.signal.kind or "", shown, words,
        "" if "severity" in held else scale, rows,
    )  # fmt: skip


def held_back(file: MappingFile) -> dict[str, str]:
    """The fields that say more than the form can show, as they stand in the file."""
    values = {name: getattr(file.signal, name) for name in SLOTS}
    return {name: in_line(each) for name, each in values.items() if not _is_plain(name, _listed(each))}


def with_sample(file: MappingFile, sample: Sample) -> MappingFile:
    """With a sample, instead of one of the same name."""
    others = [each for each in file.sample if each.name != sample.name]
    return msgspec.structs.replace(file, sample=[*others, sample])


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def kind_of(path: str, shown: str) -> str:
    """The kind of entity that a value is by its looks, else by its name."""
    for kind in ("ip", "email", "url", "file_hash"):
        if entity_of(kind, shown):
            return kind
    last = path.rpartition(".")[2].strip('"').lower()
    by_name = (
        ("account", ("user", "account", "login", "principal", "actor")),
        ("host", ("host", "computer", "server", "agent")),
        ("domain", ("domain", "dns", "fqdn")), ("person", ("person", "visitor", "employee", "guard")),
        ("location", ("site", "building", "room", "place", "location")), ("phone", ("phone", "mobile")),
        ("vehicle", ("vehicle", "plate")), ("organisation", ("tenant", "company", "organisation", "organization")),
    )  # fmt: skip
    return next((kind for kind, parts in by_name if any(part in last for part in parts)), "asset")


def part_of(path: str) -> Literal["affected", "indicator", "involved"]:
    """The part that a name speaks of."""
    low = path.lower()
    if any(word in low for word in ("dst", "dest", "target", "victim", "host", "device", "asset", "door", "agent")):
        return "affected"
    return "indicator" if any(word in low for word in ("src", "attacker", "remote", "hash")) else "involved"


def _together(line: str, path: str) -> str:
    first = line if "{" in line else f"{{{line}}}"
    return f"{first} {{{path}}}"


def _listed(values: Values) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _meaning(line: str, words: Mapping[str, str], scale: str) -> Value:
    path, template = ("", line) if "{" in line else (line, "")
    return Value(path=path, template=template, words=dict(words), scale=scale)


def _is_plain(name: str, choices: Sequence[Any]) -> bool:
    """Whether the form can show it: lines, and for some fields one table or scale for all of them."""
    meanings = set()
    for each in _without_rest(choices):
        if isinstance(each, str):
            meanings.add(((), ""))
            continue
        if Value(path=each.path, template=each.template, words=each.words, scale=each.scale) != each:
            return False
        meanings.add((tuple(each.words.items()), each.scale))
    mild = {((), "")}
    return len(meanings) <= 1 and (meanings <= mild or name in WORDED)


def _without_rest(choices: Sequence[Any]) -> Sequence[Any]:
    """Without the lines that come again after a table, for what it does not name."""
    half = len(choices) // 2
    first, rest = choices[:half], choices[half:]
    worded = all(isinstance(each, Value) and each.words for each in first)
    return first if first and worded and [_line(each) for each in first] == list(rest) else choices


def _line(each: Any) -> str:
    return each if isinstance(each, str) else str(each.path or each.template)


def _shown(values: Values) -> str:
    return "\n".join(_line(each) for each in _without_rest(_listed(values)))


def _meanings(values: Values) -> dict[str, str]:
    return next((dict(each.words) for each in _listed(values) if isinstance(each, Value)), {})


def _one_of(wanted: str, known: Sequence[str], otherwise: str) -> Any:
    return wanted if wanted in known else otherwise
