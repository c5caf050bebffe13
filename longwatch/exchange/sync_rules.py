# SPDX-License-Identifier: Apache-2.0
"""When a sender is told, by which call, and what follows from its answer. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from longwatch.core.errors import Invalid
from longwatch.exchange.hook_rules import LATER, OFFERS, PATIENCE
from longwatch.exchange.sync_facts import Facts
from longwatch.exchange.sync_template import (
    LONGEST_PATH,
    faults,
    form_filled,
    json_filled,
    path_filled,
    refuse_wrong_body,
)

METHODS = ("POST", "PUT", "PATCH")
CONTENTS = {"json": "application/json", "form": "application/x-www-form-urlencoded", "none": ""}
MOST_CALLS = 4
MOST_HEADERS = 20
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
VALUE = re.compile(r"[\x20-\x7e]{0,1000}\Z")
# They are ours to write, or belong to how Longwatch signs in.
OURS = frozenset({
    "host", "content-length", "transfer-encoding", "connection", "authorization", "proxy-authorization", "cookie",
    "upgrade", "te", "trailer", "expect",
})  # fmt: skip
WORD = re.compile(r"(?:[a-z_]{1,40}|\*)\Z")
# An answer that is about the server or the sign-in, not about the signal.
ABOUT_ALL = frozenset({0, 401, 407, 502, 503, 504}) | LATER
# Either: some senders say so of one alert, some of whoever asks. It is about one once they took another since.
FORBIDDEN = 403
# How often a call is tried that the server fails at, while others may succeed.
TRIES = 8


class Occasion(StrEnum):
    """What happened to a signal, of which its sender can be told."""

    DISMISSED = "dismissed"
    TAKEN = "taken"
    CLOSED = "closed"
    REOPENED = "reopened"


class Outcome(StrEnum):
    """What follows from an answer."""

    TOLD = "told"
    # The signal's call is tried again later; others go on.
    AGAIN = "again"
    # Nobody is told for a while.
    WAIT = "wait"
    GIVE_UP = "give_up"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Request:
    """A call, filled and ready."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def request_of(call: Mapping[str, Any], headers: Mapping[str, str], facts: Facts) -> Request:
    """The call about a signal; refuses (Missing) one that needs what the signal does not have."""
    content = call["content"]
    fill = {"json": json_filled, "form": form_filled}.get(content)
    body = fill(call["body"], facts) if fill is not None else b""
    kind = {"Content-Type": CONTENTS[content]} if CONTENTS[content] else {}
    if any(name.lower() == "content-type" for name in headers):
        kind = {}
    return Request(call["method"], path_filled(call["path"], facts), kind | dict(headers), body)


def verdict(words: Mapping[str, str], outcome: str) -> str:
    """The outcome in the sender's words; as it is where there are none for it."""
    return words.get(outcome, words.get("*", outcome) if outcome else words.get("", ""))


def what_follows(status: int, attempts: int, failing_for: timedelta, *, took_others: bool = True) -> Outcome:
    """What follows from the status of an answer (0: none came) to the given attempt at one signal's call."""
    if 200 <= status < 300:
        return Outcome.TOLD
    if status in ABOUT_ALL:
        return Outcome.PAUSE if failing_for > PATIENCE else Outcome.WAIT
    if status == FORBIDDEN and not took_others:
        return Outcome.AGAIN
    if attempts >= (TRIES if status >= 500 else OFFERS) or status in (404, 410):
        return Outcome.GIVE_UP
    return Outcome.AGAIN


def calls_read(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The calls, each checked and with a key of its own; refuses (422) wrong ones with their field."""
    if not 0 < len(given) <= MOST_CALLS:
        sentence = f"Set up one to {MOST_CALLS} calls."
        raise Invalid(sentence, fields={"calls": sentence})
    found: list[dict[str, Any]] = []
    for number, each in enumerate(given):
        wrong = dict(_wrong(each))
        if wrong:
            raise Invalid(
                "A call cannot be made like this.", fields={f"calls[{number}].{k}": v for k, v in wrong.items()}
            )
        found.append({
            "key": f"c{number}", "occasions": [o for o in Occasion if o in each["occasions"]],
            "method": each["method"], "path": each["path"].strip(), "content": each["content"],
            "body": each["body"].strip(),
        })  # fmt: skip
    return found


def _wrong(call: Mapping[str, Any]) -> list[tuple[str, str]]:
    path = call["path"].strip()
    wrong = []
    if not call["occasions"] or set(call["occasions"]) - set(Occasion):
        wrong.append(("occasions", "Choose when it is called."))
    if call["method"] not in METHODS:
        wrong.append(("method", f"Use one of: {', '.join(METHODS)}."))
    if call["content"] not in CONTENTS:
        return [*wrong, ("content", f"Use one of: {', '.join(CONTENTS)}.")]
    if fault := next(faults(path), "") or _wrong_path(path):
        wrong.append(("path", fault))
    try:
        refuse_wrong_body(call["content"], call["body"])
    except Invalid as refusal:
        wrong.append(("body", refusal.sentence))
    return wrong


def _wrong_path(path: str) -> str:
    if path and not path.startswith("/"):
        return "Begin with /; the host stands in the address."
    plain = re.sub(r"\$\{[^{}]*\}", "x", path)
    if len(path) > LONGEST_PATH or not plain.isascii() or not plain.isprintable() or set(plain) & set(' "<>#\\^`{}'):
        return "Use the characters of an address, without spaces and #."
    return ""


def headers_read(given: Mapping[str, str]) -> dict[str, str]:
    """The headers; refuses (422, `headers`) what is none, and those that Longwatch writes itself."""
    wrong = ""
    if len(given) > MOST_HEADERS:
        wrong = f"Use up to {MOST_HEADERS} headers."
    for name, value in given.items():
        if not HEADER.match(name) or not VALUE.match(value):
            wrong = f"{name[:50]} is no header."
        elif name.lower() in OURS:
            wrong = f"Longwatch writes {name} itself; choose below how it signs in."
    if wrong:
        raise Invalid(wrong, fields={"headers": wrong})
    return {name: value.strip() for name, value in given.items()}


def words_read(given: Mapping[str, str]) -> dict[str, str]:
    """The sender's words for outcomes; refuses (422, `words`) what is no outcome."""
    wrong = next((name for name, word in given.items() if not WORD.match(name) or len(word) > 100), None)
    if wrong is not None or len(given) > 30:
        sentence = f"“{wrong}” is no outcome. Write such as false_positive: FalsePositive, and *: for all others."
        raise Invalid(sentence, fields={"words": sentence})
    return dict(given)
