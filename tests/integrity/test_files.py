# SPDX-License-Identifier: Apache-2.0
"""Files of exhibits, changed or removed on the disk."""

from pathlib import Path

import pytest

from tests.fixtures.spoiling import spoiled
from tests.integrity.conftest import World
from tests.integrity.forging import one


class TestFiles:
    @pytest.fixture
    def blob(self, world: World) -> Path:
        [found] = [
            path for path in (world.data / "evidence").rglob("*") if path.is_file() and len(path.name) == 64
        ]  # fmt: skip
        return found

    def test_a_file_changed(self, world: World, blob: Path) -> None:
        path = blob
        path.chmod(0o600)
        path.write_bytes(spoiled(path.read_bytes()))
        assert one(world.faults(), f"The file of evidence_exhibit {world.exhibit}", "it was changed")

    def test_a_file_removed(self, world: World, blob: Path) -> None:
        blob.unlink()
        assert one(world.faults(), f"The file of evidence_exhibit {world.exhibit}", "is gone from the evidence store")
