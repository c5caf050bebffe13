# SPDX-License-Identifier: Apache-2.0
"""A piece of the tree: entries against their leaves, leaves against the nodes over them, times against checkpoints."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from longwatch.integrity.findings import Findings, entry_named, when
from longwatch.integrity.snapshot import Connection, everything
from longwatch.ledger.merkle import node_hash

# A piece is a perfect subtree of this height; its hash is all that the levels above need.
HEIGHT = 14
PIECE = 1 << HEIGHT
# How far an entry's time may lie outside the two checkpoints around it: a long transaction, clocks of two machines.
TOLERANCE = timedelta(minutes=15)
# Whatever a reporter causes is dated to the day, so that nobody finds them by the minute.
DATED_TO_THE_DAY = "reporter"

# Leaves of the first weeks had neither compartment nor entrance.
FIRST_VERSION = 1
COLUMNS = (
    "action", "at", "org_id", "actor_kind", "actor_id", "operation_id", "subject_id", "record_id", "compartment_id",
    "via", "covers_batch",
)  # fmt: skip
ENTRY = """e.id, e.action, e.at, e.org_id::text, e.actor_kind, e.actor_id::text, e.operation_id::text,
       e.subject_id::text, e.record_id::text, e.compartment_id::text, e.via, e.covers_batch, e.leaf, e.leaf_hash"""
PLACES = "select leaf_index, entry_id from ledger_leaf where leaf_index >= %s and leaf_index < %s order by leaf_index"
# Whole ranges, as they lie: joining and sorting them would cost as much as all else.
ENTRIES = f"select {ENTRY} from ledger_entry e where e.id between %s and %s"  # noqa: S608 - our own columns
# A piece of entries far apart from each other, as nobody makes them but by hand.
FAR = 8 * PIECE
PICKED = f"select {ENTRY} from ledger_entry e where e.id = any (%s)"  # noqa: S608 - our own columns
NODES = """
select count(*), string_agg(hash, ''::bytea order by idx) from ledger_node
 where level = %s and idx >= %s and idx < %s
