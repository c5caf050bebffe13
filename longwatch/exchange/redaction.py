# SPDX-License-Identifier: Apache-2.0
"""What an audience receives of a record: every item is in, masked or out, and each withholding has its rule."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from longwatch.access.models import Section
from longwatch.entities.kinds import EntityKind, Part
from longwatch.exchange.audiences import (
    NAMES,
    NEVER_COUNTED,
    NEVER_OUT,
    NOT_FOR_AUDIENCE,
    SECTION_RULES,
    Choice,
    Kind,
    Profile,
    Rule,
    decided,
)
from longwatch.exchange.masking import Alias, Masker, folded

PEOPLE = frozenset({EntityKind.PERSON, EntityKind.ACCOUNT, EntityKind.EMAIL, EntityKind.PHONE})
PSEUDONYMS = {
    Part.REPORTER: "Reporter", Part.WITNESS: "Witness", Part.AFFECTED: "Affected person", Part.SUBJECT: "Person",
    Part.RESPONDENT: "Person", Part.INVOLVED: "Person",
}  # fmt: skip


class Treatment(StrEnum):
    """What becomes of an item."""

    IN = "in"
    MASKED = "masked"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a record consists of, as plain values."""

    kind: Kind
    id: str
    # One line for the person who decides.
    label: str
    fields: Mapping[str, Any]
    section: str = Section.CORE
    # Where it lies; nothing for what stands beside the record.
    compartment: UUID | None = None
    at: datetime | None = None
    # The content as its last ledger entry commits to it, and that entry.
    row: Mapping[str, Any] | None = None
    version: int | None = None
    # Of people and things.
    entity_kind: str = ""
    part: str = ""
    value: str = ""
    # Of an item that hangs on another one: a custody event on its exhibit.
    of: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided about one item."""

    choice: Choice
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with what becomes of it and why; `fields` are as they leave."""

    item: Item
    treatment: Treatment
    fields: Mapping[str, Any]
    rule: Rule | None = None
    # Whether a decision can change it.
    open: bool = True

    @property
    def is_in(self) -> bool:
        """Whether it leaves, as it is or masked."""
        return self.treatment is not Treatment.OUT


@dataclass(frozen=True, slots=True)
class Withheld:
    """A line of the withholding log."""

    kind: Kind
    treatment: Treatment
    count: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Release:
    """A record as one audience receives it."""

    profile: Profile
    judged: Sequence[Judged]
    masker: Masker = field(default_factory=Masker)

    def of(self, kind: Kind) -> list[Judged]:
        """What leaves of one kind."""
        return [each for each in self.judged if each.item.kind == kind and each.is_in]

    def counts(self) -> dict[Kind, Counter[Treatment]]:
        """How many of each kind are in, masked and out; what nobody is told of is not counted."""
        found: dict[Kind, Counter[Treatment]] = {kind: Counter() for kind in Kind}
        for each in self.told():
            found[each.item.kind][each.treatment] += 1
        return {kind: counter for kind, counter in found.items() if counter}

    def log(self) -> list[Withheld]:
        """What was withheld or masked: how many of what, by which rule."""
        found: Counter[tuple[Kind, Treatment, Rule]] = Counter()
        for each in self.told():
            if each.rule is not None:
                found[each.item.kind, each.treatment, each.rule] += 1
        return [Withheld(*key[:2], count, key[2]) for key, count in sorted(found.items(), key=_log_order)]

    def told(self) -> Iterable[Judged]:
        """Everything but that of which nobody may even know how much there is."""
        return (each for each in self.judged if each.item.section not in NEVER_COUNTED)


def redact(
    items: Sequence[Item],
    profile: Profile,
    decisions: Mapping[tuple[str, str], Decided],
    *,
    staff: Iterable[str] = (),
    about: str = "",
    by_counsel: bool = False,
) -> Release:
    """The record as the audience receives it.

    `decisions` are by kind and identifier, `about` is the named person a subject's bundle is about, `staff` are the
    names of those who worked on the record, `by_counsel` opens privileged sections where the profile does.
    """
    masker = masker_of(items, profile, decisions, staff=staff, about=about)
    judged = [_judged(item, profile, decisions, masker, by_counsel) for item in items]
    outside = {each.item.id for each in judged if each.item.kind == Kind.EXHIBIT and not each.is_in}
    return Release(profile, [_following(each, outside) for each in judged], masker)


