# SPDX-License-Identifier: Apache-2.0
"""What the page in which mappings are made shows of what stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.entities.kinds import EntityKind
from longwatch.intake.mapping.drafting import ENTITY, GATHERED, KINDS, PARTS, SLOTS, EntityRow, held_back, lines_of
from longwatch.intake.mapping.outline import Line
from longwatch.intake.mapping.paths import json_in
from longwatch.intake.mapping.scales import SILENT, severity_on
from longwatch.intake.mapping_editing import Editing, Preview, preview, root_of, tree_of, words_at
from longwatch.intake.mapping_samples import Picked
from longwatch.intake.models import SignalKind
from longwatch.records.severity import Severity

LABELS = {
    "title": gettext_lazy("Title"), "severity": gettext_lazy("Severity"), "occurred_at": gettext_lazy("When"),
    ENTITY: gettext_lazy("Who and what"), "rule": gettext_lazy("Rule"), "dedup_key": gettext_lazy("Repeats share"),
    "description": gettext_lazy("Description"), "state": gettext_lazy("State"), "place": gettext_lazy("Place"),
    "techniques": gettext_lazy("ATT&CK"), "links": gettext_lazy("Links"), "tags": gettext_lazy("Tags"),
}  # fmt: skip
HELP = {
    "title": gettext_lazy("What happened, in one line. Words around a field: {event.name} at {door}"),
    "severity": gettext_lazy("Where the tool says how bad it is. Empty: the severity of the source."),
    "occurred_at": gettext_lazy("When it happened. Empty: when it arrived."),
    "rule": gettext_lazy("What found it. With the first thing it names, it tells repeats from new signals."),
    "dedup_key": gettext_lazy("Only when the tool has a key of its own: what has the same is the same signal."),
    "description": gettext_lazy("What an analyst should read first."),
    "state": gettext_lazy("Whether the tool says that it holds, or is over."),
    "place": gettext_lazy("Where it happened."),
    "techniques": gettext_lazy("Fields with technique numbers such as T1059.001."),
    "links": gettext_lazy("Fields with addresses that lead back to the tool."),
    "tags": gettext_lazy("Fields with words to find it by."),
}
# In the order in which one points.
TARGETS = ("title", "severity", "occurred_at", ENTITY, *SLOTS[3:])
MAIN = ("title", "severity", "occurred_at")
SCALES = (
    ("", gettext_lazy("In words, such as high or warning")),
    ("five", gettext_lazy("0 informational to 4 critical")),
    ("one-to-five", gettext_lazy("1 informational to 5 critical")),
    ("priority", gettext_lazy("Priority: 1 critical to 5 informational")),
    ("suricata", gettext_lazy("1 high, 2 medium, 3 low")),
    ("ten", gettext_lazy("0 to 10: critical from 9, high from 7, medium from 4")),
    ("cvss", gettext_lazy("CVSS, 0.0 to 10.0")),
    ("hundred", gettext_lazy("0 to 100: critical from 80, high from 60, medium from 40")),
    ("syslog", gettext_lazy("Syslog: 0 emergency to 7 debug")),
)
MEANINGS = {
    "severity": [(each.word, each.label) for each in reversed(Severity)],
    "state": [("open", gettext_lazy("Holds")), ("closed", gettext_lazy("Over"))],
}
MORE_KINDS = {
    "address": gettext_lazy("IP address or host"), "peer": gettext_lazy("IP address or domain"),
    "user": gettext_lazy("E-mail or account"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the tool, what somebody said that it means, and what it means to us without that."""

    word: str
    meant: str
    usual: Any
    known: bool
    # In words, whichever of the two counts.
    meaning: Any = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of the signal in the form."""

    name: str
    label: Any
    help: Any
    text: str
    held: str
    error: str
    many: bool
    words: Sequence[Word] = ()
    means: Sequence[tuple[str, Any]] = ()

    @property
    def rows(self) -> int:
        """How many lines the field has."""
        return max(1, len(lines_of(self.text)))

    @property
    def has_table(self) -> bool:
        """Whether somebody said what the tool's words mean."""
        return any(each.meant for each in self.words)

    @property
    def unknown(self) -> list[str]:
        """The words that mean nothing here as long as nobody says what."""
        return [each.word for each in self.words if not each.known]

    @property
    def filled(self) -> bool:
        """Whether it says anything."""
        return bool(lines_of(self.text) or self.held)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of the sample, with the fields that take it."""

    line: Line
    used: Sequence[Any]

    @property
    def is_table(self) -> bool:
        """Whether each element could be a signal of its own."""
        return self.line.kind == "list"


@dataclass(frozen=True, slots=True)
class EntityShown:
    """A row of who and what."""

    row: EntityRow
    held: str
    error: str


def page_of(editing: Editing, picks: Sequence[Picked]) -> dict[str, Any]:
    """What the templates need."""
    seen = preview(editing)
    errors = {**seen.errors, **editing.errors}
    roots = [root for each in picks if (root := json_in(each.raw.decode("utf-8", "replace"))) is not None]
    slots = [_slot(editing, name, errors, roots) for name in SLOTS]
    filled = {slot.name for slot in slots if slot.filled} | ({ENTITY} if editing.draft.entities else set())
    tree = tree_of(editing)
    used = editing.draft.used()
    return {
        "editing": editing, "draft": editing.draft, "preview": seen, "errors": errors,
        "main_slots": [slot for slot in slots if slot.name in MAIN],
        "more_slots": [slot for slot in slots if slot.name not in MAIN],
        "more_open": any(slot.filled or slot.error for slot in slots if slot.name not in MAIN),
        "targets": [(name, LABELS[name], name in filled) for name in TARGETS], "target_label": LABELS[editing.target],
        "leaves": [Leaf(line, _used(used, line)) for line in tree.lines], "tree_cut": tree.cut,
        "paths": [line.path for line in tree.lines if line.leaf], "entities": _entities(editing, errors),
        "scales": SCALES, "kinds": kind_choices(), "parts": PARTS, "signal_kinds": SignalKind.choices,
        "unknown": [word for slot in slots if slot.name == "severity" for word in slot.unknown],
        "readable": root_of(editing) is not None, "other_errors": _others(errors, seen), "samples": _samples(editing),
    }  # fmt: skip


def kind_choices() -> list[tuple[str, Any]]:
    """Kinds of entities with their words."""
    words = dict(EntityKind.choices)
    return [(kind, words.get(kind) or MORE_KINDS.get(kind, kind)) for kind in KINDS]


def _slot(editing: Editing, name: str, errors: Mapping[str, str], roots: Sequence[Any]) -> Slot:
    held = held_back(editing.draft.base).get(name, "")
    means = MEANINGS.get(name, ())
    return Slot(
        name, LABELS[name], HELP[name], "" if held else editing.draft.slots.get(name, ""), held,
        next((text for field, text in errors.items() if field.startswith(f"signal.{name}")), ""), name in GATHERED,
        _words(editing, name, roots) if means and not held else (), means,
    )  # fmt: skip


def _words(editing: Editing, name: str, roots: Sequence[Any]) -> list[Word]:
    """The tool's words for a field; of each, whether it would be understood."""
    found = words_at(editing, name, roots)
    labels = dict(MEANINGS[name])
    # As drafting.py writes it: a table takes the place of a scale, and its star is for all others.
    other = dict(found).get("*", "")
    scale = editing.draft.scale if not any(meant for _word, meant in found) else ""
    words = []
    for word, meant in found:
        usual = labels.get(other) or _usual(name, scale, word)
        known = bool(meant or usual or word == "*" or word.strip().lower() in SILENT)
        words.append(Word(word, meant, usual, known, labels.get(meant) or usual))
    return words


def _usual(name: str, scale: str, word: str) -> Any:
    if name != "severity":
        return dict(MEANINGS[name]).get(word)
    found = severity_on(scale or "words", word)
    return None if found is None else Severity(found).label


def _used(used: Mapping[str, Sequence[str]], line: Line) -> list[Any]:
    return [LABELS[name] for name in dict.fromkeys(used.get(line.path.lower(), ()))] if line.leaf else []


def _entities(editing: Editing, errors: Mapping[str, str]) -> list[EntityShown]:
    found = []
    for number, row in enumerate(editing.draft.entities):
        held = _("Written in the file") if row.kept is not None else ""
        error = next((text for field, text in errors.items() if field.startswith(f"entity[{number}]")), "")
        found.append(EntityShown(row, held, error))
    return found


def _others(errors: Mapping[str, str], seen: Preview) -> list[tuple[str, str]]:
    """Errors that belong to no field of the form."""
    known = ("signal.", "entity[", "name", "title", "split", "source")
    return [(field, text) for field, text in errors.items() if not field.startswith(known)]


def _samples(editing: Editing) -> list[str]:
    return [each.name for each in editing.draft.base.sample]
