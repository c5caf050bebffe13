# SPDX-License-Identifier: Apache-2.0
"""Which stored subtrees make up a root or a proof of RFC 6962, at any past size. Pure functions.

A node (level, idx) is the hash over the 2^level leaves from idx * 2^level on; only nodes whose leaves are all there
are stored, and those never change.
"""

from collections.abc import Iterable, Mapping

from longwatch.ledger.merkle import EMPTY_ROOT, node_hash

Node = tuple[int, int]
Leaves = tuple[int, int]
"""The leaves from the first number up to, not including, the second."""
Nodes = Mapping[Node, bytes]


def peaks(leaves: Leaves) -> list[Node]:
    """The largest stored subtrees that make up a range of leaves, from the left; a range as the tree splits them."""
    low, high = leaves
    found = []
    for level in reversed(range((high - low).bit_length())):
        if (high - low) >> level & 1:
            found.append((level, low >> level))
            low += 1 << level
    return found


def needed(ranges: Iterable[Leaves]) -> set[Node]:
    """All nodes that the hashes of these ranges are computed from."""
    return {node for leaves in ranges for node in peaks(leaves)}


def hash_of(leaves: Leaves, nodes: Nodes) -> bytes:
    """The hash over a range; of no leaves, the hash of nothing."""
    found = [nodes[node] for node in peaks(leaves)]
    if not found:
        return EMPTY_ROOT
    result = found.pop()
    while found:
        result = node_hash(found.pop(), result)
    return result


def inclusion_ranges(index: int, size: int) -> list[Leaves]:
    """The ranges whose hashes prove the leaf at `index`, from below; refuses an index outside."""
    if not 0 <= index < size:
        raise IndexError("no leaf at this index")
    low, high, found = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        found.append((middle, high) if index < middle else (low, middle))
        low, high = (low, middle) if index < middle else (middle, high)
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Leaves]:
    """The ranges whose hashes prove that the tree of `old` leaves begins that of `new`; refuses sizes out of order."""
    if not 0 < old <= new:
        raise IndexError("no such two sizes")
    low, high, found, is_whole = 0, new, [], True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low, is_whole = middle, False
    if not is_whole:
        found.append((low, high))
    return found[::-1]


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
