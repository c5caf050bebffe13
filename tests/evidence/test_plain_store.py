# SPDX-License-Identifier: Apache-2.0
"""What older versions kept unsealed."""

from pathlib import Path

import pytest

from longwatch.core.errors import Invalid, TooLarge
from longwatch.core.ids import uuid7
from longwatch.evidence.plain_store import BlobStore


class TestBlobStore:
    def test_keeps_one_file_a_content(self, tmp_path: Path) -> None:
        store = BlobStore.of(tmp_path, uuid7())
        first, second = (store.keep([b"same"], 100) for _ in range(2))
        assert first == second
        assert [path.read_bytes() for path in store.blobs()] == [b"same"]

    def test_refuses_too_much_and_nothing(self, tmp_path: Path) -> None:
        store = BlobStore.of(tmp_path, uuid7())
        with pytest.raises(TooLarge):
            store.keep([b"x" * 101], 100)
        with pytest.raises(Invalid):
            store.keep([], 100)
        assert not [*store.blobs(), *store.drafts()]
