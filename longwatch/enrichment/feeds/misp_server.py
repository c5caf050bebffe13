# SPDX-License-Identifier: Apache-2.0
"""A MISP server: attributes that are meant for detection, by the time at which they changed.

Those that were deleted, or are no longer meant for detection, are asked for, too, so that they drop out. What was
deleted without a trace drops out when all is read again, once a week.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import AnswerTooLarge, Outbound
from longwatch.enrichment.feeds.asking import Budget, Portion, Taken, ends_at, moment_of, until
from longwatch.enrichment.intel.misp import read_event
from longwatch.intake.polling.asking import Wanted, asked, decoded

PAGE = 1_000
GROWTH = 4
LATE = 60
ALL_AGAIN = timedelta(days=7)
PATH = "/attributes/restSearch"
EMPTY = (b"", b"[]")


class Found(msgspec.Struct):
    """The list in an answer."""

    found: list[dict[str, Any]] = msgspec.field(name="Attribute", default_factory=list)


class Answer(msgspec.Struct):
    """The answer to a search; an empty list when nothing fits."""

    response: Found | list[Any]


class MispServer:
    """Searches attributes page by page."""

    def __init__(self, wanted: Wanted, budget: Budget) -> None:
        self._wanted, self._budget = wanted, budget
        self._outbound = Outbound(wanted.url, wanted.trust)

    def portions(
        self, cursor: Mapping[str, Any], known: Callable[[], Mapping[str, str]]
    ) -> Iterator[Portion]:  # fmt: skip
        """Attributes that changed; all of them once a week."""
        now = dict(cursor) if cursor.get("page") else self._begun(cursor)
        while not self._budget.is_over:
            portion = self._page(now)
            yield portion
            if not portion.more:
                return
            now = dict(portion.cursor)

    def test(self) -> str:
        """Whether anything can be had."""
        found, _sha256 = self._found(self._oldest(), 1, 1)
        if not found:
            return "It can be reached and searched. Nothing there fits."
        return "It can be reached and searched. There are attributes that fit."

    def _oldest(self) -> int:
        days = int(self._wanted.settings.get("days") or 0)
        return int((clock.now() - timedelta(days=days)).timestamp()) if days else 0

    def _begun(self, cursor: Mapping[str, Any]) -> dict[str, Any]:
        """A new round: from where the last one ended, or from the beginning when that was long ago."""
        now = clock.now()
        read = moment_of(cursor.get("all_at"))
        begun = {"page": 1, "limit": PAGE, "back": dict(cursor)}
        if read is None or read + ALL_AGAIN < now or "since" not in cursor:
            return begun | {"since": self._oldest(), "newest": 0, "all": now.isoformat()}
        return begun | {"since": int(cursor["since"]), "newest": int(cursor["since"]), "all_at": cursor["all_at"]}

    def _page(self, now: dict[str, Any]) -> Portion:
        limit = int(now["limit"])
        try:
            found, sha256 = self._found(int(now["since"]), limit, int(now["page"]))
        except AnswerTooLarge:
            if limit == 1:
                raise
            # From the page that begins at the same attribute.
            smaller = max(limit // GROWTH, 1)
            page = (int(now["page"]) - 1) * limit // smaller + 1
            return Portion({**now, "limit": smaller, "page": page}, more=True)
        taken, gone = self._read(found)
        newest = max([int(now["newest"]), *(int(each.stamp) for each in taken)])
        if len(found) >= limit:
            going_on = {**now, "page": int(now["page"]) + 1, "newest": newest}
            return Portion(going_on, more=True, taken=taken, gone=gone, sha256=sha256)
        since = max(min(newest, int(clock.now().timestamp())) - LATE, 0)
        began = datetime.fromisoformat(now["all"]) if "all" in now else None
        cursor = {"since": since, "all_at": now.get("all") or now["all_at"]}
        return Portion(cursor, more=False, taken=taken, gone=gone, unseen_before=began, sha256=sha256)

    def _found(self, since: int, limit: int, page: int) -> tuple[list[dict[str, Any]], str]:
        settings = self._wanted.settings
        body: dict[str, Any] = dict(settings.get("query") or {})
        if tags := settings.get("tags"):
            body["tags"] = list(tags)
        if settings.get("published", True):
            body["published"] = True
        body |= {
            "returnFormat": "json", "timestamp": since, "limit": limit, "page": page, "deleted": [0, 1],
            "includeEventTags": True,
        }  # fmt: skip
        reply = asked(self._outbound, PATH, body, self._wanted.authorization)
        self._budget.used += len(reply.body)
        if reply.body.strip() in EMPTY:
            return [], ""
        answer: Answer = decoded(reply, Answer, self._outbound.target.shown)
        found = answer.response.found if isinstance(answer.response, Found) else []
        return found, hashlib.sha256(reply.body).hexdigest()

    def _read(self, found: list[dict[str, Any]]) -> tuple[list[Taken], list[str]]:
        """What can be compared with, and the identifiers of what cannot, or no longer."""
        taken: list[Taken] = []
        gone: list[str] = []
        for each in found:
            key = str(each.get("uuid") or "")
            one = self._taken(key, each) if key and each.get("to_ids") and not _is_on(each.get("deleted")) else None
            if one is not None:
                taken.append(one)
            elif key:
                gone.append(key)
        return taken, gone

    def _taken(self, key: str, attribute: dict[str, Any]) -> Taken | None:
        about = attribute.get("Event")
        event = dict(about) if isinstance(about, dict) else {}
        entries = read_event(event | {"Attribute": [attribute], "Object": [], "Tag": attribute.get("Tag")}).entries
        at = moment_of(attribute.get("timestamp"))
        if not entries or at is None:
            return None
        return Taken(key, str(int(at.timestamp())), at, until(entries, ends_at(at, self._wanted)))


def _is_on(value: object) -> bool:
    return value not in (None, False, 0, "0", "")
