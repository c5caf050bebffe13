# SPDX-License-Identifier: Apache-2.0
"""A MISP feed: a folder, served over HTTP, with manifest.json and a file for each event.

The manifest says all that there is, so what it no longer names is dropped, and what changed is known by its time.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import AnswerTooLarge, Outbound, Unreachable
from longwatch.enrichment.feeds.asking import PORTION_SECONDS, Budget, Portion, Taken, ends_at, got, moment_of, until
from longwatch.enrichment.intel.misp import events_in, read_event
from longwatch.intake.polling.asking import Wanted, decoded

TOGETHER = 20
MOST_EVENTS = 100_000
# More events than these cannot be had in one turn, and the feed itself is broken.
MOST_PROBLEMS = 20


class Listed(msgspec.Struct):
    """What is needed of a line of the manifest; MISP writes numbers as text."""

    timestamp: str | int = 0
    info: str = ""


class MispFeed:
    """Reads the manifest, and the events that it says are new."""

    def __init__(self, wanted: Wanted, budget: Budget) -> None:
        self._wanted, self._budget = wanted, budget
        self._outbound = Outbound(wanted.url, wanted.trust)

    def portions(
        self, cursor: Mapping[str, Any], known: Callable[[], Mapping[str, str]]
    ) -> Iterator[Portion]:  # fmt: skip
        """Events that are new or changed, the newest first."""
        have, there = known(), self._listed()
        gone = [key for key in have if key not in there]
        due = [key for key in sorted(there, key=lambda key: -there[key]) if have.get(key) != str(there[key])]
        if gone or not due:
            yield Portion({}, more=bool(due), gone=gone)
        events, problems = iter(due), 0
        left = len(due)
        while left and not self._budget.is_over:
            portion, looked = self._some(events, there, left)
            left -= looked
            problems += len(portion.problems)
            yield portion
            if problems > MOST_PROBLEMS:
                raise Unreachable(f"{self._outbound.target.shown} lists many events that cannot be had.")

    def test(self) -> str:
        """How many events there are."""
        there = self._listed()
        if not there:
            return "It can be reached. It lists no event that is new enough."
        newest = max(there, key=lambda key: there[key])
        events = list(events_in(json.loads(self._file(newest))))
        number = sum(len(read_event(event).entries) for event in events)
        return f"It can be reached. It lists {len(there)} events; the newest names {number} values to compare with."

    def _listed(self) -> dict[str, int]:
        """The time of each event, by its identifier; what is too old is left out."""
        shown = self._outbound.target.shown
        manifest: dict[str, Listed] = decoded(
            got(self._outbound, "/manifest.json", self._wanted, self._budget), dict[str, Listed], shown
        )
        if len(manifest) > MOST_EVENTS:
            raise Unreachable(f"{shown} lists more than {MOST_EVENTS} events.")
        days = int(self._wanted.settings.get("days") or 0)
        oldest = (clock.now() - timedelta(days=days)).timestamp() if days else 0.0
        found = {key: _seconds(each.timestamp) for key, each in manifest.items() if _is_uuid(key)}
        return {key: at for key, at in found.items() if at >= oldest}

    def _some(self, events: Iterator[str], there: Mapping[str, int], left: int) -> tuple[Portion, int]:
        """The next events, and how many were looked at; fewer where they come slowly."""
        began, looked = time.monotonic(), 0
        taken: list[Taken] = []
        problems: list[str] = []
        seen = hashlib.sha256()
        for key in islice(events, TOGETHER):
            looked += 1
            try:
                raw = self._file(key)
                seen.update(raw)
                taken.append(self._taken(key, there[key], raw))
            except AnswerTooLarge as refusal:
                # It is as large the next time.
                taken.append(Taken(key, str(there[key]), None, ()))
                problems.append(f"Event {key}: {refusal.sentence}")
            except Unreachable as refusal:
                if refusal.code not in ("refused_404", "broken"):
                    raise
                problems.append(f"Event {key}: {refusal.sentence}")
            if time.monotonic() - began > PORTION_SECONDS or self._budget.is_over:
                break
        more = looked < left
        return Portion({}, more, taken, sha256=seen.hexdigest(), problems=problems), looked

    def _file(self, key: str) -> bytes:
        return got(self._outbound, f"/{key}.json", self._wanted, self._budget).body

    def _taken(self, key: str, at: int, raw: bytes) -> Taken:
        try:
            read: Sequence[Any] = [read_event(event) for event in events_in(json.loads(raw))]
        except (ValueError, RecursionError) as error:
            raise Unreachable("It is not whole JSON.", code="broken") from error
        moment = moment_of(at)
        entries = until([entry for each in read for entry in each.entries], ends_at(moment, self._wanted))
        return Taken(key, str(at), moment, entries)


def _seconds(value: str | int) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) <= 11 else 0


def _is_uuid(key: str) -> bool:
    """Whether this is an identifier and not a way to another place."""
    try:
        return str(UUID(key)) == key.lower()
    except ValueError:
        return False
