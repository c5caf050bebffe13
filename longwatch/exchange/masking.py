# SPDX-License-Identifier: Apache-2.0
"""Names under pseudonyms, wherever they stand in what leaves. Pure functions."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Shorter parts of a name ("Li", "de") also begin other words; whoever has only such a name is masked as a whole.
SHORTEST_PART = 3
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.:-])\+?\(?\d[\d ()/.-]{6,}\d(?![\w:-]|\.\d)")
# Dates, times and addresses look like telephone numbers to a pattern, and are none.
_IP = r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?"
NO_PHONE = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}.*|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}.*|{_IP}(?:[ -]+{_IP})*|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Alias:
    """A pseudonym: who is meant, and what stands instead."""

    value: str
    pseudonym: str
    is_person: bool = True


@dataclass(frozen=True)
class Masker:
    """Replaces what it was told to, in any text and in any plain value."""

    aliases: tuple[Alias, ...] = ()
    contacts: bool = False
    # Names and contacts that stay, folded.
    kept: frozenset[str] = frozenset()
    _pattern: "re.Pattern[str] | None" = field(init=False, default=None)
    _said: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare one pattern for all names, the longest first."""
        said: dict[str, str] = {}
        for alias in self.aliases:
            said.setdefault(folded(alias.value), alias.pseudonym)
        # A whole name that may be read stays whole, also when somebody masked shares a part of it.
        for name in self.kept:
            said.setdefault(name, "")
        for alias in self.aliases:
            for part in _parts(alias):
                said.setdefault(folded(part), alias.pseudonym)
        words = sorted((word for word in said if word), key=len, reverse=True)
        found = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
        pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if words else None
        object.__setattr__(self, "_pattern", pattern)
        object.__setattr__(self, "_said", said)

    def text(self, text: str) -> str:
        """The text with every name replaced."""
        if self._pattern is not None:
            text = self._pattern.sub(self._instead, text)
        if self.contacts:
            text = EMAIL.sub(self._contact("[e-mail address]"), text)
            text = PHONE.sub(self._contact("[telephone number]"), text)
        return text

    def value(self, value: Any) -> Any:
        """A plain value with every name in its texts replaced; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value

    def _instead(self, found: "re.Match[str]") -> str:
        return self._said[folded(found.group())] or found.group()

    def _contact(self, instead: str) -> "Callable[[re.Match[str]], str]":
        def replaced(found: "re.Match[str]") -> str:
            text = found.group()
            keep = folded(text) in self.kept or bool(NO_PHONE.fullmatch(text.strip()))
            return text if keep else instead

        return replaced


def _parts(alias: Alias) -> Iterable[str]:
    """The parts of a person's name that stand for them in a sentence."""
    if not alias.is_person:
        return ()
    return (part for part in re.split(r"[\s,]+", alias.value) if len(part) >= SHORTEST_PART and part[0].isupper())


def folded(text: str) -> str:
    """A text as names are compared: without case and with single spaces."""
    return " ".join(text.casefold().split())
