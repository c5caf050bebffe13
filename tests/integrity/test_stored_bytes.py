# SPDX-License-Identifier: Apache-2.0
"""Whether the bytes of one exhibit are there and right."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings

from longwatch.core.ids import uuid7
from longwatch.evidence.plain_store import BlobStore
from longwatch.integrity.stored_bytes import CHANGED, GONE, state_of_bytes

CONTENT = b"Seen at nine"


@pytest.fixture
def exhibit(tmp_path: Path, settings: LazySettings) -> dict[str, Any]:
    """A file of an old installation, kept as it came."""
    settings.EVIDENCE_DIRECTORY = str(tmp_path)
    row = {"org_id": str(uuid7()), "sealed_sha256": "", "sha256": hashlib.sha256(CONTENT).hexdigest()}
    place(row, tmp_path).parent.mkdir(parents=True)
    place(row, tmp_path).write_bytes(CONTENT)
    return row


def place(row: dict[str, Any], folder: Path) -> Path:
    return BlobStore.of(folder, UUID(row["org_id"])).path(row["sha256"])


class TestStateOfBytes:
    """state_of_bytes"""

    def test_says_nothing_of_what_is_as_it_was(self, exhibit: dict[str, Any]) -> None:
        assert state_of_bytes(exhibit) == ""

    def test_sees_a_change(self, exhibit: dict[str, Any], tmp_path: Path) -> None:
        place(exhibit, tmp_path).write_bytes(CONTENT.upper())
        assert state_of_bytes(exhibit) == CHANGED

    def test_sees_that_it_is_gone(self, exhibit: dict[str, Any], tmp_path: Path) -> None:
        place(exhibit, tmp_path).unlink()
        assert state_of_bytes(exhibit) == GONE

    def test_asks_for_no_bytes_of_a_thing(self) -> None:
        assert state_of_bytes({"org_id": str(uuid7()), "sealed_sha256": "", "sha256": ""}) == ""
