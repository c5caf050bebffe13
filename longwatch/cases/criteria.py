# SPDX-License-Identifier: Apache-2.0
"""What makes an incident or a case: criteria as data, asked about what is known. Pure; nothing here acts."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from longwatch.core.errors import Invalid
from longwatch.enrichment.models import Criticality
from longwatch.records.categories import BY_CODE, CaseHint, category_of
from longwatch.records.severity import SEVERITY_BY_WORD, Severity

SHIPPED = Path(__file__).parent / "data" / "criteria.toml"
MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE, MOST_TIMES = 6, 50, 100, 1000
LEVELS = tuple(Criticality.values)


class Proposes(models.TextChoices):
    """What a criterion proposes."""

    INCIDENT = "incident", gettext_lazy("Incident")
    CASE = "case", gettext_lazy("Case")


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition: which fact, and with what it is compared."""

    fact: str
    values: list[str] = []


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is asked, and what is proposed where all of it holds."""

    key: str
    name: str
    proposes: str
    reason: str
    conditions: Sequence[Condition]
    enabled: bool = True
    # Whether it is as it was shipped.
    shipped: bool = True
    # Of what the organisation said; 0 as it was shipped.
    version: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a signal, a group or an incident."""

    severity: int = 0
    category: str = ""
    signals: int = 1
    tags: frozenset[str] = frozenset()
    # The assets by name, each with its criticality.
    assets: Mapping[str, str] = field(default_factory=dict)
    # How often the same things came before, and how often that was handled as an incident or case.
    seen: int = 0
    handled: int = 0
    # What is known to be bad, as people read it.
    bad: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """That an incident or a case is proposed, by which criterion, and why in words."""

    criterion: Criterion
    because: Sequence[str]


# Each tells in words that it holds; empty where it does not.
Fact = Callable[[Sequence[str], Known], str]


def _severity(values: Sequence[str], known: Known) -> str:
    least = SEVERITY_BY_WORD[values[0]]
    word = str(Severity(known.severity).label).lower()
    return _("the severity is %(word)s") % {"word": word} if known.severity >= least else ""


def _asset(values: Sequence[str], known: Known) -> str:
    least = LEVELS.index(values[0])
    grave = [(LEVELS.index(word), name) for name, word in known.assets.items() if word in LEVELS]
    level, name = max(grave, default=(-1, ""))
    words = {"name": name, "word": str(Criticality(LEVELS[level]).label).lower()}
    return _("the criticality of %(name)s is %(word)s") % words if level >= least else ""


def _category(values: Sequence[str], known: Known) -> str:
    return _("it is “%(name)s”") % {"name": category_of(known.category).name} if known.category in values else ""


def _case_expected(_values: Sequence[str], known: Known) -> str:
    expected = known.category in BY_CODE and category_of(known.category).case is CaseHint.EXPECTED
    return _("“%(name)s” expects a case") % {"name": category_of(known.category).name} if expected else ""


def _tag(values: Sequence[str], known: Known) -> str:
    found = sorted({each.lower() for each in values} & known.tags)
    return _("it is tagged %(tags)s") % {"tags": ", ".join(found)} if found else ""


def _seen(values: Sequence[str], known: Known) -> str:
    words = ngettext("it was seen %(n)s time before", "it was seen %(n)s times before", known.seen)
    return words % {"n": known.seen} if known.seen >= int(values[0]) else ""


def _handled(values: Sequence[str], known: Known) -> str:
    words = ngettext("the same was handled %(n)s time before", "the same was handled %(n)s times before", known.handled)
    return words % {"n": known.handled} if known.handled >= int(values[0]) else ""


def _bad(_values: Sequence[str], known: Known) -> str:
    return _("it names %(what)s") % {"what": "; ".join(known.bad[:3])} if known.bad else ""


def _signals(values: Sequence[str], known: Known) -> str:
    return _("%(n)s signals belong to it") % {"n": known.signals} if known.signals >= int(values[0]) else ""


