# SPDX-License-Identifier: Apache-2.0
"""Which feeds can be read, what of each an administrator sets, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longwatch.enrichment.feed_models import INDICATORS
from longwatch.enrichment.feeds.asking import Budget, Connector
from longwatch.enrichment.feeds.misp_feed import MispFeed
from longwatch.enrichment.feeds.misp_server import MispServer
from longwatch.enrichment.feeds.plain_list import PlainList
from longwatch.enrichment.feeds.taxii import Taxii
from longwatch.enrichment.models import DatasetKind
from longwatch.intake.polling.asking import Wanted
from longwatch.intake.polling.kinds import CHECKS as OF_TOOLS
from longwatch.intake.polling.kinds import OURS

MOST_DAYS = 3_650
LONGEST_NAME = 200
MOST_COLUMN = 100
# What we ask a MISP server by ourselves.
ASKED = OURS | {"deleted", "includeEventTags"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feed: who speaks with it, how it is told who asks, and what is set when nothing is said."""

    connector: Callable[[Wanted, Budget], Connector]
    schemes: Sequence[str]
    settings: Mapping[str, Any] = field(default_factory=dict)


SERVED = ("none", "basic", "bearer")
KINDS: Mapping[str, Kind] = {
    "misp_feed": Kind(MispFeed, SERVED, {"days": 90}),
    "misp_server": Kind(MispServer, ("plain",), {"days": 90, "published": True, "tags": [], "query": None}),
    "taxii": Kind(Taxii, SERVED, {"days": 90, "collection": ""}),
    "list": Kind(PlainList, SERVED, {"column": 0, "holds": INDICATORS}),
}


def usable(kind: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings of a kind, completed, and what is wrong with them by field."""
    known = KINDS[kind].settings
    settings = {name: _tidy(given.get(name), value) for name, value in known.items()}
    wrong = dict.fromkeys(sorted(given.keys() - known.keys()), "This kind of feed has no such setting.")
    for name, value in settings.items():
        if sentence := CHECKS[name](value):
            wrong[name] = sentence
    query = settings.get("query")
    if isinstance(query, dict) and (ours := sorted(ASKED & query.keys())):
        wrong["query"] = f"Leave out {', '.join(ours)}: that is asked anyway."
    return settings, wrong


def _tidy(value: Any, default: Any) -> Any:
    if value is None or value in ("", []):
        return default
    return value.strip() if isinstance(value, str) else value


def _number(value: Any, most: int, what: str) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return "" if good else f"Use 0 to {most}{what}."


def _collection(value: Any) -> str:
    good = isinstance(value, str) and len(value) <= LONGEST_NAME and (not value or value.isprintable())
    return "" if good else f"Use its identifier, alias or title, up to {LONGEST_NAME} characters."


def _holds(value: Any) -> str:
    return "" if value in DatasetKind.values else f"Use one of: {', '.join(DatasetKind.values)}."


CHECKS: Mapping[str, Callable[[Any], str]] = {
    "days": lambda value: _number(value, MOST_DAYS, " days"),
    "column": lambda value: _number(value, MOST_COLUMN, ""),
    "collection": _collection,
    "holds": _holds,
    "published": OF_TOOLS["published"], "tags": OF_TOOLS["tags"], "query": OF_TOOLS["query"],
}  # fmt: skip
