# SPDX-License-Identifier: Apache-2.0
"""Raw bytes as people can look at them: as text when they are text, else in hexadecimal; nothing in them acts."""

import unicodedata
from dataclasses import dataclass

MOST_TEXT = 20_000
MOST_HEX = 4_096
COLUMNS = 16
PLAIN = frozenset("\n\t")
# So many characters of a hundred may be no text in what is shown as text.
ODD_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class RawView:
    """What to show: the text, whether it is in hexadecimal, and how many bytes are not shown."""

    text: str
    hexadecimal: bool
    hidden: int


def view_of(raw: bytes) -> RawView:
    """The beginning of the bytes, safe to look at."""
    head = raw[:MOST_TEXT]
    text = _as_text(head)
    if text is not None:
        return RawView(text, False, len(raw) - len(head))
    return RawView(hex_lines(raw[:MOST_HEX]), True, max(len(raw) - MOST_HEX, 0))


def hex_lines(raw: bytes) -> str:
    """The classic three columns: place, bytes, and what of them is printable ASCII."""
    lines = []
    for start in range(0, len(raw), COLUMNS):
        piece = raw[start : start + COLUMNS]
        printable = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in piece)
        lines.append(f"{start:08x}  {piece.hex(' '):<{COLUMNS * 3 - 1}}  {printable}")
    return "\n".join(lines)


def _as_text(head: bytes) -> str | None:
    """The text with what cannot be seen spelled out; nothing when too much of it is no text."""
    decoded = head.decode("utf-8", errors="backslashreplace").replace("\r\n", "\n")
    shown = [each if _is_plain(each) else f"\\u{{{ord(each):x}}}" for each in decoded]
    odd = head.decode("utf-8", errors="ignore")
    strange = len(head) - len(odd.encode()) + sum(not _is_plain(each) for each in odd)
    return None if strange > ODD_SHARE * max(len(head), 1) else "".join(shown)


def _is_plain(character: str) -> bool:
    # Category C holds control characters, those that turn the direction of writing, and those without a shape.
    return character in PLAIN or unicodedata.category(character)[0] != "C"
