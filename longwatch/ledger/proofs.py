# SPDX-License-Identifier: Apache-2.0
"""Proofs for pages, exports and the API: that an entry is in the tree, and that the tree only ever grew."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from longwatch.core.errors import Invalid, NotFound
from longwatch.ledger import nodes
from longwatch.ledger.checkpoint import Checkpoint, stored
from longwatch.ledger.nodes import read_nodes
from longwatch.ledger.published import PublishedKey, published_keys
from longwatch.ledger.tree import hash_of, inclusion_ranges, needed

FORMAT = "c2sp.org/tlog-proof@v1"
CHECKPOINTS = """
select c.size, c.note, c.at,
       array(select s.line from ledger_cosignature s where s.size = c.size order by s.at) as cosignatures
  from ledger_checkpoint c
"""
PLACES = """
select l.entry_id, l.leaf_index, e.leaf from ledger_leaf l join ledger_entry e on e.id = l.entry_id
 where l.entry_id = any (%s) and l.leaf_index < %s order by l.leaf_index
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the leaf of an entry is at an index of the tree; the hashes from below."""

    entry_id: int
    index: int
    leaf: bytes
    hashes: list[bytes]


def inclusion(entry_ids: Sequence[int], size: int | None = None) -> list[Proof]:
    """The proofs of those entries that the caller may read and a tree of this size (the latest) holds, by index."""
    size = size or _latest_size()
    places = _rows(PLACES, (list(entry_ids), size))
    ranges = {index: inclusion_ranges(index, size) for _, index, _ in places}
    found = read_nodes(_rows, needed(each for those in ranges.values() for each in those))
    return [
        Proof(entry_id, index, bytes(leaf), [hash_of(each, found) for each in ranges[index]])
        for entry_id, index, leaf in places
    ]


def proof_text(proof: Proof, checkpoint: Checkpoint) -> str:
    """A proof with its checkpoint in one file (c2sp.org/tlog-proof); the proof must be one for that size."""
    lines = [FORMAT, f"index {proof.index}", *(base64.b64encode(each).decode() for each in proof.hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def consistency(old: int, new: int) -> list[bytes]:
    """The proof between two sizes; refuses sizes that the tree never had, or out of order."""
    if not 0 < old <= new:
        raise Invalid(
            "These sizes have no proof.", fields={"old": "Use a size of at least 1 that is not above the new one."}
        )
    try:
        return nodes.consistency(_rows, old, new)
    except nodes.NodeMissing:
        raise NotFound("The tree is not that large yet.") from None


def latest_checkpoint() -> Checkpoint | None:
    """The newest checkpoint, with the lines of its witnesses; None before the first."""
    return next(iter(checkpoints(limit=1)), None)


def checkpoints(*, below: int | None = None, limit: int) -> list[Checkpoint]:
    """Up to limit checkpoints, the newest first, of fewer than `below` entries."""
    where = "where %s::bigint is null or c.size < %s order by c.size desc limit %s"
    return [stored(*row) for row in _rows(f"{CHECKPOINTS} {where}", (below, below, limit))]


def keys() -> list[PublishedKey]:
    """The published verifier keys, oldest first."""
    return published_keys(_rows)


def _latest_size() -> int:
    newest = _rows("select coalesce(max(size), 0) from ledger_checkpoint", ())
    return int(newest[0][0])


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
