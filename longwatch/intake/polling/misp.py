# SPDX-License-Identifier: Apache-2.0
"""MISP: events, or attributes, that were published or changed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import AnswerTooLarge, Outbound, Unreachable
from longwatch.intake.polling.asking import Page, Record, Trial, Wanted, asked, decoded, digest_of, moment

PAGES = {"events": 16, "attributes": 256}
GROWTH = 4
TRIED = timedelta(days=30)
EMPTY = (b"", b"[]")


class Event(msgspec.Struct):
    """What is needed of an event; MISP writes numbers as text."""

    uuid: str = ""
    timestamp: str | int = 0
    publish_timestamp: str | int = 0


class Attribute(msgspec.Struct):
    """What is needed of an attribute."""

    uuid: str = ""
    timestamp: str | int = 0


class InEvent(msgspec.Struct):
    """An element of the list of events."""

    event: Event = msgspec.field(name="Event")


class Events(msgspec.Struct):
    """The answer to a search for events."""

    response: list[msgspec.Raw]


class Attributes(msgspec.Struct):
    """The list in the answer to a search for attributes."""

    found: list[msgspec.Raw] = msgspec.field(name="Attribute", default_factory=list)


class Misp:
    """Searches events or attributes by the time at which they were published or changed."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._outbound = Outbound(wanted.url, wanted.trust)
        self._what = wanted.settings.get("what", "events")
        self._published = bool(wanted.settings.get("published", True))
        # An event that came from another MISP keeps the time of its change, and gets a new one of publishing.
        self._time = "publish_timestamp" if self._published and self._what == "events" else "timestamp"
        self._late = int(wanted.settings.get("late_seconds", 60))

    def fetch(self, cursor: Mapping[str, Any]) -> Page:
        """The next page of what was published or changed since; pages of one round ask from the same moment."""
        since = int(cursor.get("since", self._wanted.start.timestamp()))
        limit = int(cursor.get("limit", PAGES[self._what]))
        taken = int(cursor.get("taken", 0))
        bare = bool(cursor.get("bare"))
        try:
            found = self._found({**self._body(since, limit), "page": taken // limit + 1, "metadata": bare})
        except AnswerTooLarge:
            if bare:
                raise
            # Large events come one by one, and one that is too large by itself without its attributes.
            return Page([], {**cursor, "limit": max(limit // GROWTH, 1), "bare": limit == 1}, more=True)
        records = [self._record(each) for each in found]
        newest = max([int(cursor.get("newest", since)), *(int(each.at.timestamp()) for each in records)])
        if len(found) >= limit:
            going_on = {"since": since, "limit": limit, "taken": taken + len(found), "newest": newest}
            return Page(records, going_on, more=True)
        again = max(min(newest, int(clock.now().timestamp())) - self._late, int(self._wanted.start.timestamp()))
        return Page(records, {"since": again}, more=False, forget_before=moment(again - 1))

    def test(self) -> Trial:
        """Whether anything of the last month can be had."""
        since = int((clock.now() - TRIED).timestamp())
        found = self._found({**self._body(since, 1), "page": 1, "metadata": self._what == "events"})
        if not found:
            return Trial(f"It can be reached and searched. No {self._what} of the last 30 days fit.")
        sentence = f"It can be reached and searched. There are {self._what} of the last 30 days that fit."
        return Trial(sentence, found[0])

    def _body(self, since: int, limit: int) -> dict[str, Any]:
        settings = self._wanted.settings
        body: dict[str, Any] = dict(settings.get("query") or {})
        if tags := settings.get("tags"):
            body["tags"] = list(tags)
        if self._published:
            body["published"] = True
        return body | {"returnFormat": "json", self._time: since, "limit": limit}

    def _found(self, body: Mapping[str, Any]) -> list[bytes]:
        shown = self._outbound.target.shown
        reply = asked(self._outbound, f"/{self._what}/restSearch", body, self._wanted.authorization)
        if reply.body.strip() in EMPTY:
            return []
        if self._what == "events":
            events: Events = decoded(reply, Events, shown)
            return [bytes(each) for each in events.response]
        inner: dict[str, msgspec.Raw] = decoded(reply, dict[str, msgspec.Raw], shown)
        listed = bytes(inner.get("response", b"")).strip()
        if listed in EMPTY:
            return []
        try:
            return [bytes(each) for each in msgspec.json.decode(listed, type=Attributes).found]
        except msgspec.DecodeError as error:
            raise Unreachable(f"{shown} answers in another form than expected: {error}.") from error

    def _record(self, raw: bytes) -> Record:
        try:
            one: Event | Attribute
            if self._what == "events":
                one = msgspec.json.decode(raw, type=InEvent).event
            else:
                one = msgspec.json.decode(raw, type=Attribute)
            at = int(getattr(one, self._time))
        except (msgspec.DecodeError, ValueError, UnicodeDecodeError, RecursionError) as error:
            raise Unreachable(
                f"{self._outbound.target.shown} answers in another form than expected: {error}."
            ) from error
        return Record(raw, digest_of(one.uuid, str(one.timestamp)), moment(at))
