# SPDX-License-Identifier: Apache-2.0
"""A key follows another: named by it, and known to whoever checks."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from longwatch.core.environment import current
from longwatch.core.keys import LEDGER, read_key, write_key
from longwatch.core.postgres.address import Address
from longwatch.ledger import replacing
from longwatch.ledger.note import NoteRefused, Signer, sign
from longwatch.ledger.proofs import checkpoint_of, keys, latest_checkpoint
from longwatch.ledger.published import check_chain, named_key, tree_of
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
        first = checkpoint_of(keys()[1].after_size)
        assert first is not None
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


class TestCheckChain:
    def test_refuses_a_key_that_names_itself(self, committed: Cast) -> None:
        rotated(committed)
        old, new = keys()
        text = new.rotation.partition("\n\n")[0] + "\n"
        alone = sign(text, Signer(new.verifier.name, NEW))
        with pytest.raises(NoteRefused, match="no known key"):
            check_chain([old, replace(new, rotation=alone)])

    def test_refuses_another_time_or_key_than_was_named(self, committed: Cast) -> None:
        rotated(committed)
        old, new = keys()
        other = Signer(new.verifier.name, NEWER).verifier.vkey
        for changed in (replace(new, after_size=new.after_size - 1), replace(new, vkey=other)):
            with pytest.raises(NoteRefused):
                check_chain([old, changed])

    def test_a_checkpoint_is_no_rotation(self, committed: Cast) -> None:
        last = seal_now()
        assert last is not None
        with pytest.raises(NoteRefused, match="not a rotation"):
            named_key(last.note.partition("\n\n")[0] + "\n")


class TestTreeOf:
    def test_refuses_a_checkpoint_of_a_key_whose_turn_is_over(self, committed: Cast, committed_db: Address) -> None:
        seal_now()
        stolen = read_key(LEDGER.file(current()))
        rotated(committed)
        last = latest_checkpoint()
        assert last is not None
        thief = Signer(last.origin, stolen)
        assert thief.verifier == keys()[0].verifier
        forged = sign(last.note.partition("\n\n")[0] + "\n", thief)
        with pytest.raises(NoteRefused, match="no known key"):
            tree_of(forged, keys())

    def test_refuses_one_of_another_log(self, committed: Cast) -> None:
        last = seal_now()
        assert last is not None
        with pytest.raises(NoteRefused, match="no key of this ledger"):
            tree_of(last.note.replace(last.origin, "elsewhere.example/ledger"), keys())


def test_sealing_refuses_when_the_chain_is_broken(committed: Cast, committed_db: Address) -> None:
    rotated(committed)
    with superuser(committed_db) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update ledger_key set rotation = replace(rotation, 'testserver', 'x') where number = 2")
    note_down(committed.analyst)
    with pytest.raises(SealingRefused):
        seal_now()
