# SPDX-License-Identifier: Apache-2.0
"""Headers and bodies of requests."""

import asyncio
from typing import Any

import pytest

from longwatch.core.errors import Invalid, TooLarge
from longwatch.intake.fast.body import Gone, body, content_type, idempotency_key, named_source


def scope(query: bytes = b"", **headers: Any) -> dict[str, Any]:
    return {"headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()], "query_string": query}


def read(messages: list[dict[str, Any]], largest: int = 10, **headers: Any) -> bytes:
    """The body that these messages make; it is an error to ask for more of them."""
    left = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(left)

    return asyncio.run(body(scope(**headers), receive, largest))


def part(content: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


class TestBody:
    """body"""

    def test_joins_the_parts(self) -> None:
        assert read([part(b"ab", more=True), part(b"c")]) == b"abc"

    def test_reads_no_further_once_it_is_too_large(self) -> None:
        with pytest.raises(TooLarge):
            read([part(b"x" * 11, more=True)])

    def test_reads_nothing_of_what_is_announced_as_too_large(self) -> None:
        with pytest.raises(TooLarge):
            read([], content_length="11")

    def test_refuses_compressed_ones(self) -> None:
        with pytest.raises(Invalid, match="uncompressed"):
            read([], content_encoding="gzip")

    def test_notices_that_the_sender_hung_up(self) -> None:
        with pytest.raises(Gone):
            read([part(b"a", more=True), {"type": "http.disconnect"}])


class TestContentType:
    """content_type"""

    def test_leaves_parameters_out_and_takes_json_for_granted(self) -> None:
        assert content_type(scope(content_type="text/xml; charset=utf-8")) == "text/xml"
        assert content_type(scope()) == "application/json"


class TestIdempotencyKey:
    """idempotency_key"""

    def test_is_what_the_sender_chose(self) -> None:
        assert (idempotency_key(scope(idempotency_key=" a-1 ")), idempotency_key(scope())) == ("a-1", "")

    @pytest.mark.parametrize("key", ["x" * 256, "a\tb", "\u00e9"])
    def test_refuses_unusable_ones(self, key: str) -> None:
        with pytest.raises(Invalid):
            idempotency_key(scope(idempotency_key=key))


class TestNamedSource:
    """named_source"""

    def test_is_read_from_the_query(self) -> None:
        assert (named_source(scope(b"source=doors&x=1")), named_source(scope())) == ("doors", "")
