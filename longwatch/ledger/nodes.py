# SPDX-License-Identifier: Apache-2.0
"""Reads of the stored tree: hashes of subtrees, roots and proofs at any size it has had."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from longwatch.ledger.tree import Leaves, Node, Nodes, consistency_ranges, hash_of, needed

NODES = """
select n.level, n.idx, n.hash from ledger_node n
  join unnest(%s::smallint[], %s::bigint[]) as w (level, idx) on n.level = w.level and n.idx = w.idx
"""
Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a statement and returns its rows; as the pages, the sequencer or the verifier."""


class NodeMissing(LookupError):
    """The tree is shorter than asked for, or damaged."""


def read_nodes(rows: Rows, wanted: Collection[Node]) -> Nodes:
    """The hashes of these nodes; refuses when one is not stored."""
    levels, places = [level for level, _ in wanted], [place for _, place in wanted]
    found = {(level, place): bytes(hash_) for level, place, hash_ in rows(NODES, (levels, places))}
    if len(found) != len(set(wanted)):
        raise NodeMissing
    return found


def hashes(rows: Rows, ranges: Sequence[Leaves]) -> list[bytes]:
    """The hash over each of these ranges of leaves."""
    nodes = read_nodes(rows, needed(ranges))
    return [hash_of(leaves, nodes) for leaves in ranges]


def root_at(rows: Rows, size: int) -> bytes:
    """The root when the tree had this size."""
    return hashes(rows, [(0, size)])[0]


def consistency(rows: Rows, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new`."""
    return hashes(rows, consistency_ranges(old, new))
