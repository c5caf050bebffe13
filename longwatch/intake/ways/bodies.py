# SPDX-License-Identifier: Apache-2.0
"""Bodies of other vendors' requests: whole, unpacked within limits, and in time."""

import asyncio
import zlib

from longwatch.core.errors import Invalid, TooLarge
from longwatch.intake.fast.answers import Receive, Scope
from longwatch.intake.fast.body import TooSlow, header, sent

LARGEST = 5_000_000
LARGEST_UNPACKED = 16_000_000
BODY_SECONDS = 60.0
# zlib: gzip as well as its own format, as the first bytes say.
EITHER = zlib.MAX_WBITS | 32
PACKED = frozenset({b"gzip", b"x-gzip", b"deflate"})


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by name in small letters; of one that comes twice, the first."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
    return found


async def in_time(scope: Scope, receive: Receive) -> bytes:
    """The bytes as they were sent, packed or not: what is signed. Refuses (413) too many, (408) too slow ones."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await sent(scope, receive, LARGEST)
    except TimeoutError:
        raise TooSlow(f"The body did not arrive within {BODY_SECONDS:.0f} seconds.") from None


def unpacked(scope: Scope, raw: bytes) -> bytes:
    """The body without its packing; refuses (413) what grows beyond measure, (422) what cannot be unpacked."""
    encoding = header(scope, b"content-encoding").lower()
    if encoding in (b"", b"identity"):
        return raw
    if encoding not in PACKED:
        raise Invalid("The body is packed in an unknown way.", fields={"Content-Encoding": "Use gzip or none."})
    packer = zlib.decompressobj(EITHER)
    try:
        whole = packer.decompress(raw, LARGEST_UNPACKED + 1)
    except zlib.error as error:
        raise Invalid("The body cannot be unpacked.", fields={"body": f"It cannot be unpacked: {error}."}) from error
    if len(whole) > LARGEST_UNPACKED:
        raise TooLarge(f"The body is larger than {LARGEST_UNPACKED // 1_000_000} MB when it is unpacked.")
    if not packer.eof:
        raise Invalid("The body cannot be unpacked.", fields={"body": "It is cut off."})
    return whole
