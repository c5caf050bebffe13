# SPDX-License-Identifier: Apache-2.0
"""Conditions over what a signal says, as data: rules that keep signals quiet and rules that group them share them.

All conditions must hold; of one condition's values, any. Letters' case never matters. Nothing here is an expression:
a condition names a field, an operator and values.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.core.errors import Invalid
from longwatch.entities.kinds import EntityKind
from longwatch.records.severity import Severity

MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 10, 100, 300
TEXTS = ("title", "rule", "place", "source", "format", "kind")
LISTS = ("tag", "technique", "entity", *(f"entity:{kind}" for kind in EntityKind.values))
SEVERITY = "severity"
FIELDS = frozenset({*TEXTS, *LISTS, SEVERITY})
Operator = Literal["is", "is_not", "contains", "starts", "ends", "in_network", "at_least", "at_most"]
OPERATOR_WORDS: Mapping[str, Any] = {
    "is": gettext_lazy("is"), "is_not": gettext_lazy("is not"), "contains": gettext_lazy("contains"),
    "starts": gettext_lazy("starts with"), "ends": gettext_lazy("ends with"),
    "in_network": gettext_lazy("is in the network"), "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
}  # fmt: skip


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition: a field of a signal, how to compare, and with what."""

    field: str
    op: Operator
    values: list[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What a signal says, as conditions ask: small letters throughout."""

    texts: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    severity: int


Predicate = Callable[[Said], bool]


def said_by(
    *, texts: Mapping[str, str], tags: Sequence[str], techniques: Sequence[str], entities: Sequence[Mapping[str, str]],
    severity: int,
) -> Said:  # fmt: skip
    """A signal as conditions ask about it; `texts` by the names of TEXTS."""
    lists: dict[str, list[str]] = {"tag": [each.lower() for each in tags]}
    lists["technique"] = [each.lower() for each in techniques]
    for each in entities:
        value = each["value"].lower()
        lists.setdefault("entity", []).append(value)
        lists.setdefault(f"entity:{each['kind']}", []).append(value)
    return Said({name: text.lower() for name, text in texts.items()}, lists, severity)


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


def predicate(conditions: Sequence[Condition]) -> Predicate:
    """Whether all of the conditions hold, as a function that is made once and asked often."""
    tests = [_test(each) for each in conditions]
    return lambda said: all(test(said) for test in tests)


def words(condition: Condition) -> str:
    """A condition for people: severity is at most low."""
    return f"{field_words(condition.field)} {OPERATOR_WORDS[condition.op]} {_either(condition.values)}"


def field_words(name: str) -> str:
    """A field for people."""
    kind = name.removeprefix("entity:")
    return str(EntityKind(kind).label).lower() if kind != name else name


def _either(values: Sequence[str]) -> str:
    return _(" or ").join(values)


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"conditions": sentence})


def _fault(condition: Condition) -> str:
    """What is wrong with a condition, empty when nothing is."""
    field, op, values = condition.field, condition.op, condition.values
    if field not in FIELDS:
        return _("there is no field “%(name)s”.") % {"name": field}
    if not 0 < len(values) <= MOST_VALUES or not all(0 < len(value.strip()) <= LONGEST_VALUE for value in values):
        return _("give between one and %(count)s values, none of them empty.") % {"count": MOST_VALUES}
    if (field == SEVERITY) != (op in ("at_least", "at_most")) and not (field == SEVERITY and op in ("is", "is_not")):
        return _("this comparison does not fit the field.")
    if field == SEVERITY and not all(_severity(value) is not None for value in values):
        return _("use informational, low, medium, high or critical.")
    if op == "in_network":
        return _network_fault(field, values)
    return ""


def _network_fault(field: str, values: Sequence[str]) -> str:
    if field not in ("entity", f"entity:{EntityKind.IP.value}"):
        return _("only addresses are in networks.")
    for value in values:
        try:
            ipaddress.ip_network(value.strip(), strict=False)
        except ValueError:
            return _("“%(value)s” is no network, such as 10.0.0.0/8.") % {"value": value}
    return ""


def _severity(word: str) -> int | None:
    return next((each.value for each in Severity if each.word == word.strip().lower()), None)


def _test(condition: Condition) -> Predicate:
    if condition.field == SEVERITY:
        return _of_severity(condition)
    holds = _of_text(condition)
    if condition.field in TEXTS:
        return lambda said: holds(said.texts.get(condition.field, ""))
    if condition.op == "is_not":
        return lambda said: all(holds(each) for each in said.lists.get(condition.field, ()))
    return lambda said: any(holds(each) for each in said.lists.get(condition.field, ()))


def _of_severity(condition: Condition) -> Predicate:
    levels = {found for value in condition.values if (found := _severity(value)) is not None}
    border = min(levels) if condition.op == "at_least" else max(levels)
    return {
        "at_least": lambda said: said.severity >= border, "at_most": lambda said: said.severity <= border,
        "is": lambda said: said.severity in levels, "is_not": lambda said: said.severity not in levels,
    }[condition.op]  # fmt: skip


def _of_text(condition: Condition) -> Callable[[str], bool]:
    values = [value.strip().lower() for value in condition.values]
    if condition.op == "in_network":
        networks = [ipaddress.ip_network(value, strict=False) for value in values]
        return lambda text: _is_inside(text, networks)
    exact, several = frozenset(values), tuple(values)
    return {
        "is": lambda text: text in exact, "is_not": lambda text: text not in exact,
        "contains": lambda text: any(value in text for value in several),
        "starts": lambda text: text.startswith(several), "ends": lambda text: text.endswith(several),
    }[condition.op]  # fmt: skip


def _is_inside(text: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks if network.version == address.version)
