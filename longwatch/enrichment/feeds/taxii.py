# SPDX-License-Identifier: Apache-2.0
"""A collection of a TAXII 2.1 server: indicators that were added since, page by page.

Indicators that were revoked or are over come as a newer version of themselves and drop out. What was removed without a
trace drops out when the collection is read whole again, once a week.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import PORTS, AnswerTooLarge, Outbound, Reply, Unreachable, target_of
from longwatch.enrichment.feeds.asking import Budget, Portion, Taken, ends_at, got, moment_of, until
from longwatch.enrichment.intel.shape import Entry, text_of
from longwatch.enrichment.intel.stix import read_stix
from longwatch.intake.polling.asking import Wanted, decoded

MEDIA = "application/taxii+json;version=2.1"
PAGE = 1_000
GROWTH = 4
MOST_PAGES = 20_000
LONGEST_NEXT = 2_000
SHOWN = 10
ALL_AGAIN = timedelta(days=7)
# Where a server does not say when it added the last object: its own clock, less this.
SLACK = timedelta(minutes=5)


class Collection(msgspec.Struct):
    """One collection, as far as it matters here."""

    id: str = ""
    title: str = ""
    alias: str = ""
    can_read: bool = True


class About(msgspec.Struct):
    """What the address that was set turns out to be: a server, an API root, or a collection."""

    api_roots: list[str] = []
    default: str = ""
    versions: list[str] = []
    id: str = ""
    title: str = ""
    can_read: bool | None = None


class Collections(msgspec.Struct):
    """The collections of an API root."""

    collections: list[Collection] = []


class Envelope(msgspec.Struct):
    """A page of objects."""

    objects: list[dict[str, Any]] = []
    more: bool = False
    next: str = ""


class Taxii:
    """Finds the collection, then reads its indicators."""

    def __init__(self, wanted: Wanted, budget: Budget) -> None:
        self._wanted, self._budget = wanted, budget
        target = target_of(wanted.url)
        # API roots often lie elsewhere on the same server, never on another.
        self._base, self._here = f"{target.path}/", (target.scheme, target.host, target.port)
        host = f"[{target.host}]" if ":" in target.host else target.host
        self._outbound = Outbound(f"{target.scheme}://{host}:{target.port}", wanted.trust)

    def portions(
        self, cursor: Mapping[str, Any], known: Callable[[], Mapping[str, str]]
    ) -> Iterator[Portion]:  # fmt: skip
        """Indicators that were added since; all of them once a week."""
        now = dict(cursor) if cursor.get("began") else self._begun(cursor)
        while not self._budget.is_over:
            portion = self._page(now)
            yield portion
            if not portion.more:
                return
            now = dict(portion.cursor)

    def test(self) -> str:
        """Which collection it is, and what its first page gives."""
        path, title = self._collection()
        envelope = self._envelope(self._asked(path, {"limit": 10}))
        fit = sum(bool(self._entries(each)) for each in envelope.objects)
        words = f"It can be reached. The collection is “{title}”"
        return f"{words}; {fit} of its first {len(envelope.objects)} indicators can be compared with."

    def _begun(self, cursor: Mapping[str, Any]) -> dict[str, Any]:
        """A new round: from where the last one ended, or from the beginning when that was long ago."""
        now, read = clock.now(), moment_of(cursor.get("all_at"))
        begun = {"limit": int(cursor.get("limit") or PAGE), "began": now.isoformat(), "pages": 0, "back": dict(cursor)}
        if read is None or read + ALL_AGAIN < now or not cursor.get("since"):
            return begun | {"path": self._collection()[0], "all": True}
        return begun | {name: cursor[name] for name in ("path", "since", "all_at")}

    def _page(self, now: dict[str, Any]) -> Portion:
        limit = int(now["limit"])
        asked = {"limit": limit} | {name: now[key] for name, key in _NAMES if now.get(key)}
        try:
            reply = self._asked(now["path"], asked)
        except AnswerTooLarge:
            if limit == 1:
                raise
            return Portion({**now, "limit": max(limit // GROWTH, 1)}, more=True)
        envelope = self._envelope(reply)
        taken, gone = self._read(envelope.objects)
        added = _added(reply)
        sha256 = hashlib.sha256(reply.body).hexdigest()
        if not envelope.more:
            cursor = self._ended(now, added or now.get("last") or _said(reply))
            began = datetime.fromisoformat(now["began"]) if now.get("all") else None
            return Portion(cursor, more=False, taken=taken, gone=gone, unseen_before=began, sha256=sha256)
        going_on = self._going_on(now, envelope.next, added)
        return Portion(going_on, more=True, taken=taken, gone=gone, sha256=sha256)

    def _going_on(self, now: dict[str, Any], following: str, added: str) -> dict[str, Any]:
        """Where the next page is; refuses a server that leads in a circle."""
        where = {"next": following} if following else {"next": "", "since": added}
        stands_still = all(now.get(key) == value for key, value in where.items()) or not (following or added)
        pages = int(now["pages"]) + 1
        if stands_still or pages > MOST_PAGES or len(following) > LONGEST_NEXT:
            shown = self._outbound.target.shown
            raise Unreachable(f"{shown} says that there is more, and not where, or without end.", code="endless")
        return {**now, **where, "pages": pages, "last": added or now.get("last")}

    def _ended(self, now: dict[str, Any], since: str | None) -> dict[str, Any]:
        all_at = now["began"] if now.get("all") else now["all_at"]
        return {"path": now["path"], "limit": now["limit"], "since": since or now.get("since"), "all_at": all_at}

    def _asked(self, path: str, asked: Mapping[str, Any]) -> Reply:
        query = urlencode({"match[type]": "indicator", **asked})
        return got(self._outbound, f"{path}objects/?{query}", self._wanted, self._budget, MEDIA)

    def _envelope(self, reply: Reply) -> Envelope:
        envelope: Envelope = decoded(reply, Envelope, self._outbound.target.shown)
        return envelope

    def _read(self, objects: list[dict[str, Any]]) -> tuple[list[Taken], list[str]]:
        """The newest version of each indicator, and the identifiers of those that name nothing any more."""
        newest: dict[str, dict[str, Any]] = {}
        for each in objects:
            key = each.get("id")
            if each.get("type") != "indicator" or not isinstance(key, str):
                continue
            if key not in newest or text_of(each.get("modified"), 40) >= text_of(newest[key].get("modified"), 40):
                newest[key] = each
        taken = {key: self._entries(each) for key, each in newest.items()}
        good = [self._taken(key, newest[key], entries) for key, entries in taken.items() if entries]
        return good, [key for key, entries in taken.items() if not entries]

    def _entries(self, indicator: dict[str, Any]) -> list[Entry]:
        return read_stix({"objects": [indicator]}, "").entries

    def _taken(self, key: str, indicator: dict[str, Any], entries: list[Entry]) -> Taken:
        modified = text_of(indicator.get("modified") or indicator.get("created"), 40)
        at = moment_of(modified)
        return Taken(key, modified, at, until(entries, ends_at(at, self._wanted)))

    def _collection(self) -> tuple[str, str]:
        """The path of the collection below the address that was set, and its title; refuses where it is not clear."""
        about = self._about(self._base)
        if about.can_read is not None and about.id:
            return self._base, about.title or about.id
        root = self._base
        if about.api_roots:
            root = self._root(about.default or about.api_roots[0])
        elif not about.versions:
            shown = self._outbound.target.shown
            raise Unreachable(f"{shown} answers, but neither as a TAXII 2.1 server, API root nor collection.")
        reply = got(self._outbound, f"{root}collections/", self._wanted, self._budget, MEDIA)
        listed: Collections = decoded(reply, Collections, self._outbound.target.shown)
        one = self._chosen(listed.collections)
        return f"{root}collections/{one.id}/", one.title or one.id

    def _about(self, path: str) -> About:
        reply = got(self._outbound, path, self._wanted, self._budget, MEDIA)
        about: About = decoded(reply, About, self._outbound.target.shown)
        return about

    def _root(self, named: str) -> str:
        """The path to an API root; refuses to go to another server."""
        try:
            parts = urlsplit(named)
            there = (parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme))
        except ValueError:
            parts, there = urlsplit(""), ("", None, None)
        is_here = (parts.scheme or parts.netloc) == "" or there == self._here
        if not is_here or not parts.path.startswith("/"):
            shown = self._outbound.target.shown
            sentence = f"{shown} names an API root elsewhere: {text_of(named, 200)}. Set that as the address."
            raise Unreachable(sentence, code="elsewhere")
        return parts.path.rstrip("/") + "/"

    def _chosen(self, collections: list[Collection]) -> Collection:
        """The collection that is meant: by identifier, alias or title; the only one needs no name."""
        name = str(self._wanted.settings.get("collection") or "")
        readable = [each for each in collections if each.can_read and _is_plain(each.id)]
        found = [each for each in readable if name in (each.id, each.alias, each.title)] if name else readable
        if len(found) == 1:
            return found[0]
        names = ", ".join(text_of(each.title or each.id, 60) for each in readable[:SHOWN]) or "none that may be read"
        raise Unreachable(f"Name the collection. There are: {names}.", code="which_collection")


_NAMES = (("added_after", "since"), ("next", "next"))


def _is_plain(identifier: str) -> bool:
    """Whether this is an identifier and not a way to another place."""
    return 0 < len(identifier) <= 200 and identifier.isascii() and identifier.replace("-", "").isalnum()


def _added(reply: Reply) -> str:
    """When the last object of a page was added, as the server says."""
    return text_of(reply.headers.get("x-taxii-date-added-last", ""), 40)


def _said(reply: Reply) -> str | None:
    """The server's own time, a little earlier."""
    try:
        said = parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return (said - SLACK).strftime("%Y-%m-%dT%H:%M:%S.000Z")
