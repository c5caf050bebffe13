# SPDX-License-Identifier: Apache-2.0
"""What the verifier of proofs refuses, and in which words."""

from collections.abc import Callable

import pytest

from longwatch.ledger.checking import ProofRefused, check_consistency, check_inclusion
from longwatch.ledger.merkle import EMPTY_ROOT, leaf_hash, root
from tests.ledger.test_tree import LEAVES, consistency, inclusion

ROOT = root(LEAVES[:11])
WRONG = leaf_hash(b"wrong")


class TestCheckInclusion:
    @pytest.mark.parametrize("index", [-1, 11, 12])
    def test_refuses_an_index_outside(self, index: int) -> None:
        with pytest.raises(ProofRefused, match="outside"):
            check_inclusion(LEAVES[4], index, 11, inclusion(4, 11), ROOT)

    def test_refuses_an_empty_tree(self) -> None:
        with pytest.raises(ProofRefused, match="outside"):
            check_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)

    @pytest.mark.parametrize("proof", [inclusion(4, 11)[:-1], [*inclusion(4, 11), WRONG], []])
    def test_refuses_missing_and_left_over_hashes(self, proof: list[bytes]) -> None:
        with pytest.raises(ProofRefused, match="too many hashes or too few"):
            check_inclusion(LEAVES[4], 4, 11, proof, ROOT)

    def test_refuses_a_hash_of_another_length(self) -> None:
        with pytest.raises(ProofRefused, match="32 bytes"):
            check_inclusion(LEAVES[4], 4, 11, [*inclusion(4, 11)[:-1], b"short"], ROOT)

    @pytest.mark.parametrize(
        ("leaf", "index", "first", "top"),
        [
            (WRONG, 4, LEAVES[5], ROOT), (LEAVES[4], 5, LEAVES[5], ROOT),
            (LEAVES[4], 4, WRONG, ROOT), (LEAVES[4], 4, LEAVES[5], WRONG),
        ],
    )  # fmt: skip
    def test_refuses_what_leads_elsewhere(self, leaf: bytes, index: int, first: bytes, top: bytes) -> None:
        with pytest.raises(ProofRefused, match="another root"):
            check_inclusion(leaf, index, 11, [first, *inclusion(4, 11)[1:]], top)


class TestCheckConsistency:
    def test_holds_for_the_same_tree(self) -> None:
        check_consistency(11, 11, [], ROOT, ROOT)

    @pytest.mark.parametrize(
        ("old", "new", "change", "words"),
        [
            (0, 11, lambda proof: proof, "no leaves"),
            (-3, 11, lambda proof: proof, "no leaves"),
            (12, 11, lambda proof: proof, "larger than the new"),
            (6, 11, lambda proof: [], "need a proof"),
            (8, 11, lambda proof: [], "need a proof"),
            (6, 11, lambda proof: proof[:-1], "too many hashes or too few"),
            (6, 11, lambda proof: [*proof, WRONG], "too many hashes or too few"),
            (6, 11, lambda proof: [proof[0][:31], *proof[1:]], "32 bytes"),
            (6, 11, lambda proof: [WRONG, *proof[1:]], "another old root"),
            (6, 11, lambda proof: [*proof[:-1], WRONG], "another new root"),
        ],
    )
    def test_refuses(self, old: int, new: int, change: Callable[[list[bytes]], list[bytes]], words: str) -> None:
        proof = consistency(6, 11) if old in {0, -3, 12} else consistency(old, new)
        with pytest.raises(ProofRefused, match=words):
            check_consistency(old, new, change(proof), root(LEAVES[: max(old, 0)]), root(LEAVES[:new]))

    def test_refuses_another_old_root(self) -> None:
        with pytest.raises(ProofRefused, match="another old root"):
            check_consistency(6, 11, consistency(6, 11), WRONG, ROOT)

    def test_refuses_another_old_root_of_a_perfect_tree(self) -> None:
        with pytest.raises(ProofRefused, match="another new root"):
            check_consistency(8, 11, consistency(8, 11), WRONG, ROOT)

    def test_refuses_one_size_with_a_proof(self) -> None:
        with pytest.raises(ProofRefused, match="need no proof"):
            check_consistency(11, 11, [WRONG], ROOT, ROOT)

    def test_refuses_one_size_with_two_roots(self) -> None:
        with pytest.raises(ProofRefused, match="different roots"):
            check_consistency(11, 11, [], ROOT, WRONG)
