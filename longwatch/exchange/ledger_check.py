# SPDX-License-Identifier: Apache-2.0
"""What the ledger's part of a bundle proves: the checkpoint, each entry's place, and what entries committed to."""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from longwatch.exchange.archive import Archive, NotABundle
from longwatch.ledger.checking import ProofRefused, check_inclusion
from longwatch.ledger.checkpoint import Tree, read_body
from longwatch.ledger.leaf import commitment, leaf_hash
from longwatch.ledger.note import NoteRefused, Verifier, opened

FORMAT = "c2sp.org/tlog-proof@v1"
CHECKPOINT, POLICY = "longwatch/checkpoint", "longwatch/policy"
ROW = "row"


class LedgerCheck:
    """One reading of the ledger's files in a bundle."""

    def __init__(self, archive: Archive, ledger_keys: Sequence[str]) -> None:
        self._archive, self._pinned = archive, list(ledger_keys)
        self._leaves: dict[int, dict[str, Any]] = {}
        self._opened: dict[tuple[int, str], Any] = {}
        self._tree: Tree | None = None
        self.notes: list[str] = []
        self.found_problems = False
        self._rows = 0

    def problems(self) -> Iterator[str]:
        """Everything that is wrong, in sentences."""
        for sentence in self._all():
            self.found_problems = True
            yield sentence

    def summary(self) -> str:
        """What was proven, when nothing was wrong."""
        tree = self._tree
        place = f"the ledger of {tree.origin} with {tree.size:,} entries" if tree else "the ledger"
        return (
            f"All {len(self._leaves):,} entries are in {place}; {len(self._opened):,} details and {self._rows:,} rows "
            f"of timeline and exhibits are what they committed to."
        )

    def _all(self) -> Iterator[str]:
        note = self._archive.content(CHECKPOINT).decode()
        try:
            self._tree = read_body(opened(note, self._verifiers()))
        except NoteRefused as error:
            yield f"The checkpoint does not hold: {error}."
            return
        yield from self._inclusions(note, self._tree)
        yield from self._openings()
        yield from self._contents("data/timeline.json", "text", "line {id} of the timeline")
        yield from self._contents("data/exhibits.json", "sha256", "exhibit {number}")

    def _verifiers(self) -> list[Verifier]:
        said = self._archive.content(POLICY).decode().splitlines()
        inside = [line.split()[1] for line in said if line.startswith("log ") and len(line.split()) > 1]
        if not self._pinned:
            self.notes.append(
                f"The ledger's key was taken from the bundle itself. Ask the organisation whether it is "
                f"{' or '.join(inside)}, or give it with --ledger-key."
            )
        return [Verifier.parse(vkey) for vkey in (self._pinned or inside)]

    def _inclusions(self, note: str, tree: Tree) -> Iterator[str]:
        for raw in self._archive.lines("data/ledger/leaves.jsonl"):
            line = json.loads(raw)
            index, leaf = int(line["index"]), str(line["leaf"]).encode()
            if index in self._leaves:
                yield f"Entry {index} is in the bundle twice."
                continue
            self._leaves[index] = json.loads(leaf)
            try:
                hashes = self._proof(index, note)
                check_inclusion(leaf_hash(leaf), index, tree.size, hashes, tree.root)
            except (ProofRefused, NotABundle) as error:
                yield f"Entry {index} is not proven: {error}."

    def _proof(self, index: int, note: str) -> list[bytes]:
        text = self._archive.content(f"data/ledger/{index}.tlog-proof").decode()
        head, _, proved = text.partition("\n\n")
        first, *rest = head.split("\n")
        if first != FORMAT or not rest or rest[0] != f"index {index}":
            raise ProofRefused("the proof is that of another entry, or none")
        if proved != note:
            raise ProofRefused("the proof is for another checkpoint")
        return [base64.b64decode(each, validate=True) for each in rest[1:]]

    def _openings(self) -> Iterator[str]:
        for raw in self._archive.lines("data/ledger/openings.jsonl"):
            line = json.loads(raw)
            index = int(line["index"])
            if index not in self._leaves:
                yield f"Something of entry {index} is opened, which is not in the bundle."
                continue
            commits = self._leaves[index]["commit"]
            for name, opening in line["open"].items():
                if commitment(bytes.fromhex(opening["salt"]), opening["value"]) != commits.get(name):
                    yield f"Entry {index} did not commit to the “{name}” that the bundle shows."
                self._opened[index, name] = opening["value"]

    def _contents(self, path: str, column: str, called: str) -> Iterator[str]:
        """Lines of a list against the rows that their entries committed to."""
        if not self._archive.has(path):
            return
        unproven = 0
        for line in json.loads(self._archive.content(path)):
            if line.get("kind") == "change":
                continue
            row = self._opened.get((line["entry"], ROW)) if line["entry"] is not None else None
            if row is None:
                unproven += 1
            elif (row["id"], row[column]) != (line["id"], line[column]):
                yield f"What the bundle says in {called.format(**line)} is not what its entry committed to."
            else:
                self._rows += 1
        if unproven:
            self.notes.append(
                f"{unproven:,} rows of {path.removeprefix('data/')} are not proven by the ledger: they were masked, "
                f"came with a report, or were not sealed yet. They are covered by the signature only."
            )
