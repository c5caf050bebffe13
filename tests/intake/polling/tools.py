# SPDX-License-Identifier: Apache-2.0
"""Tools that are asked, as little servers: they answer in the forms that the real ones use."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from longwatch.intake.polling.asking import Wanted
from tests.fixtures.little_server import Asked, Said

KEY = "secret-key"


@dataclass
class Index:
    """A search engine with one index of documents (identifier, milliseconds, content)."""

    time_field: str = "@timestamp"
    documents: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    # What it answers instead, once each.
    instead: list[Said] = field(default_factory=list)
    failed_shards: int = 0
    nanoseconds: bool = False

    def add(self, name: str, at: int, **content: Any) -> None:
        self.documents.append((name, at, {"title": name, "@timestamp": at} | content))

    def __call__(self, asked: Asked) -> Said:
        if self.instead:
            return self.instead.pop(0)
        if asked.headers.get("authorization") != f"ApiKey {KEY}":
            return Said(json.dumps(NOT_KNOWN).encode(), 401)
        index = urlsplit(asked.path).path.split("/")[1]
        if not index.startswith("logs"):
            return Said(json.dumps({"took": 1, "timed_out": False, "_shards": _shards(0, 0), "hits": {
                "total": {"value": 0, "relation": "eq"}, "max_score": 0.0, "hits": []}}).encode())  # fmt: skip
        return Said(json.dumps(self._found(json.loads(asked.body))).encode())

    def _found(self, body: dict[str, Any]) -> dict[str, Any]:
        (sort, *tie) = body["sort"]
        assert list(sort) == [self.time_field]
        factor = 1_000_000 if self.nanoseconds else 1
        since = body["query"]["bool"]["filter"][0]["range"][self.time_field]
        assert since["format"] == "epoch_millis"
        found = [each for each in self.documents if each[1] >= since["gte"]]
        for term in body["query"]["bool"]["filter"][1:]:
            ((name, value),) = term["term"].items()
            found = [each for each in found if each[2].get(name) == value]
        found.sort(key=lambda each: (each[1], each[0]), reverse=sort[self.time_field]["order"] == "desc")
        if after := body.get("search_after"):
            found = [each for each in found if [each[1] * factor, each[0]] > after]
        hits = [
            {"_index": "logs-1", "_id": name, "_score": None, "_source": content,
             "sort": [at * factor, *([name] if tie else [])]}
            for name, at, content in found[: body["size"]]
        ]  # fmt: skip
        answer: dict[str, Any] = {
            "took": 3, "timed_out": False, "_shards": _shards(2, self.failed_shards),
            "hits": {"max_score": None, "hits": hits},
        }  # fmt: skip
        if body.get("track_total_hits"):
            answer["hits"]["total"] = {"value": len(found), "relation": "eq"}
        return answer


NOT_KNOWN = {
    "error": {
        "root_cause": [{"type": "security_exception", "reason": "unable to authenticate user"}],
        "type": "security_exception", "reason": "unable to authenticate user",
    },
    "status": 401,
}  # fmt: skip


def _shards(total: int, failed: int) -> dict[str, int]:
    return {"total": total, "successful": total - failed, "skipped": 0, "failed": failed}


@dataclass
class MispServer:
    """MISP, with events; it writes numbers as text."""

    events: list[dict[str, Any]] = field(default_factory=list)
    largest: int = 10_000_000
    instead: list[Said] = field(default_factory=list)

    def add(self, uuid: str, published: int, info: str = "Phishing", **more: Any) -> None:
        self.events.append(
            {"uuid": uuid, "info": info, "threat_level_id": "1", "timestamp": str(published - 10), "published": True,
             "publish_timestamp": str(published), "Attribute": [], "Tag": []} | more
        )  # fmt: skip

    def __call__(self, asked: Asked) -> Said:
        if self.instead:
            return self.instead.pop(0)
        if asked.headers.get("authorization") != KEY:
            return Said(b'{"name":"Authentication failed.","message":"Authentication failed.","url":"\\/"}', 403)
        body = json.loads(asked.body)
        assert body["returnFormat"] == "json"
        if asked.path == "/attributes/restSearch":
            return self._attributes(body)
        since = int(body.get("publish_timestamp", body.get("timestamp", 0)))
        fit = [each for each in self.events if int(each["publish_timestamp"]) >= since]
        if tags := body.get("tags"):
            fit = [each for each in fit if any(tag["name"] in tags for tag in each["Tag"])]
        page = _page(fit, body)
        if body.get("metadata"):
            page = [{name: value for name, value in each.items() if name != "Attribute"} for each in page]
        return Said(json.dumps({"response": [{"Event": each} for each in page]}).encode())

    def _attributes(self, body: dict[str, Any]) -> Said:
        fit = [each for event in self.events for each in event["Attribute"]]
        fit = [each for each in fit if int(each["timestamp"]) >= int(body["timestamp"])]
        return Said(json.dumps({"response": {"Attribute": _page(fit, body)}}).encode())


def _page(found: Sequence[dict[str, Any]], body: dict[str, Any]) -> list[dict[str, Any]]:
    first = (body["page"] - 1) * body["limit"]
    return list(found[first : first + body["limit"]])


def searching(url: str, **more: Any) -> Wanted:
    """How an index is asked."""
    settings = {"index": "logs-*", "time_field": "@timestamp", "late_seconds": 60} | more.pop("settings", {})
    return Wanted("elasticsearch", url, "key", secret=KEY, settings=settings, **more)


def sharing(url: str, **more: Any) -> Wanted:
    """How MISP is asked."""
    return Wanted("misp", url, "plain", secret=KEY, settings=more.pop("settings", {}), **more)
