# SPDX-License-Identifier: Apache-2.0
"""Values of mapping files, made ready to be looked up in many records."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from longwatch.intake.mapping.model import Choice, Value, Values
from longwatch.intake.mapping.paths import Path, Record, path_of
from longwatch.intake.mapping.scales import SCALES, severity_on
from longwatch.intake.mapping.values import text_of

# No expression looks at more of a text than this.
LONGEST_SEARCHED = 10_000
MOST_MATCHES = 100
_PLACE = re.compile(r"\{([^{}]+)\}")


class BadMapping(ValueError):
    """A mapping that cannot work."""


class Pattern(Protocol):
    """An expression, ready."""

    @property
    def groups(self) -> int:
        """How many groups it has."""

    def search(self, text: str, /) -> Any:
        """The first match."""

    def finditer(self, text: str, /) -> Iterable[Any]:
        """Every match."""


# Makes an expression ready, with or without regard to upper and lower case; refuses with BadMapping or re.error.
Compile = Callable[[str, bool], Pattern]


def trusted(text: str, any_case: bool) -> Pattern:
    """An expression of the files that come with the system, which Python's engine reads."""
    return re.compile(text, re.IGNORECASE if any_case else 0)


class Condition(NamedTuple):
    """A path that must, or must not, hold what an expression finds."""

    path: Path
    pattern: Pattern
    wanted: bool

    def holds(self, record: Record) -> bool:
        """Whether it is so in this record."""
        found = any(self.pattern.search(text_of(value)[:LONGEST_SEARCHED]) for value in record.find(self.path))
        return found is self.wanted


class Getter(NamedTuple):
    """One way to a value."""

    path: Path | None
    template: tuple[str | Path, ...]
    constant: str
    conditions: tuple[Condition, ...]
    follow: str
    pattern: Pattern | None
    split: str
    words: Mapping[str, str]
    scale: str
    prefix: str
    utc: bool

    def find(self, record: Record) -> list[Any]:
        """The values, after all that is done with them."""
        if not all(condition.holds(record) for condition in self.conditions):
            return []
        values = self._found(record)
        if not values or (self.path is not None and not self._works):
            return values
        return self._worked(values if not self.follow else _followed(self.follow, values, record))

    @property
    def _works(self) -> bool:
        return bool(self.follow or self.pattern or self.split or self.words or self.scale or self.prefix)

    def _found(self, record: Record) -> list[Any]:
        if self.path is not None:
            return record.find(self.path)
        if self.constant:
            return [self.constant]
        filled = _filled(self.template, record)
        return [filled] if filled else []

    def _worked(self, values: list[Any]) -> list[Any]:
        if self.pattern:
            values = [match for value in values for match in _matches(self.pattern, text_of(value))]
        if self.split:
            values = [part for value in values for part in text_of(value).split(self.split, MOST_MATCHES)]
        if self.words:
            values = [meant for value in values if (meant := _meaning(self.words, text_of(value)))]
        if self.scale:
            values = [found for value in values if (found := severity_on(self.scale, value)) is not None]
        if self.prefix:
            values = [self.prefix + text for value in values if (text := text_of(value))]
        return values


Getters = tuple[Getter, ...]


def getters_of(values: Values, compiled: Compile = trusted) -> Getters:
    """The ways to a value, ready; refuses paths, expressions and scales that do not work."""
    choices = values if isinstance(values, list) else [values]
    return tuple(_getter(choice, compiled) for choice in choices)


def first_of(getters: Getters, record: Record) -> list[Any]:
    """What the first way that finds something finds."""
    for getter in getters:
        values = [value for value in getter.find(record) if value != ""]
        if values:
            return values
    return []


def all_of(getters: Getters, record: Record) -> list[Any]:
    """What all ways find."""
    return [value for getter in getters for value in getter.find(record)]


def first_text(getters: Getters, record: Record) -> str:
    """The first text found that is not empty."""
    for getter in getters:
        for value in getter.find(record):
            if text := text_of(value):
                return text
    return ""


def _getter(choice: Choice, compiled: Compile) -> Getter:
    value = choice if isinstance(choice, Value) else _short(choice)
    if sum(map(bool, (value.path, value.template, value.constant))) != 1:
        raise BadMapping("A value has one of path, template and constant.")
    if value.scale and value.scale not in SCALES:
        raise BadMapping(f"There is no scale {value.scale}.")
    try:
        return Getter(
            path_of(value.path) if value.path else None, _parts(value.template), value.constant,
            (*_conditions(value.when, compiled, wanted=True), *_conditions(value.unless, compiled, wanted=False)),
            value.follow, compiled(value.regex, False) if value.regex else None, value.split,
            {word.lower(): meant for word, meant in value.words.items()}, value.scale, value.prefix, value.utc,
        )  # fmt: skip
    except re.error as error:
        raise BadMapping(f"The expression {value.regex} does not work: {error}.") from error


def _short(text: str) -> Value:
    return Value(template=text) if "{" in text else Value(path=text)


def _conditions(wanted_of: Mapping[str, str], compiled: Compile, *, wanted: bool) -> list[Condition]:
    return [Condition(path_of(path), compiled(text, True), wanted) for path, text in wanted_of.items()]


def _parts(template: str) -> tuple[str | Path, ...]:
    pieces = _PLACE.split(template)
    return tuple(path_of(piece) if at % 2 else piece for at, piece in enumerate(pieces) if piece)


def _filled(template: tuple[str | Path, ...], record: Record) -> str:
    """The template with its values; empty when one of them is missing."""
    filled = []
    for part in template:
        text = part if isinstance(part, str) else next(filter(None, map(text_of, record.find(part))), "")
        if not text:
            return ""
        filled.append(text)
    return "".join(filled)


def _followed(path: str, values: list[Any], record: Record) -> list[Any]:
    """What values name, one place each; a name that cannot stand in a path names nothing."""
    named = dict.fromkeys(text for value in values if (text := text_of(value)) and '"' not in text)
    return [
        found for name in list(named)[:MOST_MATCHES] for found in record.find(path_of(path.replace("{}", f'"{name}"')))
    ]


def _matches(pattern: Pattern, text: str) -> list[str]:
    found = []
    for match in pattern.finditer(text[:LONGEST_SEARCHED]):
        found.append(next((group for group in match.groups() if group), "") if pattern.groups else match.group())
        if len(found) >= MOST_MATCHES:
            break
    return found


def _meaning(words: Mapping[str, str], text: str) -> str:
    return words.get(text.lower()) or words.get("*", "")
