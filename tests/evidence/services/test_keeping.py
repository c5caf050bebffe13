# SPDX-License-Identifier: Apache-2.0
"""Bytes into the store, sealed on the way."""

from pathlib import Path

import pytest

from longwatch.core.errors import Invalid, TooLarge
from longwatch.core.ids import uuid7
from longwatch.evidence.services.keeping import RecordKey, keep_sealed
from longwatch.evidence.store import store_of
from longwatch.evidence.unsealing import Unsealed, pieces

KEY = RecordKey(uuid7(), bytes(range(32)))


class TestKeepSealed:
    def test_says_what_it_kept(self) -> None:
        org = uuid7()
        sealed = keep_sealed(org, KEY, [b"one ", b"two"], 100)
        assert (sealed.size, sealed.head) == (7, b"one two")
        content = Unsealed(store_of(org).open(sealed.sealed_sha256), lambda _: KEY.secret)
        assert b"".join(pieces(content)) == b"one two"
        content.close()

    def test_leaves_nothing_of_what_it_refuses(self, evidence_directory: Path) -> None:
        with pytest.raises(TooLarge):
            keep_sealed(uuid7(), KEY, iter([b"x" * 60, b"x" * 60]), 100)
        with pytest.raises(Invalid):
            keep_sealed(uuid7(), KEY, [], 100)
        assert not [path for path in evidence_directory.rglob("*") if path.is_file()]
