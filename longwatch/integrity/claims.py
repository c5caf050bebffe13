# SPDX-License-Identifier: Apache-2.0
"""What was said about the tree earlier: stored checkpoints, anchored ones, and the keys that signed them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from longwatch.integrity.findings import Findings, when
from longwatch.integrity.snapshot import Connection, everything
from longwatch.ledger.anchors.file import AnchorFileUnreadable, Line, read_lines
from longwatch.ledger.checkpoint import read_body
from longwatch.ledger.memory import remembered
from longwatch.ledger.note import NoteRefused, parse
from longwatch.ledger.published import PublishedKey, check_chain, published_keys, tree_of

STORED = "stored"
CHECKPOINTS = "select size, note, at from ledger_checkpoint order by size"


@dataclass(frozen=True, slots=True)
class Claim:
    """A signed statement about the tree: how large it was then, and its root."""

    size: int
    root: bytes
    at: datetime
    where: str

    @property
    def named(self) -> str:
        """As the sentences say it."""
        kind = "The stored checkpoint" if self.where == STORED else f"The checkpoint anchored in {self.where}"
        return f"{kind} of size {self.size} ({when(self.at)})"


def known_keys(connection: Connection, pinned: Collection[str], findings: Findings) -> list[PublishedKey]:
    """The verifier keys of the database, each named by the one before; `pinned` ones must be among them."""
    try:
        keys = published_keys(lambda statement, values: everything(connection, statement, values))
        check_chain(keys)
    except NoteRefused as refusal:
        findings.fault(f"The verifier keys of the ledger are not to be trusted: {refusal}.")
        return []
    for vkey in sorted(set(pinned) - {key.vkey for key in keys}):
        findings.fault(
            f"The verifier key {vkey}, kept outside the database, is not among its keys: they were replaced."
        )
    return keys


def stored_claims(connection: Connection, keys: Sequence[PublishedKey], findings: Findings) -> list[Claim]:
    """The checkpoints of the database whose signatures hold."""
    found = [_claim(note, at, STORED, keys, findings, size) for size, note, at in everything(connection, CHECKPOINTS)]
    claims = [claim for claim in found if claim]
    findings.count("checkpoints", len(found))
    return claims


def anchored_claims(
    lines: Sequence[Line], where: str, keys: Sequence[PublishedKey], stored: Sequence[Claim], findings: Findings
) -> list[Claim]:
    """The checkpoints kept outside the database whose signatures hold; each must be stored, with the same root."""
    roots = {claim.size: claim.root for claim in stored}
    claims = [claim for line in lines if (claim := _claim(line.note, line.at, where, keys, findings))]
    for claim in claims:
        if claim.size not in roots:
            findings.fault(f"{claim.named} is not stored: it was removed from the database, or replaced.")
        elif roots[claim.size] != claim.root:
            findings.fault(f"{claim.named} has another root than the stored one: the checkpoint was replaced.")
    findings.count("anchored checkpoints", len(claims))
    return claims


def lines_of(file: Path, findings: Findings) -> list[Line]:
    """The lines of an anchor file."""
    try:
        return read_lines(file)
    except AnchorFileUnreadable as refusal:
        findings.fault(str(refusal))
        return []


def last_signed(file: Path) -> list[Line]:
    """What the signer remembers, as a line like those of an anchor."""
    note = remembered(file)
    return [Line(datetime.fromtimestamp(file.stat().st_mtime, UTC), note)] if note is not None else []


def check_order(claims: Sequence[Claim], findings: Findings, tolerance: float) -> None:
    """Times of checkpoints must not run back while the tree grows."""
    latest: Claim | None = None
    for claim in sorted(claims, key=lambda each: each.size):
        if latest and (latest.at - claim.at).total_seconds() > tolerance:
            findings.fault(
                f"{claim.named} is dated before that of size {latest.size} ({when(latest.at)}): a clock was set back."
            )
        if latest is None or claim.at > latest.at:
            latest = claim


def _claim(
    note: str, at: datetime, where: str, keys: Sequence[PublishedKey], findings: Findings, size: int | None = None
) -> Claim | None:
    place = "A stored checkpoint" if where == STORED else f"A checkpoint anchored in {where}"
    named = f"{place} of size {_size(note) if size is None else size} ({when(at)})"
    try:
        tree = tree_of(note, keys)
    except NoteRefused as refusal:
        findings.fault(f"{named} was not signed by this ledger: {refusal}.")
        return None
    if size is not None and tree.size != size:
        findings.fault(f"{named} says size {tree.size}: the checkpoint was replaced.")
        return None
    return Claim(tree.size, tree.root, at, where)


def _size(note: str) -> str:
    try:
        return str(read_body(parse(note).text).size)
    except NoteRefused:
        return "unknown"
