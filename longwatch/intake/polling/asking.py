# SPDX-License-Identifier: Apache-2.0
"""What is asked of another tool and what comes back, whichever tool it is."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from longwatch.core import clock
from longwatch.core.outbound import Outbound, Reply, Trust, Unreachable

JSON = "application/json"
DIGEST = 16
OK = 200
LONGEST_WHY = 300
LAST_SECOND = 32_503_680_000.0
# How a tool is told who asks, by the name of the scheme.
WORDS = {"key": "ApiKey ", "bearer": "Bearer ", "plain": ""}


@dataclass(frozen=True)
class Wanted:
    """What an administrator set: where, as whom, and what of it."""

    kind: str
    url: str
    scheme: str = "none"
    user: str = ""
    secret: str = ""
    trust: Trust = field(default_factory=Trust)
    settings: Mapping[str, Any] = field(default_factory=dict)
    # What happened before is not fetched.
    start: datetime = field(default_factory=clock.now)

    @property
    def authorization(self) -> dict[str, str]:
        """The header that says who asks."""
        if self.scheme == "none":
            return {}
        if self.scheme == "basic":
            both = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
            return {"Authorization": f"Basic {both}"}
        return {"Authorization": WORDS[self.scheme] + self.secret}


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was fetched: its bytes, what tells it from others, and when it happened."""

    raw: bytes
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, where to go on, and whether to go on at once."""

    records: Sequence[Record]
    cursor: Mapping[str, Any]
    more: bool
    # What happened before is never asked for again, so that nobody has to remember it.
    forget_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test of the connection found."""

    sentence: str
    # A record, to see how it is read.
    sample: bytes = b""


class Connector(Protocol):
    """Speaks with one kind of tool."""

    def __init__(self, wanted: Wanted) -> None: ...

    def fetch(self, cursor: Mapping[str, Any]) -> Page:
        """The page at the cursor (empty: from the start); refuses with a sentence what cannot be had or used."""

    def test(self) -> Trial:
        """Whether it could be fetched; refuses with what stands in the way."""


def digest_of(*parts: str) -> bytes:
    """What tells a record from others."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()[:DIGEST]


def moment(seconds: float) -> datetime:
    """A moment, kept within what can be told."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), LAST_SECOND), UTC)


def asked(outbound: Outbound, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
    """The answer to a question in JSON; refuses what is none, with what the tool itself says of it."""
    sent = {"Content-Type": JSON, "Accept": JSON} | dict(headers)
    reply = outbound.request("POST", path, msgspec.json.encode(body), sent)
    if reply.status != OK:
        raise Unreachable(refusal_of(outbound.target.shown, reply), code="refused")
    return reply


def decoded(reply: Reply, shape: Any, shown: str) -> Any:
    """The answer in the form that it should have; refuses any other."""
    try:
        return msgspec.json.decode(reply.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreachable(f"{shown} answers in another form than expected: {error}."[:LONGEST_WHY]) from error


def refusal_of(shown: str, reply: Reply) -> str:
    """What an answer that is no success means, in a sentence, with what the tool itself says of it."""
    meanings = {
        401: "does not know this user, password or key",
        403: "knows who asks, and does not allow this",
        404: "knows no such address or index",
        429: "is too busy",
    }
    if 300 <= reply.status < 400:
        return f"{shown} leads elsewhere ({reply.status}), which is not followed. Set the address that it leads to."
    meaning = meanings.get(reply.status, "refuses")
    why = reason_in(reply.body)
    return f"{shown} {meaning} ({reply.status}){': ' + why if why else '.'}"


def reason_in(body: bytes) -> str:
    """What a tool says went wrong, in the forms that they use; nothing when it says nothing that can be read."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    error = said.get("error", said.get("message") or said.get("errors"))
    if isinstance(error, dict):
        causes = error.get("root_cause")
        first = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else error
        error = first.get("reason") or error.get("reason") or error.get("type")
    text = error if isinstance(error, str) else ""
    return "".join(each if each.isprintable() else " " for each in text)[:LONGEST_WHY]
