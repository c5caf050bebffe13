# SPDX-License-Identifier: Apache-2.0
"""The verifier keys of this ledger: which one signs checkpoints of which sizes, and how each names the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from longwatch.ledger.checkpoint import Tree, body, read_body
from longwatch.ledger.nodes import Rows
from longwatch.ledger.note import NoteRefused, Verifier, opened, parse

KEYS = "select number, vkey, after_size, rotation, at from ledger_key order by number"
# A text that begins so is no checkpoint of ours: its first line would be our origin.
ROTATION = "longwatch.ledger/key-rotation/v1"


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A verifier key; it signs checkpoints of more than `after_size` leaves and at most `until_size` (None: any)."""

    number: int
    vkey: str
    after_size: int
    until_size: int | None
    rotation: str
    at: datetime

    @property
    def verifier(self) -> Verifier:
        """The key itself."""
        return Verifier.parse(self.vkey)

    def signs(self, size: int) -> bool:
        """Whether a checkpoint of this size is this key's to sign."""
        return self.after_size < size and (self.until_size is None or size <= self.until_size)


def published_keys(rows: Rows) -> list[PublishedKey]:
    """All keys, oldest first; what the database says, see `check_chain`."""
    found = rows(KEYS, ())
    ends: list[int | None] = [*(row[2] for row in found), None]
    return [
        PublishedKey(number, vkey, after, end, rotation, at)
        for (number, vkey, after, rotation, at), end in zip(found, ends[1:], strict=True)
    ]


def rotation_text(tree: Tree, new: Verifier) -> str:
    """What the old and the new key sign when one follows the other at this tree."""
    return f"{ROTATION}\n{body(tree)}{new.vkey}\n"


def check_chain(keys: Sequence[PublishedKey]) -> None:
    """Refuse unless each key, at the size after which it signs, was named by the one before it."""
    for old, new in pairwise(keys):
        text = opened(new.rotation, [old.verifier])
        if opened(new.rotation, [new.verifier]) != text or named_key(text) != (new.after_size, new.vkey):
            raise NoteRefused(f"key {new.number} was not named by the key before it")


def named_key(text: str) -> tuple[int, str]:
    """The size after which a new key signs, and that key, as the text of a rotation says."""
    first, _, rest = text.partition("\n")
    tree, _, vkey = rest.removesuffix("\n").rpartition("\n")
    if first != ROTATION:
        raise NoteRefused("this is not a rotation of keys")
    return read_body(tree + "\n").size, vkey


def tree_of(note: str, keys: Sequence[PublishedKey]) -> Tree:
    """What a checkpoint says; refuses one that is not signed by the key whose turn it was."""
    said = read_body(parse(note).text)
    known = [key.verifier for key in keys if key.signs(said.size) and key.verifier.name == said.origin]
    if not known:
        raise NoteRefused("no key of this ledger signs checkpoints of this size")
    return read_body(opened(note, known))
