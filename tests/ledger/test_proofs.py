# SPDX-License-Identifier: Apache-2.0
"""Proofs for whoever may read an entry, out of the stored tree."""

import base64

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotFound
from longwatch.core.postgres.address import Address
from longwatch.ledger.checking import check_consistency, check_inclusion
from longwatch.ledger.leaf import leaf_hash
from longwatch.ledger.note import parse
from longwatch.ledger.proofs import (
    checkpoints,
    consistency,
    inclusion,
    keys,
    latest_checkpoint,
    proof_text,
)
from longwatch.ledger.published import tree_of
from longwatch.ledger.sealing import seal_now
from tests.ledger.entries import note_down, superuser
from tests.personas import Cast


class TestInclusion:
    def test_proves_every_readable_entry(self, committed: Cast) -> None:
        note_down(committed.auditor, 9)
        last = seal_now()
        assert last is not None
        with acting_as(committed.auditor):
            proofs = inclusion(range(1, 10_000))
        assert len(proofs) > 9
        for proof in proofs:
            check_inclusion(leaf_hash(proof.leaf), proof.index, last.size, proof.hashes, last.root)

    def test_proves_an_entry_in_an_older_checkpoint(self, committed: Cast) -> None:
        [entry] = note_down(committed.auditor)
        first = seal_now()
        note_down(committed.auditor, 5)
        seal_now()
        assert first is not None
        with acting_as(committed.auditor):
            [proof] = inclusion([entry], first.size)
        check_inclusion(leaf_hash(proof.leaf), proof.index, first.size, proof.hashes, first.root)

    def test_leaves_out_what_is_not_sealed_or_not_readable(self, committed: Cast) -> None:
        seal_now()
        [entry] = note_down(committed.auditor)
        with acting_as(committed.auditor):
            assert inclusion([entry, 10**12]) == []
        seal_now()
        with acting_as(committed.responder):
            assert inclusion([entry]) == []

    def test_nothing_is_proven_before_the_first_checkpoint(self, committed: Cast) -> None:
        with acting_as(committed.auditor):
            assert inclusion([1, 2, 3]) == []


class TestProofText:
    def test_is_the_proof_and_its_checkpoint(self, committed: Cast) -> None:
        [entry] = note_down(committed.auditor)
        last = seal_now()
        assert last is not None
        with acting_as(committed.auditor):
            [proof] = inclusion([entry])
        head, _, note = proof_text(proof, last).partition("\n\n")
        first, index, *hashes = head.split("\n")
        assert (first, index) == ("c2sp.org/tlog-proof@v1", f"index {proof.index}")
        assert [base64.b64decode(each) for each in hashes] == proof.hashes
        assert tree_of(note, keys()).root == last.root


class TestConsistency:
    def test_refuses_sizes_out_of_order_and_too_large(self, committed: Cast) -> None:
        seal_now()
        for old, new in ((0, 1), (2, 1), (-1, 1)):
            with pytest.raises(Invalid):
                consistency(old, new)
        with pytest.raises(NotFound):
            consistency(1, 1 << 40)

    def test_holds_between_any_two_sizes(self, committed: Cast) -> None:
        note_down(committed.analyst, 5)
        last = seal_now()
        assert last is not None
        for old in range(1, last.size):
            check_consistency(old, last.size, consistency(old, last.size), _root(old), last.root)


def _root(size: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("select ledger_root(%s)", [size])
        (found,) = cursor.fetchone() or (b"",)
    return bytes(found)


class TestCheckpoints:
    def test_come_newest_first_and_in_pages(self, committed: Cast) -> None:
        sizes: list[int] = []
        for _ in range(4):
            note_down(committed.analyst)
            last = seal_now()
            assert last is not None
            sizes.insert(0, last.size)
        assert [each.size for each in checkpoints(limit=3)] == sizes[:3]
        assert [each.size for each in checkpoints(below=sizes[2], limit=3)] == sizes[3:]

    def test_carry_the_lines_of_their_witnesses(self, committed: Cast, committed_db: Address) -> None:
        last = seal_now()
        assert last is not None
        line = "\u2014 witness.example " + base64.b64encode(bytes(76)).decode() + "\n"
        with superuser(committed_db) as administrator:
            administrator.execute("insert into ledger_cosignature (size, line) values (%s, %s)", [last.size, line])
        again = latest_checkpoint()
        assert again is not None
        assert [again] == checkpoints(below=last.size + 1, limit=1)
        assert [each.name for each in parse(again.note).signatures] == [last.origin, "witness.example"]
        assert seal_now() == again
