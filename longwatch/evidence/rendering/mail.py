# SPDX-License-Identifier: Apache-2.0
"""E-mails: who says they sent it, which way it came, its words, what hangs on it. Links are words, never fetched."""

import email.generator  # noqa: F401  Loaded now, because later no file can be opened any more.
import hashlib
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from html.parser import HTMLParser
from typing import cast

from longwatch.evidence.rendering.copy import LONGEST_TEXT, Copy, Unreadable
from longwatch.evidence.rendering.text import decoded

COLUMNS = ["name", "type", "size", "sha256"]
ONCE = (
    "From", "Sender", "Reply-To", "Return-Path", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To",
    "X-Mailer", "User-Agent", "X-Originating-IP", "Received-SPF", "DKIM-Signature", "List-Unsubscribe",
)  # fmt: skip
EACH = ("Received", "Authentication-Results", "ARC-Authentication-Results")
MOST_HOPS = 50
MOST_PARTS = 500
SPACES = re.compile(r"\s+")
BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def mail_copy(content: bytes) -> Copy:
    """Headers as facts, bodies as text, attachments as a table with their hashes."""
    copy = Copy("mail", columns=COLUMNS)
    try:
        message = BytesParser(policy=compat32).parsebytes(content)
        parts = list(_parts(message))
    except RecursionError:
        # Parts within parts without end: the headers still say something.
        message = BytesParser(policy=compat32).parsebytes(content, headersonly=True)
        parts = []
        copy.note("too_deep")
    _headers(message, copy)
    _bodies(parts, copy)
    if not (copy.facts or copy.text or copy.rows):
        raise Unreadable("broken")
    return copy


def attachment(content: bytes, number: int) -> tuple[str, bytes]:
    """The name and the bytes of an attachment, counted as in the copy's table."""
    parts = list(_parts(BytesParser(policy=compat32).parsebytes(content)))
    hanging = [part for part in parts if not _is_body(part)]
    if not 0 <= number < len(hanging):
        raise Unreadable("no_attachment")
    return _name(hanging[number]), _content(hanging[number])


def _headers(message: Message, copy: Copy) -> None:
    for name in ONCE:
        for value in message.get_all(name, [])[:5]:
            copy.fact(name, header_text(value))
    for name in EACH:
        for value in message.get_all(name, [])[:MOST_HOPS]:
            copy.fact(name, header_text(value))
    if message.defects:
        copy.note("malformed")


def header_text(value: object) -> str:
    """A header as people read it; what cannot be decoded stays as it was written."""
    raw = str(value)[:20_000]
    try:
        pieces = [_piece(text, charset) for text, charset in decode_header(raw)]
    except (ValueError, LookupError, IndexError, AssertionError):
        return SPACES.sub(" ", raw)
    except Exception as error:
        if type(error).__name__ != "HeaderParseError":
            raise
        return SPACES.sub(" ", raw)
    return SPACES.sub(" ", "".join(pieces))


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return decoded(text)


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a message, and messages hanging on it as a whole."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = cast("list[Message]", part.get_payload())
        else:
            yield part


def _bodies(parts: list[Message], copy: Copy) -> None:
    if len(parts) >= MOST_PARTS:
        copy.note("rows_cut", MOST_PARTS)
    for part in parts:
        content = _content(part)
        if not _is_body(part):
            copy.row(_name(part), part.get_content_type(), len(content), hashlib.sha256(content).hexdigest())
            continue
        text = _text(part, content[: 20 * LONGEST_TEXT])
        if part.get_content_subtype() == "html":
            copy.note("html_as_text")
            text = html_text(text)
        copy.say(f"{text.strip()}\n\n" if text.strip() else "")


def _is_body(part: Message) -> bool:
    plain = part.get_content_type() in ("text/plain", "text/html")
    return plain and part.get_content_disposition() != "attachment" and not part.get_filename()


def _content(part: Message) -> bytes:
    if part.is_multipart():
        inner = part.get_payload()
        try:
            return bytes(cast(Message, inner[0])) if isinstance(inner, list) and inner else b""
        except (ValueError, LookupError, TypeError, AttributeError, KeyError, RecursionError):
            return b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name(part: Message) -> str:
    try:
        name = header_text(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        name = ""
    return name or part.get_content_type()


def _text(part: Message, content: bytes) -> str:
    charset = part.get_content_charset()
    try:
        return content.decode(charset, "replace") if charset else decoded(content)
    except (LookupError, ValueError):
        return decoded(content)


class _Words(HTMLParser):
    """The words of a page, with the address of each link behind it."""

    SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})
    BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent, self.length = 0, 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BREAKS:
            self.add("\n")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self.SILENT))
        if tag == "a" and self.links and (link := self.links.pop()):
            self.add(f" <{link}>")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.add(SPACES.sub(" ", data))

    def add(self, words: str) -> None:
        if self.length <= LONGEST_TEXT:
            self.words.append(words)
            self.length += len(words)


def html_text(page: str) -> str:
    """The words of an HTML page; nothing of it is obeyed."""
    words = _Words()
    try:
        words.feed(page)
        words.close()
    except (AssertionError, ValueError, RecursionError):
        return page
    return BLANK_LINES.sub("\n\n", "".join(words.words))
