# SPDX-License-Identifier: Apache-2.0
"""How a server-neutral load generator talks to Longwatch: each call gives (method, path, body, headers)."""

import json
from typing import Any
from urllib.parse import quote

Request = tuple[str, str, str | None, dict[str, str]]


class Adapter:
    """Signals as alerts; the token must be bound to a source, or the record's source must exist."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self.h = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.cursor = ""

    def prepare(self, c: Any) -> None:
        """Nothing to look up."""

    @staticmethod
    def ok(status: int, data: bytes) -> bool:
        """Whether an answer is a success."""
        return 200 <= status < 300

    def ping(self) -> Request:
        """The cheapest call with a token."""
        return ("GET", "/api/v1/me", None, self.h)

    def alert_create(self, a: dict[str, Any]) -> Request:
        """One signal."""
        entities = [
            {"kind": "file_hash" if k == "sha256" else k, "value": v, "part": "indicator"} for k, v in a["iocs"]
        ]
        for kind, name, address in a["assets"]:
            entities.append({"kind": kind, "value": name, "part": "affected"})
            if address:
                entities.append({"kind": "ip", "value": address, "part": "affected"})
        body = {
            "title": a["title"], "description": a["description"], "severity": a["severity"], "rule": a["source"],
            "dedup_key": a["source_ref"], "occurred_at": a["event_time"] + "Z", "entities": entities, "tags": a["tags"],
            "raw": a["raw"],
        }  # fmt: skip
        return ("POST", "/api/v1/signals", json.dumps(body), self.h)

    def alert_list(self, page: int, per: int) -> Request:
        """The first page; there are cursors, not page numbers."""
        return ("GET", f"/api/v1/signals?limit={per}", None, self.h)

    def alert_search(self, word: str, page: int, per: int) -> Request:
        """Signals with a word."""
        return ("GET", f"/api/v1/signals?q={quote(word)}&limit={per}", None, self.h)

    def alert_get(self, i: str) -> Request:
        """One signal."""
        return ("GET", f"/api/v1/signals/{i}", None, self.h)

    def some_alert_ids(self, c: Any, n: int) -> list[str]:
        """Identifiers of the newest signals, repeated when there are fewer."""
        _, data, _ = c.send(self.alert_list(1, min(n, 200)))
        found = [item["id"] for item in json.loads(data)["items"]]
        return [found[k % len(found)] for k in range(n)]
