# SPDX-License-Identifier: Apache-2.0
"""A key follows another: named by it, and known to whoever checks."""

import base64
from pathlib import Path

import pytest

from longwatch.core.environment import current
from longwatch.core.keys import LEDGER, read_key, write_key
from longwatch.core.postgres.address import Address
from longwatch.ledger import replacing
from longwatch.ledger.proofs import checkpoints, keys, latest_checkpoint
from longwatch.ledger.published import check_chain, tree_of
from longwatch.ledger.rotating import rotate
from longwatch.ledger.sealing import SealingRefused, seal_now
from tests.ledger.entries import note_down, superuser
from tests.personas import Cast

NEW, NEWER = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))


def rotated(cast: Cast) -> None:
    """Two keys, each with a checkpoint."""
    seal_now()
    rotate(NEW)
    note_down(cast.analyst)
    seal_now()


class TestRotate:
    def test_the_new_key_signs_from_here_on(self, committed: Cast) -> None:
        rotated(committed)
        old, new = keys()
        check_chain([old, new])
        last = latest_checkpoint()
        assert last is not None
        assert old.until_size == new.after_size < last.size
        assert new.signs(last.size)
        assert tree_of(last.note, [old, new]).size == last.size

    def test_older_checkpoints_still_hold(self, committed: Cast) -> None:
        rotated(committed)
        size = keys()[1].after_size
        (first,) = checkpoints(below=size + 1, limit=1)
        assert first.size == size
        assert tree_of(first.note, keys()).root == first.root

    def test_replaces_the_file_and_keeps_it_private(self, committed: Cast) -> None:
        rotated(committed)
        file = LEDGER.file(current())
        assert read_key(file) == NEW
        assert file.stat().st_mode & 0o777 == 0o600
        assert not file.with_name("ledger.next").exists()

    def test_can_follow_at_once(self, committed: Cast) -> None:
        seal_now()
        rotate(NEW)
        rotate(NEWER)
        check_chain(keys())
        note_down(committed.analyst)
        last = seal_now()
        assert last is not None
        assert [key.number for key in keys() if key.signs(last.size)] == [3]

    def test_needs_something_to_follow_on(self, committed_db: Address) -> None:
        with pytest.raises(SealingRefused, match="no entry"):
            rotate(NEW)

    def test_refuses_the_present_key(self, committed: Cast) -> None:
        rotated(committed)
        with pytest.raises(SealingRefused, match="present key"):
            rotate(NEW)

    def test_an_end_before_the_file_was_replaced_is_made_good(self, committed: Cast) -> None:
        seal_now()
        file = LEDGER.file(current())
        old = read_key(file)
        rotate(NEW)
        file.unlink()
        write_key(file, old)
        replacing.lay_ready(file, NEW)
        note_down(committed.analyst)
        last = seal_now()
        assert last is not None
        assert tree_of(last.note, keys()).size == last.size
        assert read_key(LEDGER.file(current())) == NEW

    def test_a_key_from_a_setting_is_the_operators_to_replace(
        self, committed: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_LEDGER_KEY", base64.b64encode(NEWER).decode())
        seal_now()
        rotate(NEW)
        note_down(committed.analyst)
        with pytest.raises(SealingRefused, match="another one than the published"):
            seal_now()
        monkeypatch.setenv("LONGWATCH_LEDGER_KEY", base64.b64encode(NEW).decode())
        last = seal_now()
        assert last is not None
        assert tree_of(last.note, keys()).size == last.size


def test_sealing_refuses_when_the_chain_is_broken(committed: Cast, committed_db: Address) -> None:
    rotated(committed)
    with superuser(committed_db) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update ledger_key set rotation = replace(rotation, 'testserver', 'x') where number = 2")
    note_down(committed.analyst)
    with pytest.raises(SealingRefused):
        seal_now()
