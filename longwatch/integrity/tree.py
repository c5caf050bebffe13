# SPDX-License-Identifier: Apache-2.0
"""The whole tree: pieces in parallel, the levels above them, and the root at every size somebody ever signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from longwatch.core.counting import counted
from longwatch.integrity.claims import Claim
from longwatch.integrity.findings import Findings, entry_named, when
from longwatch.integrity.leaves import ENTRY, HEIGHT, PIECE, Piece, check_piece, fault_of
from longwatch.integrity.snapshot import Connection, Crew, everything, rows
from longwatch.ledger.merkle import node_hash, root

SIZE = "select coalesce(max(leaf_index) + 1, 0), count(*) from ledger_leaf"
UPPER = "select level, idx, hash from ledger_node where level > %s order by level, idx"
BEYOND = "select count(*) from ledger_node where (level <= %s and (idx << level) >= %s)"
COUNT = "select (select count(*) from ledger_entry), (select count(*) from ledger_pending)"
UNSEALED = f"select {ENTRY} from ledger_entry e join ledger_pending p on p.entry_id = e.id"  # noqa: S608 - our own columns
# An entry that waits nowhere and has no place was kept from the sequencer.
HIDDEN = """
select e.id, e.action, e.at from ledger_entry e
 where not exists (select from ledger_leaf l where l.entry_id = e.id)
   and not exists (select from ledger_pending p where p.entry_id = e.id) order by e.id limit 1000
"""
GONE = """
select p.entry_id from ledger_pending p where not exists (select from ledger_entry e where e.id = p.entry_id) limit 1000
"""
BACKLOG = """
select count(*), min(e.at) from ledger_pending p join ledger_entry e on e.id = p.entry_id
"""


def check_tree(connection: Connection, crew: Crew, claims: Sequence[Claim], findings: Findings) -> int:
    """Recompute everything that is sealed, compare it with every claim; returns the size of the tree."""
    size, count = everything(connection, SIZE)[0]
    if count != size:
        findings.fault(f"The tree of size {size} has only {count} leaves: places are missing.")
    pieces = crew.share(check_piece, _tasks(size, claims))
    for piece in pieces:
        findings.add(piece.findings)
    if everything(connection, BEYOND, [HEIGHT, size])[0][0]:
        findings.fault(f"The tree of size {size} holds nodes beyond its size: the last places were cut off.")
    _check_upper(connection, [piece.root for piece in pieces if size >= piece.low + PIECE], findings)
    _check_claims(size, pieces, claims, findings)
    return int(size)


def check_unsealed(connection: Connection, size: int, findings: Findings) -> None:
    """Entries outside the tree: each must wait for the sequencer, and hold by itself."""
    for entry in rows(connection, UNSEALED):
        if wrong := fault_of(entry):
            findings.fault(f"Unsealed {entry_named(entry[0], entry[1], entry[2])}: {wrong}.")
    entries, pending = everything(connection, COUNT)[0]
    # Looking for each is slow; when the numbers agree, another check names what is amiss.
    hidden = everything(connection, HIDDEN) if entries != size + pending or findings.broken else []
    for number, action, at in hidden:
        findings.fault(
            f"{entry_named(number, action, at).capitalize()} has no place in the tree and does not wait for one: "
            "it was kept from being sealed, or added behind the ledger."
        )
    for (number,) in everything(connection, GONE):
        findings.fault(f"Entry {number} waited to be sealed and was deleted.")
    waiting, oldest = everything(connection, BACKLOG)[0]
    findings.count("unsealed entries", waiting)
    if waiting:
        findings.note(f"Not sealed yet: {counted(waiting, 'entries')}, the oldest dated {when(oldest)}.")


def _tasks(size: int, claims: Sequence[Claim]) -> list[tuple[int, int, list[int], list[tuple[int, datetime]]]]:
    times: dict[int, datetime] = {}
    for claim in claims:
        times[claim.size] = max(claim.at, times.get(claim.size, claim.at))
    ordered = sorted(times.items())
    tasks = []
    for low in range(0, size, PIECE):
        high = min(low + PIECE, size)
        inside = [each for each in times if low < each <= high]
        before = [each for each in ordered if each[0] <= low][-1:]
        after = [each for each in ordered if each[0] > high][:1]
        tasks.append((low, high, inside, [*before, *(each for each in ordered if low < each[0] <= high), *after]))
    return tasks


def _check_upper(connection: Connection, roots: Sequence[bytes], findings: Findings) -> None:
    """The nodes above the pieces, which are few."""
    expected: dict[tuple[int, int], bytes] = {}
    level, nodes = HEIGHT, list(roots)
    while len(nodes) > 1:
        level, nodes = level + 1, [node_hash(nodes[i], nodes[i + 1]) for i in range(0, len(nodes) - 1, 2)]
        expected |= {(level, i): node for i, node in enumerate(nodes)}
    stored = {(at, i): node for at, i, node in everything(connection, UPPER, [HEIGHT])}
    for place in sorted(expected.keys() | stored.keys()):
        if expected.get(place) != stored.get(place):
            findings.fault(f"Node {place[1]} of level {place[0]} is missing, or not the hash of those below it.")


def _check_claims(size: int, pieces: Sequence[Piece], claims: Sequence[Claim], findings: Findings) -> None:
    roots = _roots(pieces, {claim.size for claim in claims if 0 < claim.size <= size})
    held = 0  # Up to there, all that was said earlier is still true.
    rewritten: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda each: each.size):
        if claim.size > size:
            findings.fault(
                f"{claim.named} says {counted(claim.size, 'entries')}, "
                f"but the tree has {size}: the last entries were cut off."
            )
        elif roots.get(claim.size) == claim.root:
            held = claim.size if not rewritten else held
        else:
            rewritten.setdefault(claim.where, []).append(claim)
    for first, *later in rewritten.values():
        findings.fault(
            f"{first.named} has another root than the entries give: "
            f"history was rewritten between leaf {min(held, first.size - 1)} and leaf {first.size - 1}"
            + (f" (So do {counted(len(later), 'later ones')} there)." if later else ".")
        )


def _roots(pieces: Sequence[Piece], sizes: set[int]) -> Mapping[int, bytes]:
    """The root at each size: over whole pieces, and one part of a piece."""
    found: dict[int, bytes] = {}
    whole: list[bytes] = []
    for piece in pieces:
        for inside in sizes & piece.roots.keys():
            found[inside] = root([*whole, piece.roots[inside]])
        whole.append(piece.root)
    return found
