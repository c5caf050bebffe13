# SPDX-License-Identifier: Apache-2.0
"""What a feed gives, whichever kind it is, and how it is asked."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from longwatch.core.outbound import Outbound, Reply, Unreachable
from longwatch.enrichment.intel.reading import Read
from longwatch.enrichment.intel.shape import Entry
from longwatch.intake.polling.asking import LAST_SECOND, Wanted, refusal_of

OK = 200
# One turn takes so much at most; it goes on from there when the others had theirs.
MOST_SECONDS = 60.0
MOST_BYTES = 100_000_000
# So much is stored together.
PORTION_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Taken:
    """One object of a feed: what tells it from others, its edition, when it changed, and the values it names."""

    key: str
    stamp: str
    at: datetime | None
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Portion:
    """Some objects, what is no longer there, where to go on, and whether to go on at once."""

    cursor: Mapping[str, Any]
    more: bool
    taken: Sequence[Taken] = ()
    gone: Sequence[str] = ()
    # All is read: what was last met before that is no longer there.
    unseen_before: datetime | None = None
    # A whole list, which takes the place of the one before.
    whole: Read | None = None
    # Of the bytes that were read.
    sha256: str = ""
    # What could not be used although the feed answers.
    problems: Sequence[str] = ()


@dataclass
class Budget:
    """What one turn may take: time and bytes."""

    seconds: float = MOST_SECONDS
    largest: int = MOST_BYTES
    is_stopping: Callable[[], bool] = lambda: False
    used: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether the others come first now."""
        spent = time.monotonic() - self.began > self.seconds or self.used > self.largest
        return spent or self.is_stopping()


class Connector(Protocol):
    """Speaks with one kind of feed."""

    def __init__(self, wanted: Wanted, budget: Budget) -> None: ...

    def portions(
        self, cursor: Mapping[str, Any], known: Callable[[], Mapping[str, str]]
    ) -> Iterator[Portion]:  # fmt: skip
        """What is new since the cursor, portion by portion, for as long as the budget lasts; `known` gives the
        editions of what was taken. Refuses with a sentence what cannot be had or used."""

    def test(self) -> str:
        """What there is, in a sentence; refuses with what stands in the way."""


def got(outbound: Outbound, path: str, wanted: Wanted, budget: Budget, accept: str = "*/*") -> Reply:
    """What lies at a path; refuses what is no success."""
    reply = outbound.request("GET", path, headers={"Accept": accept, **wanted.authorization})
    budget.used += len(reply.body)
    if reply.status != OK:
        raise Unreachable(refusal_of(outbound.target.shown, reply), code=f"refused_{reply.status}")
    return reply


def ends_at(at: datetime | None, wanted: Wanted) -> datetime | None:
    """Until when values of that time are believed; None: for as long as the feed has them."""
    days = int(wanted.settings.get("days") or 0)
    return at + timedelta(days=days) if at is not None and days else None


def until(entries: Sequence[Entry], end: datetime | None) -> list[Entry]:
    """The values, none of which holds for longer than that."""
    if end is None:
        return list(entries)
    return [replace(each, until=min(each.until or end, end)) for each in entries]


def moment_of(value: object) -> datetime | None:
    """The moment in seconds or in text, None for what is none."""
    text = str(value or "").strip()
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(min(int(text), LAST_SECOND), UTC)
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
