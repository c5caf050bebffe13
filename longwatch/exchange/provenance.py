# SPDX-License-Identifier: Apache-2.0
"""What of the ledger goes with a bundle: leaves, the openings that the audience may have, and proofs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.exchange.audiences import Kind
from longwatch.exchange.content import Content, Entry
from longwatch.exchange.masking import Masker
from longwatch.exchange.redaction import Item, Judged, Release, Treatment
from longwatch.ledger.checkpoint import Checkpoint
from longwatch.ledger.leaf import ROW_FIELD
from longwatch.ledger.proofs import Proof, inclusion

ABOUT_ROWS = ("timeline.", "evidence.", "task.", "mention.", "member.", "case.", "incident.")
RECEIVED = "evidence.received"
FILE_FACTS = frozenset({"sha256", "size", "number"})


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An entry of the record whose leaf the audience receives, with what it may open of it."""

    entry: Entry
    openings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Provenance:
    """The ledger's part of a bundle."""

    checkpoint: Checkpoint | None
    disclosed: Mapping[int, Disclosed]
    proofs: Sequence[Proof]

    @property
    def places(self) -> dict[int, int]:
        """The index in the tree of each disclosed entry that is sealed."""
        return {proof.entry_id: proof.index for proof in self.proofs}

    @property
    def unsealed(self) -> int:
        """How many disclosed entries have no place yet."""
        return len(self.disclosed) - len(self.proofs)

    def leaves(self) -> Iterator[dict[str, Any]]:
        """The lines of leaves.jsonl, by index."""
        for proof in self.proofs:
            yield {"index": proof.index, "leaf": proof.leaf.decode()}

    def openings(self) -> Iterator[dict[str, Any]]:
        """The lines of openings.jsonl, by index."""
        for proof in self.proofs:
            openings = self.disclosed[proof.entry_id].openings
            if openings:
                yield {"index": proof.index, "open": openings}


def provenance_of(content: Content, release: Release, checkpoint: Checkpoint | None) -> Provenance:
    """Leaves, openings and proofs of the entries that belong to what leaves; read as the actor of the transaction."""
    found = disclosed(content.entries, release)
    proofs = inclusion(list(found), checkpoint.size) if checkpoint is not None and found else []
    return Provenance(checkpoint, found, proofs)


def disclosed(entries: Sequence[Entry], release: Release) -> dict[int, Disclosed]:
    """The entries whose leaf the audience receives."""
    told = {each.item.id for each in release.judged if each.item.kind == Kind.CHANGE and each.is_in}
    rows = {
        each.item.id: each for each in release.judged if each.is_in and each.item.kind not in (Kind.CHANGE, Kind.LINK)
    }
    links = {each.item.version: each.item for each in rows.values() if _is_link_as_it_is(each)}
    found = {}
    for entry in entries:
        about = rows.get(entry.subject_id) if entry.action.startswith(ABOUT_ROWS) else None
        if str(entry.id) in told or about is not None:
            whole = str(entry.id) in told
            row = about.item if about is not None and about.treatment is Treatment.IN else None
            found[entry.id] = Disclosed(entry, _openings(entry, release.masker, whole, links.get(entry.id, row)))
    return found


def _is_link_as_it_is(each: Judged) -> bool:
    """Whether it is a link of a chain of custody whose entry, about the exhibit, commits to it."""
    return each.item.kind == Kind.CUSTODY and each.treatment is Treatment.IN and each.item.row is not None


def _openings(entry: Entry, masker: Masker, whole: bool, about: Item | None) -> dict[str, dict[str, Any]]:
    """Salt and value of each field that the audience sees as it is; what a pseudonym replaces stays closed."""
    values = {
        name: opening["value"] for name, opening in entry.openings.items()
        if "value" in opening and (whole or (entry.action == RECEIVED and name in FILE_FACTS))
    }  # fmt: skip
    if about is not None and about.version == entry.id and about.row is not None:
        values[ROW_FIELD] = about.row
    return {
        name: {"salt": entry.openings[name]["salt"], "value": value} for name, value in values.items()
        if entry.openings.get(name, {}).get("salt") and masker.value(value) == value
    }  # fmt: skip
