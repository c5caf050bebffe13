# SPDX-License-Identifier: Apache-2.0
"""Bodies of other vendors' requests."""

import asyncio
import gzip
import zlib
from collections.abc import MutableMapping
from typing import Any

import pytest

from longwatch.core.errors import Invalid, TooLarge
from longwatch.intake.fast.body import TooSlow
from longwatch.intake.ways import bodies
from longwatch.intake.ways.bodies import LARGEST_UNPACKED, headers_of, in_time, unpacked


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"headers": list(headers)}


class TestHeadersOf:
    def test_have_small_names_and_of_two_the_first(self) -> None:
        assert headers_of(scope((b"X-One", b" a "), (b"x-one", b"b"))) == {"x-one": "a"}


class TestInTime:
    def test_gives_up_on_a_body_that_does_not_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def never() -> MutableMapping[str, Any]:
            await asyncio.sleep(60)
            return {}

        monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)
        with pytest.raises(TooSlow):
            asyncio.run(in_time(scope(), never))


class TestUnpacked:
    @pytest.mark.parametrize(("name", "pack"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress)])
    def test_takes_what_is_packed(self, name: bytes, pack: Any) -> None:
        assert unpacked(scope((b"content-encoding", name)), pack(b"hello")) == b"hello"

    def test_leaves_what_is_not(self) -> None:
        assert unpacked(scope(), b"\x1f\x8bhello") == b"\x1f\x8bhello"

    def test_refuses_what_grows_beyond_measure(self) -> None:
        bomb = gzip.compress(bytes(LARGEST_UNPACKED + 1))
        with pytest.raises(TooLarge):
            unpacked(scope((b"content-encoding", b"gzip")), bomb)

    @pytest.mark.parametrize(
        ("name", "raw"),
        [(b"gzip", b"hello"), (b"gzip", gzip.compress(b"hello", mtime=0)[:-9]), (b"br", b"x"), (b"gzip", b"")],
    )
    def test_refuses_what_cannot_be_unpacked(self, name: bytes, raw: bytes) -> None:
        with pytest.raises(Invalid):
            unpacked(scope((b"content-encoding", name)), raw)