"""


class Who(msgspec.Struct, gc=False):
    """The actor in a leaf."""

    id: str
    kind: str


class Leaf(msgspec.Struct, gc=False):
    """A leaf, decoded."""

    action: str
    actor: Who
    at: datetime
    commit: dict[str, str]
    object: str
    operation: str
    org: str
    record: str | None
    v: int
    compartment: str | None = None
    via: str = ""


decode = msgspec.json.Decoder(Leaf).decode


@dataclass
class Piece:
    """What one piece of the tree gave: its root, roots at sizes inside it, and what was found."""

    low: int
    root: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


def fault_of(row: Sequence[Any]) -> str:
    """What is wrong with an entry by itself; empty when its columns agree with its leaf, and that with its hash."""
    _, action, at, org, kind, actor, operation, subject, record, compartment, via, covers, leaf, stored = row
    if sha256(b"\0" + leaf).digest() != stored:
        return "its leaf does not match its hash"
    try:
        said = decode(leaf)
    except msgspec.MsgspecError:
        return "its leaf is no leaf of ours"
    if said.v == FIRST_VERSION:
        said.compartment, said.via = compartment, via
    who = said.actor
    if (
        said.action, said.at, said.org, who.kind, who.id, said.operation, said.object, said.record, said.compartment,
        said.via, "occurrences" in said.commit,
    ) == (action, at, org, kind, actor, operation, subject, record, compartment, via, covers):  # fmt: skip
        return ""
    return f"its columns say something else than its leaf ({', '.join(_differing(said, row))})"


def _differing(said: Leaf, row: Sequence[Any]) -> list[str]:
    in_leaf = (
        said.action, said.at, said.org, said.actor.kind, said.actor.id, said.operation, said.object, said.record,
        said.compartment, said.via, "occurrences" in said.commit,
    )  # fmt: skip
    return [name for name, one, other in zip(COLUMNS, in_leaf, row[1:-2], strict=True) if one != other]


def check_piece(
    connection: Connection, low: int, high: int, sizes: Sequence[int], times: Sequence[tuple[int, datetime]]
) -> Piece:
    """Recompute the leaves from low up to high; `sizes` are checkpoints inside, `times` when they were made."""
    piece = Piece(low)
    places = everything(connection, PLACES, [low, high])
    hashes = _entries(places, _found(connection, places, piece), piece, _Times(times))
    if len(hashes) != high - low:
        piece.findings.fault(f"Between leaves {low} and {high - 1}, {high - low - len(hashes)} places are missing.")
    roots = _Roots(hashes)
    _nodes(connection, piece, roots.levels)
    for size in sizes:
        piece.roots[size] = roots.at(size - low)
    piece.root = roots.at(len(hashes))
    return piece


class _Times:
    """Between which times an entry at a place must lie: those of the checkpoints before and after it."""

    def __init__(self, times: Sequence[tuple[int, datetime]]) -> None:
        self._times = times
        self._next = 0

    def fault(self, index: int, at: datetime) -> str:
        """What is wrong with the time; places come in order."""
        times = self._times
        while self._next < len(times) and times[self._next][0] <= index:
            self._next += 1
        if self._next and at < times[self._next - 1][1] - TOLERANCE:
            size, made = times[self._next - 1]
            return f"it is dated before checkpoint {size} of {when(made)}, which it came after: a clock was set back"
        if self._next < len(times) and at > times[self._next][1] + TOLERANCE:
            size, made = times[self._next]
            return f"it is dated after checkpoint {size} of {when(made)}, which already holds it: a clock was wrong"
        return ""


def _found(connection: Connection, places: Sequence[tuple[int, int]], piece: Piece) -> dict[int, Sequence[Any]]:
    """The entries that have these places, by number."""
    wanted = {number for _, number in places}
    first, last = min(wanted, default=0), max(wanted, default=0)
    if last - first < FAR:
        found = everything(connection, ENTRIES, [first, last])
    else:
        found = everything(connection, PICKED, [list(wanted)])
    entries: dict[int, Sequence[Any]] = {entry[0]: entry for entry in found}
    if len(entries) != len(found):
        twice = sorted(number for number, times in Counter(entry[0] for entry in found).items()
                       if times > 1 and number in wanted)  # fmt: skip
        piece.findings.faults_of(f"There are two entries with the number {number}." for number in twice)
    return entries


def _entries(
    places: Sequence[tuple[int, int]], entries: Mapping[int, Sequence[Any]], piece: Piece, times: _Times
) -> list[bytes]:
    hashes: list[bytes] = []
    fault, expected = piece.findings.fault, piece.low
    for index, number in places:
        if index != expected:
            fault(f"Leaves {expected} to {index - 1} are missing from the tree.")
            expected = index
        expected += 1
        entry = entries.get(number)
        if entry is None:
            fault(f"Entry {number}, sealed as leaf {index}, was deleted.")
            hashes.append(b"\0" * 32)
            continue
        hashes.append(entry[-1])
        wrong = fault_of(entry)
        if wrong or (entry[4] != DATED_TO_THE_DAY and (wrong := times.fault(index, entry[2]))):
            fault(f"Leaf {index}, {entry_named(number, entry[1], entry[2])}: {wrong}.")
    piece.findings.count("entries", len(hashes))
    return hashes


def _nodes(connection: Connection, piece: Piece, levels: Sequence[Sequence[bytes]]) -> None:
    """The stored nodes over these leaves, level by level; a lower level that is wrong explains those above."""
    for level, nodes in enumerate(levels if levels[0] else ()):
        start = piece.low >> level
        count, stored = everything(connection, NODES, [level, start, start + (PIECE >> level)])[0]
        if count != len(nodes):
            piece.findings.fault(f"Level {level} of the tree holds {count} nodes from {start} on, not {len(nodes)}.")
        elif stored != b"".join(nodes):
            piece.findings.faults_of(_wrong_nodes(level, start, nodes, stored))
            return


def _wrong_nodes(level: int, start: int, nodes: Sequence[bytes], stored: bytes) -> list[str]:
    kept = [stored[i : i + 32] for i in range(0, len(stored), 32)]
    wrong = [i for i, (one, other) in enumerate(zip(nodes, kept, strict=True)) if one != other]
    if level:
        return [f"Node {start + i} of level {level} is not the hash of the two below it." for i in wrong]
    places = {node: start + i for i, node in enumerate(kept)}
    return [
        f"Leaf {start + i} holds another entry than was sealed there"
        + (f": entries were swapped, this one was sealed as leaf {places[nodes[i]]}." if nodes[i] in places else ".")
        for i in wrong
    ]


class _Roots:
    """Perfect subtrees over leaves, made once."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.levels = [list(hashes)]
        while len(below := self.levels[-1]) > 1:
            self.levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def at(self, size: int) -> bytes:
        """The root over the first `size` leaves; empty when there are not so many."""
        root = b""
        for level, nodes in enumerate(self.levels):
            if size >> level & 1:
                place = (size >> level) - 1
                if place >= len(nodes):
                    return b""
                root = node_hash(nodes[place], root) if root else nodes[place]
        return root
