# SPDX-License-Identifier: Apache-2.0
"""The parts of a mail, however broken it is: bounded in depth, number and time, which the standard library is not.

The library's parser takes time by depth times lines, and fails on parts nested without end. This one looks for
boundaries only, and gives up on what nobody sends; the library reads single headers of bounded length.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

LARGEST_HEAD = 256_000
MOST_HEADERS = 2_000
LONGEST_HEADER = 20_000
# Of headers with parameters, whose reading takes time by their square.
LONGEST_PARAMETERS = 2_000
DEEPEST = 20
MOST_PARTS = 500
# Places that look like a boundary, in one part.
MOST_MARKS = 10_000
# Nobody writes it any more, and its lines are read one by one; what is larger stays as it is.
LARGEST_UU = 4_000_000
FOLDED = re.compile(rb"\s*[\r\n]+[ \t]*")
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_BLANKS = re.compile(rb"[ \t]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_MIME = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of a mail, or a whole mail within it: its headers by name in small letters, and its bytes as they lie."""

    headers: dict[str, list[bytes]]
    encoded: bytes
    kind: str
    name: str
    charset: str

    @property
    def is_attached(self) -> bool:
        """Whether it hangs on the mail, rather than being its text."""
        disposition = (self.headers.get("content-disposition") or [b""])[0].strip().lower()
        return self.kind not in ("text/plain", "text/html") or bool(self.name) or disposition.startswith(b"attachment")

    def content(self) -> bytes:
        """Its bytes as they were meant."""
        encoding = (self.headers.get("content-transfer-encoding") or [b""])[0].strip().lower()
        if encoding.startswith(b"base64"):
            return from_base64(self.encoded)
        if encoding.startswith(b"quoted-printable"):
            return binascii.a2b_qp(self.encoded)
        if encoding.endswith((b"uuencode", b"uue")) and len(self.encoded) <= LARGEST_UU:
            return from_uu(self.encoded)
        return self.encoded


@dataclass(slots=True)
class Mail:
    """The headers of a mail and its parts, in their order."""

    headers: dict[str, list[bytes]]
    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def note(self, defect: str) -> None:
        """Remember what is wrong, once."""
        if defect not in self.defects:
            self.defects.append(defect)


def read(raw: bytes) -> Mail:
    """The mail in the bytes; whatever they are, nothing is raised."""
    headers, body = head_of(raw)
    mail = Mail(headers)
    waiting = [(headers, body, len(raw), 0)]
    looked = 0
    while waiting:
        headers, start, end, depth = waiting.pop()
        looked += 1
        if looked > MOST_PARTS:
            mail.note("too_many_parts")
            break
        said = _said(headers)
        boundary = _boundary(said)
        if boundary and depth >= DEEPEST:
            mail.note("too_deep")
        inner = list(_between(raw, start, end, boundary, mail)) if boundary and depth < DEEPEST else []
        if not inner:
            mail.parts.append(_leaf(headers, raw[start:end], said))
        for at, until in reversed(inner):
            within, content = head_of(raw, at, until)
            waiting.append((within, content, until, depth + 1))
    return mail


def head_of(raw: bytes, start: int = 0, end: int | None = None) -> tuple[dict[str, list[bytes]], int]:
    """The headers at a place, unfolded, and where what follows them begins."""
    end = len(raw) if end is None else end
    limit = min(end, start + LARGEST_HEAD)
    found: dict[str, list[bytes]] = {}
    value: bytearray | None = None
    at, number = start, 0
    while at < limit:
        match = LINE.match(raw, at, end)
        if match is None or match.end() == at:
            break
        line = match.group()
        if not line.strip(b"\r\n"):
            return _unfolded(found), match.end()
        if line[:1] in b" \t" and value is not None:
            if len(value) < LONGEST_HEADER:
                value += line[:LONGEST_HEADER]
        elif (named := HEADER.match(line)) and number < MOST_HEADERS:
            name = named.group()[:-1].strip().lower().decode("ascii")
            value = bytearray(line[named.end() : named.end() + LONGEST_HEADER])
            found.setdefault(name, []).append(value)  # type: ignore[arg-type]
            number += 1
        elif not (at == start and line.startswith((b"From ", b">From "))):
            # No header and no blank line: the text begins here.
            break
        at = match.end()
    return _unfolded(found), at


def _unfolded(found: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    return {name: [FOLDED.sub(b" ", bytes(each)).strip() for each in values] for name, values in found.items()}


def _said(headers: dict[str, list[bytes]]) -> Message:
    """The headers about a part, for the library to read; each bounded."""
    said = Message()
    for name in _MIME:
        for value in headers.get(name, [])[:1]:
            said[name] = value[:LONGEST_PARAMETERS].decode("utf-8", "replace").replace("\ufffd", "?")
    return said


def _boundary(said: Message) -> bytes:
    if said.get_content_maintype() != "multipart":
        return b""
    try:
        boundary = said.get_boundary() or ""
    except (ValueError, LookupError, TypeError):
        return b""
    return boundary.rstrip().encode("utf-8", "replace")[:200]


def _between(raw: bytes, start: int, end: int, boundary: bytes, mail: Mail) -> Iterator[tuple[int, int]]:
    """Where each part between boundaries lies; nothing when there is no boundary at all."""
    mark = b"--" + boundary
    begun: int | None = None
    at, seen = start, 0
    while (at := raw.find(mark, at, end)) >= 0:
        seen += 1
        if seen > MOST_MARKS:
            mail.note("too_many_parts")
            break
        after = at + len(mark)
        is_last = raw.startswith(b"--", after)
        rest = _BLANKS.match(raw, after + 2 * is_last, end)
        line_end = rest.end() if rest else after
        if (at > start and raw[at - 1] not in b"\r\n") or not (line_end >= end or raw[line_end] in b"\r\n"):
            at += len(mark)
            continue
        if begun is not None:
            yield begun, max(begun, at - _break_before(raw, at))
        if is_last:
            return
        begun = at = min(end, line_end + (2 if raw.startswith(b"\r\n", line_end) else 1))
    if begun is None:
        mail.note("no_boundary")
    else:
        mail.note("not_closed")
        yield begun, end


def _break_before(raw: bytes, at: int) -> int:
    """How long the line break is that belongs to a boundary."""
    return 2 if raw[at - 2 : at] == b"\r\n" else 1


def _leaf(headers: dict[str, list[bytes]], encoded: bytes, said: Message) -> Part:
    try:
        kind, name, charset = said.get_content_type(), said.get_filename() or "", said.get_content_charset() or ""
    except (ValueError, LookupError, TypeError):
        kind, name, charset = "application/octet-stream", "", ""
    return Part(headers, encoded, kind, name, charset)


def from_base64(encoded: bytes) -> bytes:
    """What base64 holds; letters that are none are passed over, and what is cut off is read as far as it goes."""
    try:
        return binascii.a2b_base64(encoded)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", encoded)
        clean = clean[: -(len(clean) % 4)] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def from_uu(encoded: bytes) -> bytes:
    """What uuencoded lines hold, as far as they can be read."""
    found = bytearray()
    for line in encoded.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            found += binascii.a2b_uu(line)
        except binascii.Error:
            # Lines that claim to be longer than they are.
            size = ((line[0] - 32) & 63) * 4 // 3 + 2
            try:
                found += binascii.a2b_uu(line[:size])
            except binascii.Error:
                continue
    return bytes(found)
