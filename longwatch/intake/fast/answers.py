# SPDX-License-Identifier: Apache-2.0
"""Answers as bytes: results, and refusals as problem documents (RFC 9457)."""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from longwatch.core.errors import LongwatchError, SignInNeeded, TooMany
from longwatch.core.problem import problem_document
from longwatch.intake.arrival import Received
from longwatch.records.severity import Severity

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")
PROBLEM: Header = (b"content-type", b"application/problem+json")
WORDS = {int(severity): severity.word for severity in Severity}
FIRST_ERROR = 400
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and headers beyond its length."""

    status: int
    body: bytes
    headers: Sequence[Header] = (JSON,)

    async def send(self, send: Send) -> None:
        """Send it through the server."""
        headers = [*self.headers, (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Unavailable(LongwatchError):
    """The database does not answer; nothing was acknowledged."""

    status = 503
    default_code = "unavailable"
    retry_after = 2


def received(result: Received) -> Answer:
    """What a sender of one signal is told."""
    status, word = (201, "created") if result.created else (200, "repeated")
    body = b'{"id":"%s","status":"%s","count":%d,"severity":"%s"}' % (
        str(result.signal_id).encode(), word.encode(), result.count, WORDS[result.severity].encode(),
    )  # fmt: skip
    return Answer(status, body, (JSON, _location(str(result.signal_id))))


def replayed(status: int, body: bytes) -> Answer:
    """What was answered to the same key before, with the headers that it had then."""
    headers = [PROBLEM if status >= FIRST_ERROR else JSON, (b"idempotency-replayed", b"true")]
    signal = msgspec.json.decode(body, type=Named).id
    return Answer(status, body, [*headers, _location(signal)] if signal else headers)


class Named(msgspec.Struct):
    """The part of an answer that names one signal."""

    id: str = ""


def _location(signal_id: str) -> Header:
    return (b"location", b"/api/v1/signals/" + signal_id.encode())


def refused(error: Exception) -> Answer:
    """The problem document of a refusal; of anything unexpected only that it was logged."""
    if not isinstance(error, LongwatchError):
        log.error("Unexpected error while receiving signals", exc_info=error)
        return problem(500, "Something went wrong here; it was logged.", code="unexpected")
    headers: list[Header] = []
    if isinstance(error, SignInNeeded):
        headers.append((b"www-authenticate", b'Bearer realm="longwatch"'))
    if isinstance(error, TooMany | Unavailable):
        headers.append((b"retry-after", b"%d" % error.retry_after))
    fields: Mapping[str, str] = getattr(error, "fields", {})
    named = [{"field": name, "detail": sentence} for name, sentence in fields.items()]
    return problem(error.status, error.sentence, code=error.code, headers=headers, errors=named)


def problem(
    status: int,
    detail: str,
    *,
    code: str,
    headers: Sequence[Header] = (),
    errors: Sequence[Mapping[str, Any]] = (),
    **members: Any,
) -> Answer:
    """One problem document, in the form the rest of the API uses."""
    document = problem_document(status, detail, code=code) | members
    if errors:
        document["errors"] = list(errors)
    return Answer(status, msgspec.json.encode(document), (PROBLEM, *headers))
