# SPDX-License-Identifier: Apache-2.0
"""One request to an address that the operator configured: never elsewhere, never for long, never much."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from longwatch.ledger.anchors.plugin import AnchorFailed

SECONDS = 20
LARGEST_ANSWER = 1_000_000


class _Stay(urllib.request.HTTPRedirectHandler):
    """An answer that leads elsewhere is an answer, not a way."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


_opener = urllib.request.build_opener(_Stay)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Send bytes and return status and answer, whatever the status; refuses other schemes and long answers."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise AnchorFailed("The address of an anchor starts with https:// or http://.")
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - checked above
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            status, said = answer.status, answer.read(LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        with error:
            status, said = error.code, error.read(LARGEST_ANSWER + 1)
    except (OSError, ValueError) as error:
        raise AnchorFailed(f"{host(url)} does not answer: {error}.") from error
    if len(said) > LARGEST_ANSWER:
        raise AnchorFailed(f"{host(url)} answers with more than a receipt.")
    return status, said


def host(url: str) -> str:
    """The part of an address that may be shown: without user, password and path."""
    return urlsplit(url).hostname or "the address"