FACTS: Mapping[str, Fact] = {
    "severity": _severity, "asset_criticality": _asset, "category": _category, "case_expected": _case_expected,
    "tag": _tag, "seen_before": _seen, "handled_before": _handled, "known_bad": _bad, "signals": _signals,
}  # fmt: skip
FACT_WORDS: Mapping[str, "str | Promise"] = {
    "severity": gettext_lazy("severity is at least"),
    "asset_criticality": gettext_lazy("criticality of an asset is at least"),
    "category": gettext_lazy("category of the incident is one of"),
    "case_expected": gettext_lazy("category of the incident expects a case"),
    "tag": gettext_lazy("tag is one of"),
    "seen_before": gettext_lazy("times that the same was seen before, at least"),
    "handled_before": gettext_lazy("times that the same was handled before, at least"),
    "known_bad": gettext_lazy("it names what is known to be bad"),
    "signals": gettext_lazy("number of signals is at least"),
}
ALONE = frozenset({"case_expected", "known_bad"})
NUMBERS = frozenset({"seen_before", "handled_before", "signals"})


def because(criterion: Criterion, known: Known) -> list[str]:
    """Why a criterion holds, one part a condition; nothing where it does not hold."""
    told = [FACTS[each.fact](each.values, known) for each in criterion.conditions]
    return told if told and all(told) else []


def proposals(criteria: Iterable[Criterion], known: Known) -> list[Proposal]:
    """What is proposed, cases before incidents; each with its reasons."""
    found = [Proposal(each, told) for each in criteria if each.enabled and (told := because(each, known))]
    return sorted(found, key=lambda each: (each.criterion.proposes != Proposes.CASE, each.criterion.name))


def condition_words(condition: Mapping[str, Any]) -> str:
    """A stored condition for people."""
    fact, values = str(condition.get("fact")), [str(each) for each in condition.get("values") or ()]
    if fact == "category":
        values = [f"{category_of(each).name} ({each})" for each in values]
    return f"{FACT_WORDS.get(fact, fact)} {', '.join(values)}".strip()


def read_conditions(given: Any) -> list[Condition]:
    """Conditions out of JSON; refuses (422) what is none, naming which, and no condition at all."""
    try:
        conditions = msgspec.convert(given, list[Condition])
    except msgspec.ValidationError as error:
        raise _wrong(_("The conditions cannot be read: %(why)s.") % {"why": error}) from error
    if not 0 < len(conditions) <= MOST_CONDITIONS:
        raise _wrong(_("Give between one and %(count)s conditions.") % {"count": MOST_CONDITIONS})
    for number, condition in enumerate(conditions, start=1):
        if wrong := _fault(condition):
            raise _wrong(_("Condition %(number)s: %(why)s") % {"number": number, "why": wrong})
    return conditions


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"conditions": sentence})


def _fault(condition: Condition) -> str:
    """What is wrong with a condition, empty when nothing is."""
    fact, values = condition.fact, condition.values
    if fact not in FACTS:
        return _("there is no fact “%(name)s”.") % {"name": fact}
    if fact in ALONE:
        return _("it is compared with nothing.") if values else ""
    if not 0 < len(values) <= MOST_VALUES or not all(0 < len(value) <= LONGEST_VALUE for value in values):
        return _("give between one and %(count)s values, none of them empty.") % {"count": MOST_VALUES}
    if fact == "severity" and (len(values) > 1 or values[0] not in SEVERITY_BY_WORD):
        return _("use informational, low, medium, high or critical.")
    if fact == "asset_criticality" and (len(values) > 1 or values[0] not in LEVELS):
        return _("use low, normal, high or critical.")
    if fact == "category" and not set(values) <= set(BY_CODE):
        return _("use the codes of categories, such as CY-03.")
    if fact in NUMBERS and not (len(values) == 1 and values[0].isdecimal() and 0 < int(values[0]) <= MOST_TIMES):
        return _("use a number from 1 to %(most)s.") % {"most": MOST_TIMES}
    return ""


@cache
def shipped() -> Mapping[str, Criterion]:
    """The criteria that everybody begins with, by their keys."""
    read = tomllib.loads(SHIPPED.read_text("utf-8"))["criterion"]
    return {
        each["key"]: Criterion(
            each["key"], each["name"], Proposes(each["proposes"]), each["reason"], read_conditions(each["conditions"])
        )
        for each in read
    }
