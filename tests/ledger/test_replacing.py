# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from longwatch.core.keys import read_key, write_key
from longwatch.ledger.replacing import laid_ready, lay_ready, replace

OLD, NEW, NEWER = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_key(tmp_path / "ledger", OLD)
    return tmp_path / "ledger"


class TestReplace:
    def test_puts_the_new_key_in_place(self, file: Path) -> None:
        lay_ready(file, NEW)
        assert (read_key(file), laid_ready(file)) == (OLD, NEW)
        replace(file, NEW)
        assert (read_key(file), laid_ready(file)) == (NEW, None)

    def test_does_nothing_for_another_key_than_was_laid_ready(self, file: Path) -> None:
        lay_ready(file, NEW)
        replace(file, NEWER)
        assert read_key(file) == OLD

    def test_one_that_was_never_published_is_forgotten(self, file: Path) -> None:
        lay_ready(file, NEW)
        lay_ready(file, NEWER)
        assert laid_ready(file) == NEWER
