# SPDX-License-Identifier: Apache-2.0
"""Proofs out of stored subtrees, against the plain tree and our own verifier, at all small sizes."""

import pytest

from longwatch.ledger.checking import check_consistency, check_inclusion
from longwatch.ledger.merkle import inclusion_path, leaf_hash, root
from longwatch.ledger.tree import Node, consistency_ranges, hash_of, inclusion_ranges, needed, peaks

LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]
STORED: dict[Node, bytes] = {
    (level, place): root(LEAVES[place << level : (place + 1) << level])
    for level in range(6)
    for place in range(len(LEAVES) >> level)
}


def inclusion(index: int, size: int) -> list[bytes]:
    return [hash_of(each, STORED) for each in inclusion_ranges(index, size)]


def consistency(old: int, new: int) -> list[bytes]:
    return [hash_of(each, STORED) for each in consistency_ranges(old, new)]


class TestHashOf:
    @pytest.mark.parametrize("size", range(41))
    def test_is_the_root_at_any_size(self, size: int) -> None:
        assert hash_of((0, size), STORED) == root(LEAVES[:size])


class TestInclusionRanges:
    def test_give_the_path_of_every_leaf_of_every_size(self) -> None:
        for size in range(1, 41):
            for index in range(size):
                assert inclusion(index, size) == inclusion_path(index, LEAVES[:size])
                check_inclusion(LEAVES[index], index, size, inclusion(index, size), root(LEAVES[:size]))

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 5), (5, 5)])
    def test_refuse_an_index_outside(self, index: int, size: int) -> None:
        with pytest.raises(IndexError):
            inclusion_ranges(index, size)


class TestConsistencyRanges:
    def test_prove_every_growth(self) -> None:
        for new in range(1, 41):
            for old in range(1, new + 1):
                check_consistency(old, new, consistency(old, new), root(LEAVES[:old]), root(LEAVES[:new]))

    @pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
    def test_refuse_sizes_out_of_order(self, old: int, new: int) -> None:
        with pytest.raises(IndexError):
            consistency_ranges(old, new)


class TestNeeded:
    def test_is_only_what_is_stored_and_little(self) -> None:
        wanted = needed(inclusion_ranges(777, 1_000_000))
        assert all((place + 1) << level <= 1_000_000 for level, place in wanted)
        assert len(wanted) < 40

    def test_a_perfect_tree_is_one_node(self) -> None:
        assert peaks((0, 32)) == [(5, 0)]
