# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 section 2.1: roots and inclusion proofs over hashes of leaves. Pure functions."""

import hashlib
from collections.abc import Sequence

from longwatch.ledger.leaf import leaf_hash

NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()

__all__ = ["EMPTY_ROOT", "inclusion_path", "leaf_hash", "node_hash", "root", "root_by_path"]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in their order; of none, the hash of nothing."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    # An odd last node moves up as it is: the same tree as the recursive definition, from below.
    while len(level) > 1:
        above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(level) & ~1 :]
    return level[0]


def inclusion_path(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The siblings, from below, that prove the leaf at `index`; refuses an index outside."""
    if not 0 <= index < len(leaf_hashes):
        raise IndexError("no leaf at this index")
    if len(leaf_hashes) == 1:
        return []
    split = _split(len(leaf_hashes))
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if index < split:
        return [*inclusion_path(index, left), root(right)]
    return [*inclusion_path(index - split, right), root(left)]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf hash and its path lead to in a tree of this size; None when the path does not fit."""
    if not 0 <= index < size:
        return None
    node, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
