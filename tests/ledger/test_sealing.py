# SPDX-License-Identifier: Apache-2.0
"""Sealing signs what continues the last signed tree, and nothing else."""

import threading
from itertools import pairwise

import pytest

from longwatch.core.environment import current
from longwatch.core.postgres.address import Address
from longwatch.ledger.checking import check_consistency
from longwatch.ledger.memory import memory_file, remembered
from longwatch.ledger.note import Signer, sign
from longwatch.ledger.proofs import checkpoints, consistency, keys, latest_checkpoint
from longwatch.ledger.published import tree_of
from longwatch.ledger.sealing import SealingRefused, seal_now
from tests.ledger.entries import note_down, superuser
from tests.personas import Cast


def sealed() -> int:
    checkpoint = seal_now()
    return checkpoint.size if checkpoint else 0


class TestSealNow:
    def test_signs_every_entry_with_the_published_key(self, committed: Cast) -> None:
        note_down(committed.analyst, 3)
        checkpoint = seal_now()
        assert checkpoint is not None
        assert latest_checkpoint() == checkpoint
        assert tree_of(checkpoint.note, keys()).size == checkpoint.size
        assert checkpoint.origin.startswith("testserver/ledger/")

    def test_signs_nothing_when_nothing_is_new(self, committed: Cast) -> None:
        assert seal_now() == seal_now()
        assert len(checkpoints(limit=10)) == 1

    def test_an_empty_ledger_has_no_checkpoint(self, committed_db: Address) -> None:
        assert seal_now() is None
        assert seal_now() is None

    def test_each_checkpoint_continues_the_one_before(self, committed: Cast) -> None:
        for _ in range(4):
            note_down(committed.analyst, 2)
            seal_now()
        found = checkpoints(limit=10)[::-1]
        assert len(found) == 4
        for old, new in pairwise(found):
            check_consistency(old.size, new.size, consistency(old.size, new.size), old.root, new.root)

    def test_several_at_once_agree(self, committed: Cast) -> None:
        note_down(committed.analyst, 20)
        found: list[int] = []
        signers = [threading.Thread(target=lambda: found.append(sealed())) for _ in range(4)]
        for signer in signers:
            signer.start()
        for signer in signers:
            signer.join()
        assert len(found) == 4
        assert len(set(found)) == 1

    def test_stores_what_was_remembered_when_it_ended_between(self, committed: Cast, committed_db: Address) -> None:
        first = seal_now()
        with superuser(committed_db) as connection:
            connection.execute("set session_replication_role = replica; delete from ledger_checkpoint")
        assert latest_checkpoint() is None
        again = seal_now()
        assert first is not None
        assert again is not None
        assert again.note == first.note

    def test_goes_on_where_nothing_is_remembered(self, committed: Cast) -> None:
        first = sealed()
        memory_file(current()).unlink()
        note_down(committed.analyst)
        assert sealed() == first + 1


TAMPERING = {
    "the largest part of the tree": """
        update ledger_node set hash = sha256('x') where level = (select max(level) from ledger_node)""",
    "all of the tree": "update ledger_node set hash = sha256(hash)",
    "its end": """
        delete from ledger_leaf where leaf_index >= 2;
        delete from ledger_node where (idx + 1) << level > 2""",
    "everything": "delete from ledger_leaf; delete from ledger_node; delete from ledger_checkpoint",
    "also the keys": """
        delete from ledger_leaf; delete from ledger_node; delete from ledger_checkpoint; delete from ledger_key""",
    "a checkpoint": "update ledger_checkpoint set note = replace(note, 'testserver', 'elsewhere')",
}


class TestRefusals:
    def tampered(self, database: Address, statements: str) -> None:
        with superuser(database) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(statements)

    @pytest.mark.parametrize("what", TAMPERING)
    def test_signs_no_history_that_was_changed(self, committed: Cast, committed_db: Address, what: str) -> None:
        note_down(committed.analyst, 5)
        seal_now()
        before = remembered(memory_file(current()))
        note_down(committed.analyst, 1)
        self.tampered(committed_db, TAMPERING[what])
        with pytest.raises(SealingRefused):
            seal_now()
        assert remembered(memory_file(current())) == before

    def test_signs_no_history_that_somebody_else_signed(self, committed: Cast, committed_db: Address) -> None:
        first = seal_now()
        assert first is not None
        forger = Signer(first.origin, bytes(32))
        text = first.note.partition("\n\n")[0] + "\n"
        with superuser(committed_db) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("update ledger_checkpoint set note = %s", [sign(text, forger)])
        note_down(committed.analyst)
        with pytest.raises(SealingRefused):
            seal_now()

    def test_signs_no_other_tree_of_the_same_size(self, committed: Cast, committed_db: Address) -> None:
        """The memory is of another tree than the database's, as after a restore beside it."""
        seal_now()
        kept = remembered(memory_file(current()))
        memory_file(current()).unlink()
        note_down(committed.analyst)
        seal_now()
        self.tampered(committed_db, "update ledger_checkpoint set at = now()")
        memory_file(current()).write_text(str(kept).replace("testserver", "elsewhere"))
        with pytest.raises(SealingRefused):
            seal_now()

    def test_refuses_another_key_than_the_published_one(self, committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        seal_now()
        note_down(committed.analyst)
        monkeypatch.setenv("LONGWATCH_LEDGER_KEY", "A" * 43 + "=")
        with pytest.raises(SealingRefused, match="rotate-key"):
            seal_now()

    def test_entries_still_get_their_places(self, committed: Cast, committed_db: Address) -> None:
        seal_now()
        self.tampered(committed_db, TAMPERING["a checkpoint"])
        note_down(committed.analyst)
        with pytest.raises(SealingRefused):
            seal_now()
        with superuser(committed_db) as connection:
            assert connection.execute("select count(*) from ledger_pending").fetchone() == (0,)
