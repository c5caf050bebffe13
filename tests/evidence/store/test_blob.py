# SPDX-License-Identifier: Apache-2.0
"""Stored bytes compared with their name."""

import os
from pathlib import Path

from longwatch.evidence.store.blob import Check, check_blob
from longwatch.evidence.store.files import FileStore
from tests.evidence.store.test_files import placed


class TestCheckBlob:
    def test_tells_intact_changed_and_missing_apart(self, tmp_path: Path) -> None:
        store = FileStore(tmp_path / "store")
        name = placed(store, tmp_path, os.urandom(3_000_000))
        assert check_blob(store, name) == Check.INTACT
        store.path(name).chmod(0o600)
        with store.path(name).open("r+b") as file:
            file.seek(2_500_000)
            file.write(b"changed")
        assert check_blob(store, name) == Check.CHANGED
        store.path(name).unlink()
        assert check_blob(store, name) == Check.MISSING
