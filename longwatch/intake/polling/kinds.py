# SPDX-License-Identifier: Apache-2.0
"""Which tools can be asked, what of each an administrator sets, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from longwatch.core.errors import LongwatchError
from longwatch.intake.polling.asking import Connector, Wanted
from longwatch.intake.polling.elastic import Elastic
from longwatch.intake.polling.misp import Misp
from longwatch.intake.submission import refuse_unreadable

INDEX = re.compile(r"[^\s/?#\"\\|]{1,200}")
FIELD = re.compile(r"[\w.@-]{1,100}")
LONGEST_QUERY = 10_000
LONGEST_TAG = 100
MOST_TAGS = 20
LONGEST_LATE = 86_400
# What we ask by ourselves, and nobody else may.
OURS = frozenset({"returnFormat", "timestamp", "publish_timestamp", "limit", "page", "metadata"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of tool: who speaks with it, how it is told who asks, and what is set when nothing is said."""

    connector: Callable[[Wanted], Connector]
    schemes: Sequence[str]
    settings: Mapping[str, Any] = field(default_factory=dict)


_SEARCHED: Mapping[str, Any] = {
    "index": "",
    "time_field": "@timestamp",
    "tie_field": "",
    "query": None,
    "late_seconds": 60,
}
SEARCHED_BY = ("basic", "key", "bearer", "none")
KINDS: Mapping[str, Kind] = {
    "elasticsearch": Kind(Elastic, SEARCHED_BY, _SEARCHED),
    "opensearch": Kind(Elastic, SEARCHED_BY, _SEARCHED),
    "wazuh": Kind(Elastic, SEARCHED_BY, {**_SEARCHED, "index": "wazuh-alerts-*", "time_field": "timestamp"}),
    "misp": Kind(
        Misp, ("plain",), {"what": "events", "published": True, "tags": [], "query": None, "late_seconds": 60}
    ),
}  # fmt: skip


def usable(kind: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings of a kind, completed, and what is wrong with them by field."""
    known = KINDS[kind].settings
    settings = {name: _tidy(given.get(name), value) for name, value in known.items()}
    wrong = dict.fromkeys(sorted(given.keys() - known.keys()), "This kind of tool has no such setting.")
    for name, value in settings.items():
        if sentence := CHECKS[name](value):
            wrong[name] = sentence
    query = settings.get("query")
    if kind == "misp" and isinstance(query, dict) and (ours := sorted(OURS & query.keys())):
        wrong["query"] = f"Leave out {', '.join(ours)}: that is asked anyway."
    return settings, wrong


def query_in(text: str) -> dict[str, Any] | None:
    """The query that somebody typed; None for nothing. Refuses what is no JSON object."""
    if not text.strip():
        return None
    try:
        refuse_unreadable(text.encode())
        query = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, LongwatchError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(query, dict):
        raise TypeError("It is no JSON object.")
    return query


def _tidy(value: Any, default: Any) -> Any:
    if value is None or value in ("", []):
        return default
    return value.strip() if isinstance(value, str) else value


def _index(value: Any) -> str:
    good = isinstance(value, str) and INDEX.fullmatch(value) and not value.startswith(("_", "-", "+"))
    return "" if good else "Name an index, a data stream or a pattern of them, such as logs-*."


def _field(value: Any) -> str:
    return "" if isinstance(value, str) and FIELD.fullmatch(value) else "Use the name of a field, such as @timestamp."


def _no_field(value: Any) -> str:
    return _field(value) if value else ""


def _query(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        return 'Use a JSON object, such as {"term": {"event.kind": "alert"}}.'
    try:
        return "" if len(msgspec.json.encode(value)) <= LONGEST_QUERY else f"Use up to {LONGEST_QUERY} characters."
    except (TypeError, ValueError, RecursionError):
        return "Use a JSON object."


def _late(value: Any) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST_LATE
    return "" if good else f"Use 0 to {LONGEST_LATE} seconds."


def _what(value: Any) -> str:
    return "" if value in ("events", "attributes") else "Use events or attributes."


def _tags(value: Any) -> str:
    good = isinstance(value, list) and len(value) <= MOST_TAGS
    good = good and all(isinstance(tag, str) and tag.isprintable() and 0 < len(tag) <= LONGEST_TAG for tag in value)
    return "" if good else f"Use up to {MOST_TAGS} tags of up to {LONGEST_TAG} characters."


def _switch(value: Any) -> str:
    return "" if isinstance(value, bool) else "Use true or false."


CHECKS: Mapping[str, Callable[[Any], str]] = {
    "index": _index, "time_field": _field, "tie_field": _no_field, "query": _query, "late_seconds": _late,
    "what": _what, "tags": _tags, "published": _switch,
}  # fmt: skip
