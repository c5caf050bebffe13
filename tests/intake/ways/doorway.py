# SPDX-License-Identifier: Apache-2.0
"""A running server with a source, as other vendors' tools know it."""

import http.client
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from longwatch.access.context import acting_as
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.models import Occurrence, Signal, Source
from tests.intake.cast_signals import make_door, make_source, make_token
from tests.personas import Cast, make_cast


@dataclass
class Doorway:
    """Sends whatever a test wants, and looks at what came of it."""

    base_url: str
    cast: Cast
    source: Source

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """The status, and the body as JSON or as text."""
        parts = urlsplit(self.base_url)
        with closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}))
            response = connection.getresponse()
            text = response.read()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text.decode()

    def door(self, scheme: str, **settings: str) -> str:
        """Set up a webhook; answers its secret."""
        return make_door(self.source, self.cast, scheme, **settings)[1]

    def token(self, *, bound: bool = True) -> str:
        """A token of the cast's integration."""
        return make_token(self.cast, self.source if bound else None)

    def signals(self) -> list[Signal]:
        """What came, oldest first."""
        with acting_as(self.cast.supervisor):
            return list(Signal.objects.filter(source=self.source).order_by("first_seen", "id"))

    def raws(self) -> list[bytes]:
        """The bytes of all arrivals."""
        with acting_as(self.cast.supervisor):
            return [bytes(each.raw) for each in Occurrence.objects.filter(source_id=self.source.id).order_by("id")]

    def kept(self) -> list[tuple[str, bytes]]:
        """The bodies that were kept whole: state and bytes."""
        with acting_as(self.cast.supervisor):
            rows = Delivery.objects.filter(source=self.source).order_by("id")
            return [(row.state, bytes(row.raw)) for row in rows]


def make_doorway(base_url: str) -> Doorway:
    """A new cast with a source at a running server."""
    cast = make_cast()
    return Doorway(base_url, cast, make_source(cast))
