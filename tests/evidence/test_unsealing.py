# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence read again, and refused when it is not what was sealed."""

import io
import os
from collections.abc import Callable

import pytest

from longwatch.evidence.sealing import HEADER, SEALED_CHUNK
from longwatch.evidence.unsealing import Damaged, Unsealed, pieces
from tests.evidence.test_sealing import KEY, Stored, sealed, unsealed


class TestUnsealed:
    def test_reads_any_range(self) -> None:
        content = os.urandom(300_000)
        reader = Unsealed(Stored(sealed(content)), lambda _: KEY)
        for start, length in ((0, 10), (65_530, 20), (131_072, 70_000), (299_999, 5), (300_000, 5)):
            assert b"".join(pieces(reader, start, length)) == content[start : start + length]
        assert reader.seek(-4, io.SEEK_END) == 299_996
        assert reader.read(10) == content[-4:]

    @pytest.mark.parametrize(
        "harm",
        [
            lambda data: data[:-1],
            lambda data: data[: HEADER.size + SEALED_CHUNK],
            lambda data: data[: HEADER.size],
            lambda data: data[: HEADER.size] + data[HEADER.size + SEALED_CHUNK :],
            lambda data: data[:70] + bytes([data[70] ^ 1]) + data[71:],
            lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
            lambda data: data + data[HEADER.size : HEADER.size + SEALED_CHUNK],
            lambda data: b"",
        ],
        ids=["cut", "chunk gone", "all gone", "first gone", "bit", "salt", "more", "nothing"],
    )
    def test_refuses_whatever_was_changed(self, harm: Callable[[bytes], bytes]) -> None:
        data = sealed(os.urandom(150_000))
        with pytest.raises(Damaged):
            assert unsealed(harm(data)) == b"never"

    def test_refuses_another_key(self) -> None:
        with pytest.raises(Damaged):
            unsealed(sealed(b"x" * 100), key=bytes(32))
