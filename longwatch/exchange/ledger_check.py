# SPDX-License-Identifier: Apache-2.0
"""What the ledger's part of a bundle proves: the checkpoint, each entry's place, and what entries committed to."""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from longwatch.core.counting import counted
from longwatch.exchange.archive import Archive, NotABundle
from longwatch.exchange.comparing import LISTS, differing, is_told
from longwatch.ledger.checking import ProofRefused, check_inclusion
from longwatch.ledger.checkpoint import Tree, read_body
from longwatch.ledger.leaf import commitment, leaf_hash
from longwatch.ledger.note import NoteRefused, Verifier, opened

FORMAT = "c2sp.org/tlog-proof@v1"
CHECKPOINT, POLICY = "longwatch/checkpoint", "longwatch/policy"


class LedgerCheck:
    """One reading of the ledger's files in a bundle."""

    def __init__(self, archive: Archive, ledger_keys: Sequence[str]) -> None:
        self._archive, self._pinned = archive, list(ledger_keys)
        self._leaves: dict[int, dict[str, Any]] = {}
        self._opened: dict[int, dict[str, Any]] = {}
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
        place = f"the ledger of {tree.origin} with {counted(tree.size, 'entries')}" if tree else "the ledger"
        details = counted(sum(map(len, self._opened.values())), "details")
        are = "is" if len(self._leaves) == 1 else "are"
        return (
            f"{counted(len(self._leaves), 'entries')} {are} in {place}; {details} and {counted(self._rows, 'lines')} "
            f"of the lists (event, person, moment, content) agree with them. The wording of changes, and what the "
            f"notes name, only the signature covers."
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
        for name in LISTS:
            yield from self._contents(name)

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
                self._opened.setdefault(index, {})[name] = opening["value"]

    def _contents(self, name: str) -> Iterator[str]:
        """Lines of a list against what their entries committed to."""
        path = f"data/{name}.json"
        if not self._archive.has(path):
            return
        found = json.loads(self._archive.content(path))
        unproven = 0
        for line in found if isinstance(found, list) else [found]:
            index = line["entry"]
            if index is not None and index not in self._leaves:
                yield f"{path} names entry {index}, which is not in the bundle."
                continue
            leaf, opened = self._leaves.get(index), self._opened.get(index, {})
            if leaf is not None and (columns := differing(name, line, leaf, opened)):
                yield (
                    f"What {path} says of {line.get('id')} ({', '.join(columns)}) "
                    f"is not what its entry committed to ({index})."
                )
            elif leaf is not None and is_told(name, leaf, opened):
                self._rows += 1
            else:
                unproven += 1
        self._note(path, unproven)

    def _note(self, path: str, unproven: int) -> None:
        if unproven:
            what = counted(unproven, "lines")
            self.notes.append(
                f"Not proven by the ledger, but covered by the signature: the content of {what} of {path}. "
                f"It was masked, came with a report, or was not sealed yet."
            )
