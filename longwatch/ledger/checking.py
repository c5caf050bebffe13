# SPDX-License-Identifier: Apache-2.0
"""Whether proofs hold (RFC 9162 sections 2.1.3.2 and 2.1.4.2). Pure functions; each refusal says why."""

from collections.abc import Sequence

from longwatch.ledger.merkle import node_hash, root_by_path

HASH_BYTES = 32


class ProofRefused(Exception):
    """A proof does not hold; the words say in which way."""


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Refuse unless the leaf hash is at `index` of the tree with this size and root."""
    if not 0 <= index < size:
        raise ProofRefused("the index is outside the tree")
    _check_lengths([leaf, *proof, root])
    found = root_by_path(leaf, index, size, proof)
    if found is None:
        raise ProofRefused("the proof has too many hashes or too few")
    if found != root:
        raise ProofRefused("the proof leads to another root")


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Refuse unless the tree of `old` leaves with its root is the beginning of the tree of `new` leaves."""
    if old <= 0:
        raise ProofRefused("the old tree has no leaves")
    if old > new:
        raise ProofRefused("the old tree is larger than the new one")
    _check_lengths([*proof, old_root, new_root])
    if old == new:
        _check_same(proof, old_root, new_root)
    elif not proof:
        raise ProofRefused("trees of different sizes need a proof")
    else:
        _check_growth(old, new, proof, old_root, new_root)


def _check_same(proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    if proof:
        raise ProofRefused("trees of one size need no proof")
    if old_root != new_root:
        raise ProofRefused("trees of one size have different roots")


def _check_growth(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    # The old tree is one perfect subtree: its root is where both ways begin.
    found = _roots_by_path(old, new, proof if old & (old - 1) else [old_root, *proof])
    if found is None:
        raise ProofRefused("the proof has too many hashes or too few")
    if found[0] != old_root:
        raise ProofRefused("the proof leads to another old root")
    if found[1] != new_root:
        raise ProofRefused("the proof leads to another new root")


def _roots_by_path(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a path leads to; None when it does not fit the sizes."""
    node, last = _risen(old - 1, new - 1, while_right=True)
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            node, last = _risen(node, last, while_right=False)
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    return (before, after) if last == 0 else None


def _risen(node: int, last: int, *, while_right: bool) -> tuple[int, int]:
    """Both one level up, again and again, while the node is a right child, or while it is a left one."""
    while node and bool(node & 1) == while_right:
        node, last = node >> 1, last >> 1
    return node, last


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofRefused("a hash is not 32 bytes long")