def masker_of(
    items: Sequence[Item],
    profile: Profile,
    decisions: Mapping[tuple[str, str], Decided],
    *,
    staff: Iterable[str] = (),
    about: str = "",
) -> Masker:
    """Pseudonyms of everybody whom the audience does not learn of, counted in the order in which they were named."""
    named = [item for item in items if item.kind == Kind.NAMED]
    shown = {folded(item.value) for item in named if not _is_masked(item, profile, decisions, about)}
    counter: Counter[str] = Counter()
    aliases: dict[str, Alias] = {}
    for item in named:
        key = folded(item.value)
        if _is_masked(item, profile, decisions, about) and key not in aliases:
            aliases[key] = _alias(item, counter)
    if profile.staff_masked:
        for name in staff:
            key = folded(name)
            if key and key not in aliases and key not in shown:
                counter["Staff"] += 1
                aliases[key] = Alias(name, f"[Staff {counter['Staff']}]")
    return Masker(tuple(aliases.values()), profile.contacts_masked, frozenset(shown))


def _alias(item: Item, counter: Counter[str]) -> Alias:
    word = PSEUDONYMS.get(Part(item.part), "Person") if item.part in Part.values else "Person"
    if item.entity_kind != EntityKind.PERSON:
        word = f"{word}, {EntityKind(item.entity_kind).label.lower()}"
    counter[word] += 1
    return Alias(item.value, f"[{word} {counter[word]}]", item.entity_kind == EntityKind.PERSON)


def _is_masked(item: Item, profile: Profile, decisions: Mapping[tuple[str, str], Decided], about: str) -> bool:
    if item.entity_kind not in PEOPLE or item.part == Part.REPORTER:
        return item.part == Part.REPORTER
    if profile.names_a_person and item.id == about:
        return False
    decision = decisions.get((item.kind, item.id))
    if decision is not None and decision.choice == Choice.WITHHOLD:
        return True
    return item.part in profile.masked and decision is None


def _judged(
    item: Item, profile: Profile, decisions: Mapping[tuple[str, str], Decided], masker: Masker, by_counsel: bool
) -> Judged:
    barred = _section_rule(item, profile, by_counsel)
    decision = decisions.get((item.kind, item.id))
    if barred is not None and (item.section in NEVER_OUT or item.section == Section.PRIVILEGED):
        return Judged(item, Treatment.OUT, {}, barred, open=False)
    if decision is not None and decision.choice == Choice.WITHHOLD:
        return Judged(item, Treatment.OUT, {}, decided(decision.ground))
    if decision is None and barred is not None:
        return Judged(item, Treatment.OUT, {}, barred)
    if decision is None and item.kind not in profile.kinds:
        return Judged(item, Treatment.OUT, {}, NOT_FOR_AUDIENCE)
    fields = masker.value(item.fields)
    changed = fields != item.fields
    return Judged(item, Treatment.MASKED if changed else Treatment.IN, fields, NAMES if changed else None)


def _following(judged: Judged, outside: set[str]) -> Judged:
    """A custody event leaves with its exhibit or not at all."""
    if judged.is_in and judged.item.of in outside:
        return replace(judged, treatment=Treatment.OUT, fields={}, rule=NOT_FOR_AUDIENCE, open=False)
    return judged


def _section_rule(item: Item, profile: Profile, by_counsel: bool) -> Rule | None:
    if item.section in ("", Section.CORE):
        return None
    section = Section(item.section)
    if section == Section.PRIVILEGED and not by_counsel:
        return SECTION_RULES[section]
    return None if section in profile.sections else SECTION_RULES[section]


def _log_order(line: tuple[tuple[Kind, Treatment, Rule], int]) -> tuple[int, str, str]:
    kind, treatment, rule = line[0]
    return list(Kind).index(kind), treatment, rule.code
