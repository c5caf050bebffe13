# SPDX-License-Identifier: Apache-2.0
"""Plain text and bytes: the beginning of a file, as it is written."""

from longwatch.evidence.rendering.copy import LONGEST_TEXT, Copy

HEX_BYTES = 512
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def text_copy(content: bytes, *, more: bool = False) -> Copy:
    """The first part of a text; `more` when the content is only the beginning of the file."""
    copy = Copy("text")
    copy.say(decoded(content[: 4 * LONGEST_TEXT]).replace("\r\n", "\n"))
    if more or len(content) > 4 * LONGEST_TEXT:
        copy.note("text_cut", LONGEST_TEXT)
    return copy


def decoded(content: bytes) -> str:
    """Bytes as text: by their mark, as UTF-8, else letter by letter."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if encoding:
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut off inside a letter, which is no other encoding.
        cut = error.start >= len(content) - 3
        return content[: error.start].decode("utf-8") if cut else content.decode("cp1252", "replace")


def hex_copy(head: bytes) -> Copy:
    """The first 512 bytes, sixteen a line: place, bytes, letters."""
    copy = Copy("hex")
    lines = (head[at : at + 16] for at in range(0, min(len(head), HEX_BYTES), 16))
    copy.say("\n".join(_line(16 * number, line) for number, line in enumerate(lines)))
    return copy


def _line(at: int, line: bytes) -> str:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in line)
    return f"{at:08x}  {line.hex(' '):<47}  {letters}"
