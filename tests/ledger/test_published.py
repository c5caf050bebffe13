# SPDX-License-Identifier: Apache-2.0
"""Which key signs when, and what is refused of keys and checkpoints."""

from dataclasses import replace
from pathlib import Path

import pytest

from longwatch.core.environment import current
from longwatch.core.keys import LEDGER, read_key
from longwatch.core.postgres.address import Address
from longwatch.ledger.note import NoteRefused, Signer, sign
from longwatch.ledger.proofs import keys, latest_checkpoint
from longwatch.ledger.published import check_chain, named_key, tree_of
from longwatch.ledger.rotating import rotate
from longwatch.ledger.sealing import seal_now
from tests.ledger.entries import note_down
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
