# SPDX-License-Identifier: Apache-2.0
"""The form of evidence at rest, written and read again."""

import hashlib
import io
import os
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from longwatch.evidence.sealing import (
    CHUNK_BYTES,
    HEADER,
    OVERHEAD,
    Header,
    NotSealed,
    Sealer,
    cipher_of,
    open_chunk,
    read_header,
    seal_chunk,
    size_of,
)
from longwatch.evidence.unsealing import Unsealed, pieces

KEY = bytes(range(32))
KEY_ID = UUID(int=7)
SIZES = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_000]


class Stored:
    """Sealed bytes in memory, as a store gives them."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size = data, len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]

    def close(self) -> None:
        self.size = -1


def sealed(content: bytes, step: int = 70_000) -> bytes:
    out = io.BytesIO()
    sealer = Sealer.begin(out, KEY, KEY_ID)
    for start in range(0, len(content), step):
        sealer.write(content[start : start + step])
    hashes = sealer.finish()
    assert hashes == (hashlib.sha256(content).hexdigest(), hashlib.sha256(out.getvalue()).hexdigest())
    return out.getvalue()


def unsealed(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(pieces(Unsealed(Stored(data), lambda key_id: key if key_id == KEY_ID else b"")))


class TestSealer:
    @pytest.mark.parametrize("size", SIZES)
    def test_seals_what_is_read_again(self, size: int) -> None:
        content = os.urandom(size)
        data = sealed(content)
        assert len(data) == HEADER.size + size + max(1, -(-size // CHUNK_BYTES)) * OVERHEAD
        assert size_of(len(data)) == size
        assert unsealed(data) == content

    def test_shows_nothing_of_the_content_and_never_the_same_twice(self) -> None:
        content = b"secret words " * 100
        assert b"secret" not in sealed(content)
        assert sealed(content)[HEADER.size :] != sealed(content)[HEADER.size :]

    @given(steps=st.lists(st.integers(1, 150_000), min_size=1, max_size=6))
    def test_can_go_on_in_another_process(self, steps: list[int]) -> None:
        content, out = os.urandom(sum(steps)), io.BytesIO()
        sealer, at = Sealer.begin(out, KEY, KEY_ID), 0
        for step in steps:
            sealer.write(content[at : at + step])
            at += step
            assert sealer.size == at
            sealer = Sealer(
                out, cipher_of(KEY, read_header(out.getvalue())), chunks=sealer.chunks, tail=sealer.tail,
                digests=sealer.digests,
            )  # fmt: skip
        sealer.finish()
        assert unsealed(out.getvalue()) == content


class TestReadHeader:
    def test_refuses_what_is_not_ours(self) -> None:
        for data in (b"", b"%PDF-1.7" + bytes(100), sealed(b"x")[:40]):
            with pytest.raises(NotSealed):
                read_header(data)


class TestOpenChunk:
    def test_refuses_another_place(self) -> None:
        cipher = cipher_of(KEY, Header(KEY_ID, bytes(32)))
        chunk = seal_chunk(cipher, 3, b"content")
        assert open_chunk(cipher, 3, chunk) == b"content"
        for number, last in ((2, False), (3, True)):
            with pytest.raises(InvalidTag):
                open_chunk(cipher, number, chunk, last=last)
