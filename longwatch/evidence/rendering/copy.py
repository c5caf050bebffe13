# SPDX-License-Identifier: Apache-2.0
"""What is shown of a file instead of the file: words, tables and clean pictures, and how they travel as bytes."""

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MAGIC = b"LWCOPY01"
# How the process that reads a file begins its answer.
READY, REFUSED = b"+", b"-"
# What a browser may be given, whatever the process that made it says.
PICTURES = frozenset({"image/png", "image/jpeg"})
LONGEST_TEXT = 200_000
LONGEST_FACT = 500
MOST_FACTS = 300
MOST_ROWS = 1000
# Nothing that moves the cursor, hides text or turns it around.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


class Unreadable(Exception):
    """A file that gives no copy, with a word that says why (see words.py)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture."""

    content_type: str
    width: int
    height: int
    content: bytes


@dataclass(slots=True)
class Copy:
    """What is shown of a file. Notes and facts are words that words.py says to people."""

    kind: str
    notes: list[list[str]] = field(default_factory=list)
    facts: list[list[str]] = field(default_factory=list)
    text: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def note(self, word: str, *values: object) -> None:
        """Something the reader should know about this copy, once."""
        said = [word, *(printable(str(value)) for value in values)]
        if said not in self.notes:
            self.notes.append(said)

    def fact(self, name: str, value: object) -> None:
        """Something the file says of itself; nothing when it says nothing."""
        text = printable(str(value)).strip()[:LONGEST_FACT]
        if text and len(self.facts) < MOST_FACTS:
            self.facts.append([printable(name)[:100], text])

    def say(self, text: str) -> None:
        """More text, up to the limit, which is noted."""
        left = LONGEST_TEXT - len(self.text)
        self.text += printable(text[:left])
        if len(text) > left:
            self.note("text_cut", LONGEST_TEXT)

    def row(self, *cells: object) -> None:
        """A line of the table, up to the limit, which is noted."""
        if len(self.rows) < MOST_ROWS:
            self.rows.append([printable(str(cell))[:LONGEST_FACT] for cell in cells])
        else:
            self.note("rows_cut", MOST_ROWS)


def printable(text: str) -> str:
    """Text that shows what it holds: invisible and turning characters become a box."""
    return _UNPRINTABLE.sub("\ufffd", text)


def packed(copy: Copy) -> bytes:
    """A copy as bytes: a header that says everything but the pictures, then they."""
    said = {
        "kind": copy.kind, "notes": copy.notes, "facts": copy.facts, "text": copy.text, "columns": copy.columns,
        "rows": copy.rows, "pictures": [[p.content_type, p.width, p.height, len(p.content)] for p in copy.pictures],
    }  # fmt: skip
    head = json.dumps(said).encode()
    return b"".join([MAGIC, len(head).to_bytes(4, "big"), head, *(p.content for p in copy.pictures)])


def kind_of(packed_copy: bytes) -> str:
    """What sort of copy it is; refuses (Unreadable) what is none."""
    return unpacked(io.BytesIO(packed_copy)).kind[:10]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies in a packed copy."""

    content_type: str
    width: int
    height: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A packed copy, without its pictures."""

    kind: str
    notes: list[list[str]]
    facts: list[list[str]]
    text: str
    columns: list[str]
    rows: list[list[str]]
    pictures: list[Place]


def unpacked(file: BinaryIO) -> Unpacked:
    """Read the header of a packed copy; refuses (Unreadable) what is none."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Unreadable("broken")
    length = int.from_bytes(file.read(4), "big")
    try:
        said: dict[str, Any] = json.loads(_all(file, length))
        at, places = len(MAGIC) + 4 + length, []
        for content_type, width, height, size in said.pop("pictures"):
            if content_type not in PICTURES:
                raise Unreadable("broken")
            places.append(Place(content_type, int(width), int(height), at, int(size)))
            at += int(size)
        return Unpacked(pictures=places, **said)
    except (ValueError, TypeError, KeyError):
        raise Unreadable("broken") from None


def _all(file: BinaryIO, length: int) -> bytes:
    content = bytearray()
    while len(content) < length and (piece := file.read(length - len(content))):
        content += piece
    return bytes(content)
