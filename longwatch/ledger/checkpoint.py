# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (c2sp.org/tlog-checkpoint): a note that says how large a tree is and what its root is. Pure functions."""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from longwatch.ledger.note import NAME, NoteRefused, parse

ROOT_BYTES = 32
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
LINES = 3


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint commits to."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stored checkpoint: its tree, the note with all signature lines, and when it was made."""

    origin: str
    size: int
    root: bytes
    note: str
    at: datetime


def body(tree: Tree) -> str:
    """The text that is signed."""
    return f"{tree.origin}\n{tree.size}\n{base64.b64encode(tree.root).decode()}\n"


def read_body(text: str) -> Tree:
    """What the text of a checkpoint says; refuses other texts. Lines after the third are extensions we do not know."""
    lines = text.split("\n")
    if len(lines) <= LINES or not NAME.fullmatch(lines[0]) or not SIZE.fullmatch(lines[1]):
        raise NoteRefused("this is not a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != ROOT_BYTES:
        raise NoteRefused("the root of the checkpoint is not 32 bytes long")
    return Tree(lines[0], int(lines[1]), root)


def stored(size: int, note: str, at: datetime, cosignatures: Collection[str] = ()) -> Checkpoint:
    """A checkpoint as the database holds it, with the lines of witnesses; the signatures are not checked."""
    tree = read_body(parse(note).text)
    return Checkpoint(tree.origin, size, tree.root, note + "".join(cosignatures), at)
