# SPDX-License-Identifier: Apache-2.0
"""Headers and bodies of requests; a body that is too large is not read to its end."""

from urllib.parse import parse_qs

from longwatch.core.errors import Invalid, LongwatchError, TooLarge
from longwatch.intake.fast.answers import Receive, Scope

LARGEST_SIGNAL = 1_000_000
LARGEST_BULK = 16_000_000
LONGEST_KEY = 255
ENCODINGS = frozenset({b"", b"identity"})


class TooSlow(LongwatchError):
    """The body takes so long that others would have to wait for it."""

    status = 408
    default_code = "too_slow"


class Gone(Exception):
    """The sender hung up before the body was complete."""


def header(scope: Scope, name: bytes) -> bytes:
    """The value of a header, empty when it was not sent."""
    return next((value for key, value in scope["headers"] if key.lower() == name), b"")


def content_type(scope: Scope) -> str:
    """The content type as sent, without parameters."""
    return header(scope, b"content-type").partition(b";")[0].strip().decode("latin-1") or "application/json"


def idempotency_key(scope: Scope) -> str:
    """The sender's key for this request, empty when there is none; refuses an unusable one."""
    key = header(scope, b"idempotency-key").decode("latin-1").strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable() or not key)):
        sentence = f"Use up to {LONGEST_KEY} printable ASCII characters."
        raise Invalid("The header Idempotency-Key is not usable.", fields={"Idempotency-Key": sentence})
    return key


def named_source(scope: Scope) -> str:
    """The source named in the query (`?source=slug`), empty when there is none."""
    query = scope.get("query_string") or b""
    if not query:
        return ""
    sources: list[str] = parse_qs(query.decode("latin-1")).get("source", [""])
    return sources[0]


async def body(scope: Scope, receive: Receive, largest: int) -> bytes:
    """The whole body; refuses (413) as soon as it is known to be larger than allowed."""
    if header(scope, b"content-encoding").lower() not in ENCODINGS:
        raise Invalid("Send the body uncompressed.", fields={"Content-Encoding": "Only identity is read."})
    return await sent(scope, receive, largest)


async def sent(scope: Scope, receive: Receive, largest: int) -> bytes:
    """The bytes as they are sent, packed or not; refuses (413) too many."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced[:20]) > largest:
        raise _too_large(largest)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            raise _too_large(largest)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(largest: int) -> TooLarge:
    return TooLarge(f"The body is larger than {largest // 1_000_000} MB.")
