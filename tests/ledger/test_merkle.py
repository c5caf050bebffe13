# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree against the definition of RFC 6962 and the vectors of its reference implementation."""

import hashlib

import pytest

from longwatch.ledger.merkle import EMPTY_ROOT, inclusion_path, leaf_hash, node_hash, root, root_by_path

# The eight inputs and the roots of their first n, as certificate-transparency's own tests have them.
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


class TestRoot:
    @pytest.mark.parametrize("size", ROOTS)
    def test_known_roots(self, size: int) -> None:
        assert root([leaf_hash(each) for each in INPUTS[:size]]).hex() == ROOTS[size]

    def test_of_nothing(self) -> None:
        assert root([]) == EMPTY_ROOT

    @pytest.mark.parametrize("size", [*range(1, 40), 255, 256, 257, 1000])
    def test_is_that_of_the_definition(self, size: int) -> None:
        leaves = [number.to_bytes(4, "big") for number in range(size)]
        assert root([leaf_hash(each) for each in leaves]) == by_definition(leaves)


class TestInclusion:
    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 9, 31, 33])
    def test_every_leaf_is_proven_and_nothing_else(self, size: int) -> None:
        hashes = [leaf_hash(bytes([number])) for number in range(size)]
        for index in range(size):
            path = inclusion_path(index, hashes)
            assert root_by_path(hashes[index], index, size, path) == root(hashes)
            assert root_by_path(leaf_hash(b"other"), index, size, path) != root(hashes)
            assert root_by_path(hashes[index], index, size, [*path, hashes[0]]) is None
            if path:
                assert root_by_path(hashes[index], index, size, path[:-1]) is None

    def test_outside_there_is_nothing(self) -> None:
        assert root_by_path(leaf_hash(b""), 3, 3, []) is None
        with pytest.raises(IndexError):
            inclusion_path(1, [leaf_hash(b"")])
