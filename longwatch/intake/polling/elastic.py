# SPDX-License-Identifier: Apache-2.0
"""Elasticsearch, OpenSearch and what is made of them, such as Wazuh's indexer: documents in the order of their time.

A page begins at the time at which the last one ended, that time included, and what was taken already is known by its
index and identifier: so nothing is lost where many documents share a time, and no right beyond reading is needed. With
a field that tells documents of one time apart, pages go on after the very last document instead (search_after).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import AnswerTooLarge, Outbound, Reply, Unreachable
from longwatch.intake.polling.asking import Page, Record, Trial, Wanted, asked, decoded, digest_of, moment

PAGE = 500
# As many as a search gives at most, unless an index says otherwise.
LARGEST_PAGE = 10_000
GROWTH = 4
# Such a number of milliseconds would be thousands of years from now: it counts nanoseconds.
NANOSECONDS = 10**14
# No time in either: nanoseconds after the year 5000.
BEYOND = 10**20
SEARCH = "_search?ignore_unavailable=true&allow_partial_search_results=false"
TRIED = timedelta(days=1)


class Hit(msgspec.Struct):
    """One document."""

    id: str = msgspec.field(name="_id", default="")
    index: str = msgspec.field(name="_index", default="")
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b""))
    sort: list[Any] = []


class Total(msgspec.Struct):
    """How many documents there are; a lower bound when so many are not counted."""

    value: int = 0
    relation: str = "eq"


class Hits(msgspec.Struct):
    """The documents of an answer."""

    hits: list[Hit] = []
    total: Total | int | None = None


class Shards(msgspec.Struct):
    """How many parts of the index answered."""

    total: int = 0
    failed: int = 0


class Found(msgspec.Struct):
    """The answer of a search."""

    hits: Hits
    timed_out: bool = False
    shards: Shards = msgspec.field(name="_shards", default_factory=Shards)


class Elastic:
    """Searches one index, or the indices of one pattern."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        settings = wanted.settings
        self._outbound = Outbound(wanted.url, wanted.trust)
        self._path = f"/{quote(settings['index'], safe='*,:-_.+')}/{SEARCH}"
        self._time, self._tie = settings["time_field"], settings.get("tie_field", "")
        self._late = int(settings.get("late_seconds", 60)) * 1_000

    def fetch(self, cursor: Mapping[str, Any]) -> Page:
        """The next documents; refuses an answer that lacks parts of the index."""
        since = int(cursor.get("from", self._wanted.start.timestamp() * 1_000))
        size = int(cursor.get("size", PAGE))
        body = self._body(since, size, cursor.get("after"))
        try:
            reply = asked(self._outbound, self._path, body, self._wanted.authorization)
        except AnswerTooLarge:
            if size == 1:
                raise
            # Large documents come in smaller pages.
            return Page([], {**cursor, "size": max(size // GROWTH, 1), "large": size}, more=True)
        return self._page(self._found(reply).hits.hits, cursor, since, size)

    def test(self) -> Trial:
        """How many documents of the last day there are, and one of them."""
        since = int((clock.now() - TRIED).timestamp() * 1_000)
        body = self._body(since, 1, None) | {"sort": [self._sorted("desc")], "track_total_hits": LARGEST_PAGE}
        found = self._found(asked(self._outbound, self._path, body, self._wanted.authorization))
        total = found.hits.total
        number = total.value if isinstance(total, Total) else total or len(found.hits.hits)
        more = "more than " if isinstance(total, Total) and total.relation != "eq" else ""
        if not found.hits.hits:
            sentence = "It can be reached and searched. No document of the last 24 hours fits."
            if not found.shards.total:
                sentence = "It can be reached, but there is no index of this name."
            return Trial(sentence)
        newest = _records(found.hits.hits)[0]
        sentence = (
            f"It can be reached and searched. Documents of the last 24 hours that fit: {more}{number}; the newest is "
            f"of {newest.at:%Y-%m-%d %H:%M:%S} UTC."
        )
        return Trial(sentence, newest.raw)

    def _sorted(self, order: str) -> dict[str, Any]:
        return {self._time: {"order": order, "unmapped_type": "date"}}

    def _body(self, since: int, size: int, after: Sequence[Any] | None) -> dict[str, Any]:
        between = {"range": {self._time: {"gte": since, "format": "epoch_millis"}}}
        query = self._wanted.settings.get("query")
        sort = [self._sorted("asc")]
        if self._tie:
            sort.append({self._tie: {"order": "asc", "unmapped_type": "keyword"}})
        body: dict[str, Any] = {
            "size": size, "sort": sort, "query": {"bool": {"filter": [between, *([query] if query else [])]}},
            "track_total_hits": False,
        }  # fmt: skip
        return body | ({"search_after": after} if after else {})

    def _found(self, reply: Reply) -> Found:
        shown = self._outbound.target.shown
        found: Found = decoded(reply, Found, shown)
        if found.timed_out or found.shards.failed:
            raise Unreachable(
                f"{shown} searched only {found.shards.total - found.shards.failed} of {found.shards.total} parts of "
                "the index. It is asked again, so that nothing is missed.",
                code="partial",
            )
        return found

    def _page(self, hits: list[Hit], cursor: Mapping[str, Any], since: int, size: int) -> Page:
        records = _records(hits)
        last = _millis(hits[-1]) if hits else since
        newest = max(last, int(cursor.get("newest", last)))
        if len(hits) < size:
            return self._ended(records, newest, since)
        # So many were too large for one answer before.
        large = int(cursor.get("large", LARGEST_PAGE + 1))
        going_on = {"newest": newest, "size": min(size, PAGE), "large": large}
        if self._tie and hits[-1].sort != cursor.get("after"):
            # What comes in late is looked for when the round is over.
            return Page(records, going_on | {"from": since, "after": hits[-1].sort}, more=True)
        if last > since and not self._tie:
            return Page(records, going_on | {"from": last}, more=True)
        if size >= large - 1 or self._tie:
            raise Unreachable(
                f"{len(hits)} or more documents have the same time, {moment(last / 1_000):%Y-%m-%d %H:%M:%S} UTC. "
                "Name a field that tells them apart.",
                code="one_time",
            )
        return Page(records, going_on | {"from": since, "size": min(size * GROWTH, large - 1)}, more=True)

    def _ended(self, records: list[Record], newest: int, since: int) -> Page:
        """All that there is was read. The next round begins a little earlier, for what comes in late."""
        now = int(clock.now().timestamp() * 1_000)
        start = int(self._wanted.start.timestamp() * 1_000)
        again = max(min(newest, now) - self._late, start)
        return Page(records, {"from": again}, more=False, forget_before=moment(again / 1_000) - timedelta(seconds=1))


def _records(hits: Sequence[Hit]) -> list[Record]:
    return [Record(bytes(hit.source), digest_of(hit.index, hit.id), moment(_millis(hit) / 1_000)) for hit in hits]


def _millis(hit: Hit) -> int:
    """The time of a document; refuses one that has none, or nothing else."""
    if not hit.id or not bytes(hit.source):
        raise Unreachable("The documents come without identifier or content (_id, _source).", code="no_source")
    value = hit.sort[0] if hit.sort else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < BEYOND:
        raise Unreachable("The time field holds no time. Name a field of the type date.", code="no_time")
    return int(value) // 1_000_000 if value > NANOSECONDS else int(value)
