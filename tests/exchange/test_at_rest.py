# SPDX-License-Identifier: Apache-2.0
"""Bundles on disk."""

from pathlib import Path

import pytest

from longwatch.core.ids import uuid7
from longwatch.evidence.unsealing import Damaged
from longwatch.exchange.at_rest import SealedBundle, unsealed
from tests.fixtures.spoiling import spoiled

WORDS = b"Who may know of it. " * 10_000
EXPORT = uuid7()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with (tmp_path / "x.zip").open("wb") as out:
        stream = SealedBundle(out, EXPORT)
        stream.write(WORDS)
        stream.finish()
        assert stream.size == len(WORDS)
    return tmp_path / "x.zip"


class TestUnsealed:
    def test_gives_back_what_was_written(self, file: Path) -> None:
        with unsealed(file, EXPORT) as content:
            assert content.read() == WORDS
        assert WORDS[:20] not in file.read_bytes()

    def test_refuses_the_file_of_another_bundle(self, file: Path) -> None:
        with pytest.raises(Damaged), unsealed(file, uuid7()):
            pass

    def test_refuses_a_file_that_was_changed_or_cut_off(self, file: Path) -> None:
        whole = file.read_bytes()
        for damaged in (spoiled(whole), whole[:70_000], b"PK" + whole[2:]):
            file.write_bytes(damaged)
            with pytest.raises(Damaged), unsealed(file, EXPORT) as content:
                content.read()
