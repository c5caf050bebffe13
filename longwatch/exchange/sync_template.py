# SPDX-License-Identifier: Apache-2.0
"""Texts with places for values: what may stand there is a fixed list and paths into the record; nothing is run.

`${status}` is a value of ours, `${raw:alert.id}` what stands at a path of the record as it came, `${all:alert.id}` the
same of each arrival, `${value:number}` what stands there with its type. `|` tries the next when nothing is there, `!`
at the end refuses to send without.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

from longwatch.core.errors import Invalid
from longwatch.exchange.sync_facts import Facts
from longwatch.intake.mapping.paths import BadPath, path_of

OPENS = "${"
PLACE = re.compile(r"\$\{([^{}]*)\}")
NAMES = {
    "key": "what the sender calls the alert",
    "status": "dismissed, taken, closed or reopened",
    "outcome": "why it was dismissed, such as false_positive",
    "verdict": "the outcome in the sender's words",
    "judged_by": "who judged it, where that may be told",
    "reason": "the note, where that may be told",
    "reference": "the incident, such as INC-2026-0142",
    "title": "the alert's title",
    "severity": "informational, low, medium, high or critical",
    "signal": "the signal's identifier here",
    "link": "the signal's page here",
    "at": "when it was judged; also at+8h",
}  # fmt: skip
LATER = re.compile(r"at\+(\d{1,4})h\Z")
FROM_RECORD = ("raw", "all", "value")
LONGEST_VALUE = 2_000
LONGEST_PATH = 4_000
LONGEST_BODY = 100_000
MOST_VALUES = 100
DEEPEST = 50


class Missing(Exception):
    """There is no value where one must be."""

    def __init__(self, place: str) -> None:
        super().__init__(f"The signal has nothing for {OPENS}{place}}}, so nothing was sent.")
        self.sentence = str(self)


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a value: what is tried in turn, and whether it must be there."""

    text: str
    tries: tuple[str, ...]
    needed: bool

    @property
    def kind(self) -> str:
        """Whether it stands for the values of all arrivals, one with its type, or a text."""
        return _kind(self.tries[0])


def place_of(inside: str) -> Place:
    """What stands between the braces; refuses (ValueError) what means nothing."""
    text = inside.strip()
    tries = tuple(each.strip() for each in text.removesuffix("!").split("|"))
    found: list[str] = []
    for each in tries:
        kind, colon, path = each.partition(":")
        if colon and kind in FROM_RECORD:
            path_of(path.strip())
        elif found and not colon and found[0].partition(":")[0] in FROM_RECORD and each not in NAMES:
            # Of several paths only the first says of what.
            path_of(each)
            each = f"{found[0].partition(':')[0]}:{each}"
        elif each not in NAMES and not LATER.match(each):
            raise BadPath(f"Nothing is called {each or 'that'}.")
        found.append(each)
    if len({each.partition(":")[0] for each in found} & {"all", "value"}) and len({_kind(each) for each in found}) > 1:
        raise BadPath("What stands for all arrivals, or for a value with its type, has only paths to try.")
    return Place(text, tuple(found), text.endswith("!"))


def _kind(each: str) -> str:
    return each.partition(":")[0] if ":" in each else ""


def faults(text: str) -> Iterator[str]:
    """What is wrong with the places in a text."""
    for inside in PLACE.findall(text):
        try:
            place_of(inside)
        except BadPath as error:
            yield f"{OPENS}{inside}}}: {error}"
    if PLACE.sub("", text).count(OPENS):
        yield f"A place begins with {OPENS} and ends with }}."


def path_filled(template: str, facts: Facts) -> str:
    """The rest of an address with each value encoded; a value that would change where it leads is refused."""
    before, question, after = template.partition("?")

    def segment(place: Place) -> str:
        value = _text(place, facts)
        if not value or set(value) == {"."}:
            raise Missing(place.text)
        return quote(value, safe="")

    filled = _filled(before, segment) + question + _filled(after, lambda place: quote(_text(place, facts), safe=""))
    if len(filled) > LONGEST_PATH:
        raise Missing(f"an address of at most {LONGEST_PATH} characters")
    return filled


