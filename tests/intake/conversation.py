# SPDX-License-Identifier: Apache-2.0
"""Talking to a running server as a sender does."""

import http.client
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SIGNALS = "/api/v1/signals"
BULK = "/api/v1/signals/bulk"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Client:
    """A sender with a token; each request takes a connection of its own."""

    base_url: str
    token: str

    def post(self, body: bytes | dict[str, Any], path: str = SIGNALS, **headers: str) -> Answer:
        """Send a body and read the answer."""
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        parts = urlsplit(self.base_url)
        with closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
            connection.request("POST", path, payload, sent)
            response = connection.getresponse()
            text = response.read()
        return Answer(
            response.status, {k.lower(): v for k, v in response.getheaders()}, json.loads(text) if text else None
        )

    def bulk(self, lines: list[bytes], path: str = BULK, **headers: str) -> Answer:
        """Send lines."""
        return self.post(b"\n".join(lines), path, Content_Type="application/x-ndjson", **headers)
