# SPDX-License-Identifier: Apache-2.0
"""The other sides of feeds, served by the tests: a MISP feed, a MISP server, a TAXII 2.1 server."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from longwatch.core.outbound import Trust
from longwatch.enrichment.feeds.asking import Budget
from longwatch.enrichment.intel.shape import Entry
from longwatch.intake.polling.asking import Wanted
from tests.fixtures.little_server import Asked, Said

KEY = "a-key-of-misp"
USER, PASSWORD = "reader", "secret-word"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
MEDIA = "application/taxii+json;version=2.1"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"


def number(of: int) -> str:
    """An identifier of an event or attribute."""
    return f"5c0ffee0-0000-4000-8000-{of:012d}"


def ago(days: float = 0, seconds: float = 0) -> datetime:
    return datetime.now(UTC) - timedelta(days=days, seconds=seconds)


def wanted(kind: str, url: str, **more: Any) -> Wanted:
    """What an administrator set."""
    settings = {"days": 90} | more.pop("settings", {})
    return Wanted(kind, url, trust=Trust(more.pop("authorities", "")), settings=settings, **more)


def keys(entries: Any) -> list[str]:
    """What values are compared with."""
    return sorted(each.key for each in entries)


def budget(**more: Any) -> Budget:
    return Budget(**more)


def nothing() -> dict[str, str]:
    return {}


def values_of(portions: Any) -> dict[str, list[str]]:
    """The values of all portions by object."""
    found: dict[str, list[Entry]] = {}
    for portion in portions:
        for each in portion.taken:
            found[each.key] = list(each.entries)
    return {key: keys(entries) for key, entries in found.items()}


@dataclass
class MispFolder:
    """A folder with manifest.json and an event a file."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Answers for paths, before anything else.
    instead: dict[str, Said] = field(default_factory=dict)

    def put(self, of: int, value: str, at: datetime | None = None, **more: Any) -> str:
        """An event with one address."""
        key, moment = number(of), at or ago(1)
        self.events[key] = {
            "uuid": key, "info": f"Event {of}", "date": f"{moment:%Y-%m-%d}", "timestamp": str(int(moment.timestamp())),
            "threat_level_id": "1", "Attribute": [{"type": "ip-dst", "value": value, "to_ids": True}],
        } | more  # fmt: skip
        return key

    def manifest(self) -> dict[str, Any]:
        return {key: {"info": each["info"], "timestamp": each["timestamp"]} for key, each in self.events.items()}

    def __call__(self, asked: Asked) -> Said:
        if asked.path in self.instead:
            return self.instead[asked.path]
        name = asked.path.rpartition("/")[2]
        if name == "manifest.json":
            return Said(json.dumps(self.manifest()).encode())
        event = self.events.get(name.removesuffix(".json"))
        return Said(json.dumps({"Event": event}).encode()) if event else Said(b"gone", 404)


@dataclass
class MispApi:
    """Attributes behind restSearch, as far as it is used here."""

    attributes: list[dict[str, Any]] = field(default_factory=list)
    instead: list[Said] = field(default_factory=list)

    def put(self, of: int, value: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        attribute = {
            "uuid": number(of), "type": "ip-dst", "value": value, "to_ids": True, "deleted": False,
            "timestamp": str(int((at or ago(1)).timestamp())),
            "Event": {"uuid": number(900 + of), "info": "Quiet Heron", "threat_level_id": "1"},
        } | more  # fmt: skip
        self.attributes = [each for each in self.attributes if each["uuid"] != attribute["uuid"]] + [attribute]
        return attribute

    def __call__(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != KEY:
            return Said(b'{"message": "Authentication failed."}', 403)
        if self.instead:
            return self.instead.pop(0)
        body = json.loads(asked.body)
        assert (body["deleted"], body["returnFormat"]) == ([0, 1], "json")
        fit = sorted(
            (each for each in self.attributes if int(each["timestamp"]) >= body["timestamp"]),
            key=lambda each: each["uuid"],
        )
        start = (body["page"] - 1) * body["limit"]
        return Said(json.dumps({"response": {"Attribute": fit[start : start + body["limit"]]}}).encode())


@dataclass
class TaxiiServer:
    """A TAXII 2.1 server with one collection or more, pages, and a user."""

    objects: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    page: int = 2
    roots: list[str] = field(default_factory=lambda: ["/api1/"])
    titles: list[str] = field(default_factory=lambda: ["Indicators"])
    says_when: bool = True
    instead: list[Said] = field(default_factory=list)

    def put(self, of: int, value: str, **more: Any) -> str:
        """A new version of an indicator, added now."""
        key = f"indicator--{number(of)}"
        added = f"2026-01-01T00:00:00.{len(self.objects):06d}Z"
        stix = {
            "type": "indicator", "spec_version": "2.1", "id": key, "created": f"{ago(2):%Y-%m-%dT%H:%M:%S.000Z}",
            "modified": f"{ago(1):%Y-%m-%dT%H:%M:%S}.{len(self.objects):03d}Z", "name": f"Indicator {of}",
            "pattern_type": "stix", "pattern": f"[ipv4-addr:value = '{value}']",
        } | more  # fmt: skip
        self.objects = [each for each in self.objects if each[1]["id"] != key] + [(added, stix)]
        return key

    def __call__(self, asked: Asked) -> Said:
        if asked.headers.get("authorization") != BASIC:
            return Said(b'{"title": "Unauthorized"}', 401)
        if asked.headers.get("accept") != MEDIA:
            return Said(b"", 406)
        parts = urlsplit(asked.path)
        if self.instead:
            return self.instead.pop(0)
        return self._said(parts.path, {name: one[0] for name, one in parse_qs(parts.query).items()})

    def _said(self, path: str, query: dict[str, str]) -> Said:
        collections = [
            {"id": f"{COLLECTION[:-1]}{n}", "title": title, "can_read": True, "can_write": False}
            for n, title in enumerate(self.titles)
        ]
        if path == "/taxii2/":
            return _json({"title": "Ours", "default": self.roots[0], "api_roots": self.roots})
        if path == "/api1/":
            return _json({"title": "Root", "versions": [MEDIA], "max_content_length": 10_000_000})
        if path == "/api1/collections/":
            return _json({"collections": collections})
        for each in collections:
            if path == f"/api1/collections/{each['id']}/":
                return _json(each)
            if path == f"/api1/collections/{each['id']}/objects/":
                return self._objects(query)
        return Said(b'{"title": "Not found"}', 404)

    def _objects(self, query: dict[str, str]) -> Said:
        assert query["match[type]"] == "indicator"
        after = query.get("added_after", "")
        start = int(query.get("next", "0"))
        found = sorted((each for each in self.objects if each[0] > after), key=lambda each: each[0])
        size = min(int(query["limit"]), self.page)
        some = found[start : start + size]
        more = start + size < len(found)
        headers = {"X-TAXII-Date-Added-Last": some[-1][0]} if some and self.says_when else {}
        envelope: dict[str, Any] = {"more": more, "objects": [stix for _added, stix in some]}
        return _json(envelope | ({"next": str(start + size)} if more else {}), headers)


def _json(value: Any, headers: dict[str, str] | None = None) -> Said:
    return Said(json.dumps(value).encode(), headers={"Content-Type": MEDIA} | (headers or {}))
