# SPDX-License-Identifier: Apache-2.0
"""What older versions kept unsealed."""

import hashlib
from pathlib import Path

import pytest

from longwatch.core.ids import uuid7
from longwatch.evidence.plain_store import BlobStore
from tests.evidence.plain_blobs import plain_blob


class TestBlobStore:
    def test_finds_what_was_kept_by_its_hash_in_its_organisation_alone(self, tmp_path: Path) -> None:
        store, other = (BlobStore.of(tmp_path, uuid7()) for _ in range(2))
        sha256 = plain_blob(store, b"same")
        assert sha256 == hashlib.sha256(b"same").hexdigest()
        assert list(store.blobs()) == [store.path(sha256)]
        assert [*other.blobs(), *store.drafts()] == []

    def test_takes_no_name_that_is_no_hash(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="SHA-256"):
            BlobStore.of(tmp_path, uuid7()).path("../../etc/passwd")
