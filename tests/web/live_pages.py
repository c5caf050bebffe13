# SPDX-License-Identifier: Apache-2.0
"""Open pages that listen to a running server, as browsers do."""

import json
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from longwatch.access.models import Account

PATIENCE = 20


class LivePage:
    """One person's open page, rendered at a moment: an event stream of one topic, read line by line."""

    def __init__(self, base_url: str, account: Account, topic: str, rendered: object = "") -> None:
        address = urlsplit(base_url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        self._connection.request("GET", f"/live/{topic}?since={rendered}", headers={"Cookie": session_of(account)})
        self.response: HTTPResponse = self._connection.getresponse()
        self.told, self.new = 0, 0
        if self.response.status == 200:
            self._line_with(b"event: ready")
            self.missed: bool = json.loads(self._line_with(b"data: ").removeprefix(b"data: "))["missed"]

    def wait(self) -> None:
        """Return when a change is told."""
        self._count(self._line_with(b"data: "))

    def close(self) -> None:
        """Leave, as somebody who closes the tab."""
        self._connection.close()

    def read_to_the_end(self) -> int:
        """How many changes were told altogether, when the server ends the stream."""
        for line in self.response:
            self._count(line)
        self.close()
        return self.told

    def _line_with(self, start: bytes) -> bytes:
        while line := self.response.readline():
            if line.startswith(start):
                return line
        raise AssertionError(f"The stream ended before {start!r}.")

    def _count(self, line: bytes) -> None:
        if line.startswith(b"data: "):
            said = json.loads(line.removeprefix(b"data: "))
            self.told, self.new = self.told + int(said["count"]), self.new + int(said["new"])


def session_of(account: Account) -> str:
    """The cookie of somebody who is signed in."""
    browser = Client()
    browser.force_login(account)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