def form_filled(template: str, facts: Facts) -> bytes:
    """Pairs, one a line, as a form is sent; what stands for all arrivals repeats its pair."""
    pairs: list[str] = []
    for name, text in form_pairs(template):
        only = PLACE.fullmatch(text)
        place = place_of(only[1]) if only else None
        values = _all(place, facts) if place and place.kind == "all" else [_filled(text, lambda p: _text(p, facts))]
        pairs += [f"{quote_plus(name)}={quote_plus(value)}" for value in values]
    return "&".join(pairs).encode()


def form_pairs(template: str) -> list[tuple[str, str]]:
    """The lines name=value of a template."""
    lines = [line.strip() for line in template.splitlines() if line.strip()]
    return [(name.strip(), text.strip()) for name, _, text in (line.partition("=") for line in lines)]


def json_filled(template: str, facts: Facts) -> bytes:
    """The template read as JSON, each text in it filled; whatever a value holds, it stays a value."""
    return json.dumps(_json(json.loads(template), facts), ensure_ascii=False).encode("utf-8", "replace")


def _json(value: Any, facts: Facts) -> Any:
    if isinstance(value, dict):
        return {name: _json(inner, facts) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled for inner in value for filled in _element(inner, facts)]
    if not isinstance(value, str):
        return value
    only = PLACE.fullmatch(value)
    place = place_of(only[1]) if only else None
    if place is not None and place.kind == "value":
        return _value(place, facts)
    if place is not None and place.kind == "all":
        return _all(place, facts)
    return _filled(value, lambda each: _text(each, facts))


def _element(inner: Any, facts: Facts) -> list[Any]:
    """An element of a list; what stands for all arrivals is as many elements."""
    filled = _json(inner, facts)
    only = PLACE.fullmatch(inner) if isinstance(inner, str) else None
    return filled if only and place_of(only[1]).kind == "all" and isinstance(filled, list) else [filled]


def _filled(text: str, value: Callable[[Place], str]) -> str:
    return PLACE.sub(lambda found: value(place_of(found[1])), text)


def _text(place: Place, facts: Facts) -> str:
    for each in place.tries:
        found = _one(each, facts)
        if found:
            return found[:LONGEST_VALUE]
    if place.needed:
        raise Missing(place.text)
    return ""


def _one(name: str, facts: Facts) -> str:
    _kind_of_it, colon, path = name.partition(":")
    if colon:
        return facts.text_at(path.strip())
    later = LATER.match(name)
    moment = facts.at + timedelta(hours=int(later[1])) if later else facts.at
    values: Mapping[str, str] = facts.values()
    return moment.isoformat() if later or name == "at" else values.get(name, "")


def _value(place: Place, facts: Facts) -> Any:
    for each in place.tries:
        found = facts.value_at(each.partition(":")[2].strip())
        if found is not None:
            return found
    if place.needed:
        raise Missing(place.text)
    return None


def _all(place: Place, facts: Facts) -> list[str]:
    for each in place.tries:
        found = facts.texts_at(each.partition(":")[2].strip())[:MOST_VALUES]
        if found:
            return [value[:LONGEST_VALUE] for value in found]
    if place.needed:
        raise Missing(place.text)
    return []


def refuse_wrong_body(content: str, body: str) -> None:
    """Refuse (422, `body`) a template that could not be filled."""
    wrong = _wrong_form(content, body)
    if len(body) > LONGEST_BODY:
        wrong = f"Use at most {LONGEST_BODY} characters."
    if wrong:
        raise Invalid(wrong, fields={"body": wrong})


def _wrong_form(content: str, body: str) -> str:
    if content == "form":
        pairs = form_pairs(body)
        wrong = "" if pairs and all(name for name, _text in pairs) else "Write name=value, one a line."
        return next(faults(body), wrong)
    if content == "none":
        return "Without a body there is nothing to write here." if body.strip() else ""
    if len(body) > LONGEST_BODY:
        return ""
    try:
        # Places are looked for where they are filled: in the texts as JSON reads them.
        return next((fault for text in _texts(json.loads(body)) for fault in faults(text)), "")
    except (ValueError, RecursionError) as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deep"
        return f"This is not valid JSON ({said}). Places for values stand within quotation marks."


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        yield value
    for inner in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner, depth + 1)
