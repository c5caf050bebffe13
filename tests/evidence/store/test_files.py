# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence in a directory."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from longwatch.evidence.store.files import FileStore


def placed(store: FileStore, folder: Path, content: bytes = b"sealed") -> str:
    draft = folder / "draft"
    draft.write_bytes(content)
    name = hashlib.sha256(content).hexdigest()
    store.place(draft, name)
    return name


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


class TestFileStore:
    def test_keeps_a_draft_under_its_name(self, store: FileStore, tmp_path: Path) -> None:
        name = placed(store, tmp_path)
        source = store.open(name)
        assert (source.size, source.read_at(2, 3)) == (6, b"ale")
        source.close()
        assert [blob.sealed_sha256 for blob in store.blobs()] == [name]
        assert not (tmp_path / "draft").exists()

    @pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "0" * 63])
    def test_refuses_a_name_that_is_no_hash(self, store: FileStore, name: str) -> None:
        with pytest.raises(ValueError, match="SHA-256"):
            store.open(name)

    def test_removes_only_what_is_old_enough(self, store: FileStore, tmp_path: Path) -> None:
        name = placed(store, tmp_path)
        assert not store.remove(name, older_than=60)
        os.utime(store.path(name), (time.time() - 90, time.time() - 90))
        assert store.remove(name, older_than=60)
        assert not store.remove(name)
