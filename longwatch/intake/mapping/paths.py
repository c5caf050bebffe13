# SPDX-License-Identifier: Apache-2.0
"""Where in a record something stands: dotted paths, read without regard to upper and lower case.

`a.b` walks into objects and through every list on the way; `[0]` takes one element, `[name=actor]` those whose `name`
is `actor`, `*` every value. A name with a dot in it is found as it is, and can be quoted: `"id.orig_h"`. A text on the
way that is JSON itself is read.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

MOST_FOUND = 1_000
# A text longer than this is not looked into.
LONGEST_INNER = 200_000
_SEGMENT = re.compile(r'(?:"(?P<quoted>[^"]+)"|(?P<bare>[^."\[\]]+))(?P<brackets>(?:\[[^\]]*\])*)(?:\.|$)')
_BRACKET = re.compile(r"\[([^\]]*)\]")
_json = msgspec.json.Decoder()
_MISSING: Any = object()


class BadPath(ValueError):
    """A path that cannot be understood."""


class Step(NamedTuple):
    """One name of a path, and which elements of a list are meant."""

    name: str
    lower: str
    # This and the following names with dots between them, longest last, and where the path goes on after them.
    joined: tuple[tuple[str, int], ...] = ()
    nth: int | None = None
    where: tuple[str, str] | None = None


Path = tuple[Step, ...]


@lru_cache(maxsize=4_000)
def path_of(text: str) -> Path:
    """The path that a text means; refuses a text that is none."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _SEGMENT.match(text, at)
        if found is None:
            raise BadPath(f"The path {text} cannot be understood at character {at + 1}.")
        name = found["quoted"] or found["bare"]
        steps.append(_bracketed(Step(name, name.lower()), _BRACKET.findall(found["brackets"]), text))
        at = found.end()
    if not steps:
        raise BadPath("A path needs at least one name.")
    return tuple(_joined(steps, at) for at in range(len(steps)))


def _bracketed(step: Step, brackets: list[str], text: str) -> Step:
    for inside in brackets:
        name, equals, value = inside.partition("=")
        if equals:
            step = step._replace(where=(name.strip().lower(), value.strip().strip('"').lower()))
        elif inside.isdigit():
            step = step._replace(nth=int(inside))
        elif inside:
            raise BadPath(f"The path {text} has [{inside}], which is neither a number nor name=value.")
    return step


def _joined(steps: list[Step], at: int) -> Step:
    names: list[tuple[str, int]] = []
    joined = steps[at].lower
    for following in range(at + 1, len(steps)):
        if _picks(steps[following - 1]):
            break
        joined = f"{joined}.{steps[following].lower}"
        names.append((joined, following))
    return steps[at]._replace(joined=tuple(names))


def _picks(step: Step) -> bool:
    return step.nth is not None or step.where is not None


class Record:
    """One record, and what was learnt of its objects while reading it."""

    __slots__ = ("_keys", "_texts", "root")

    def __init__(self, root: Any) -> None:
        self.root = root
        # By identity: nothing in the record goes away while it is read.
        self._keys: dict[int, tuple[dict[str, str], bool]] = {}
        self._texts: dict[int, Any] = {}

    def find(self, path: Path) -> list[Any]:
        """Every value at the path, lists opened; nothing where nothing or null stands."""
        found: list[Any] = []
        self._walk(self.root, path, 0, found)
        return found

    def has(self, path: Path) -> bool:
        """Whether anything stands at the path, be it empty; of a list the first element is asked."""
        return self._stands(self.root, path)

    def keys(self, value: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
        """The names of an object by their lower-case form, and whether some hold a dot."""
        known = self._keys.get(id(value))
        if known is None:
            names = {name.lower(): name for name in reversed(list(value))}
            known = self._keys[id(value)] = (names, any("." in name for name in names))
        return known

    def _stands(self, value: Any, path: Path) -> bool:
        at = 0
        while at < len(path):
            if isinstance(value, str):
                value = self._inner(value)
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, dict):
                return False
            value, at = self._of(value, path[at], at)
            if value is _MISSING:
                return False
        return True

    def _walk(self, value: Any, path: Path, at: int, found: list[Any]) -> None:
        if isinstance(value, list):
            for each in value[:MOST_FOUND]:
                self._walk(each, path, at, found)
        elif value is None or len(found) >= MOST_FOUND:
            return
        elif at == len(path):
            found.append(value)
        elif isinstance(value, str):
            self._walk_into_text(value, path, at, found)
        elif isinstance(value, dict):
            self._walk_object(value, path, at, found)

    def _walk_object(self, value: dict[str, Any], path: Path, at: int, found: list[Any]) -> None:
        step = path[at]
        if step.name == "*":
            for each in value.values():
                self._walk(each, path, at + 1, found)
            return
        inner, after = self._of(value, step, at)
        if inner is not _MISSING:
            self._walk(self._picked(inner, path[after - 1]), path, after, found)

    def _walk_into_text(self, text: str, path: Path, at: int, found: list[Any]) -> None:
        inner = self._inner(text)
        if isinstance(inner, dict | list):
            self._walk(inner, path, at, found)

    def _of(self, value: dict[str, Any], step: Step, at: int) -> tuple[Any, int]:
        """What an object has under the step's name (or longer, with dots), and where the path goes on."""
        inner = value.get(step.name, _MISSING)
        if inner is not _MISSING:
            return inner, at + 1
        names, dotted = self.keys(value)
        real = names.get(step.lower)
        if real is not None:
            return value[real], at + 1
        if dotted:
            for joined, last in step.joined:
                real = names.get(joined)
                if real is not None:
                    return value[real], last + 1
        return _MISSING, at

    def _picked(self, inner: Any, step: Step) -> Any:
        if step.nth is not None and isinstance(inner, list):
            return inner[step.nth] if step.nth < len(inner) else None
        if step.where is not None:
            several = inner if isinstance(inner, list) else [inner]
            return [each for each in several if isinstance(each, dict) and self._matches(each, step.where)]
        return inner

    def _matches(self, each: dict[str, Any], where: tuple[str, str]) -> bool:
        real = self.keys(each)[0].get(where[0])
        return real is not None and str(each[real]).lower() == where[1]

    def _inner(self, text: str) -> Any:
        if id(text) not in self._texts:
            # The text is kept with it, so that no other text gets its identity.
            self._texts[id(text)] = (text, json_in(text))
        return self._texts[id(text)][1]


def json_in(text: str) -> Any:
    """What a text is as JSON, None when it is none."""
    if len(text) > LONGEST_INNER or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return _json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
