# SPDX-License-Identifier: Apache-2.0
"""What came in, understood: the format recognised, containers taken apart, each record read by its mapping."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from longwatch.core import clock
from longwatch.core.errors import LongwatchError
from longwatch.intake.mapping import cef, mail, syslog, xml, zeek
from longwatch.intake.mapping.applying import Context
from longwatch.intake.mapping.applying import Mapping as Ready
from longwatch.intake.mapping.catalogue import builtin
from longwatch.intake.mapping.merging import merged
from longwatch.intake.mapping.moments import zone_of
from longwatch.intake.mapping.own import OwnReading
from longwatch.intake.mapping.paths import Record, json_in, path_of
from longwatch.intake.mapping.splitting import GZIP, ZIP, array, elements, messages, several, unpacked
from longwatch.intake.submission import (
    DOCUMENTED,
    SignalIn,
    Unreadable,
    documented_only,
    read_as,
    read_object,
    refuse_unreadable,
    signal_of,
)

AUTO = "auto"
MOST_NESTED = 5
# A message that is CEF or LEEF says so within its header.
HEADER = 1_000
MAIL = "mail"
XML_FORMATS = {"alert": "cap", "entry": "atom", "item": "rss"}
TEXT_FORMATS = frozenset({"syslog", "cef", "leef"})
_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x1e]*")
_PRI = re.compile(rb"<\d{1,3}>")
_TIMED = re.compile(rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d ")
_EVENT_FORMAT = re.compile(rb"(?:CEF:\s?\d(?:\.\d)?|LEEF:\s?[12](?:\.\d)?)\|")


@dataclass(frozen=True, slots=True)
class Piece:
    """One signal, the bytes it was read from, and the name of the format."""

    signal: SignalIn
    raw: bytes
    format: str
    # Which part of the body it was, counted from 1.
    place: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a container that could not be understood."""

    raw: bytes
    error: LongwatchError
    place: int = 1


@dataclass(frozen=True, slots=True)
class Whole:
    """All that was understood, and what was not."""

    pieces: list[Piece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def is_all_of(self, raw: bytes) -> bool:
        """Whether one signal has all bytes of a body; else nothing but the body itself has them all."""
        return len(self.pieces) == 1 and not self.faults and self.pieces[0].raw == raw


def format_names() -> list[str]:
    """What a source, or whoever reads a file, may say of the format."""
    return sorted({AUTO, DOCUMENTED, *builtin().formats})


def understand(
    raw: bytes, *, content_type: str = "", format: str = AUTO,  # noqa: A002 - what it is called everywhere
    zone: str = "UTC", received_at: datetime | None = None, source_name: str = "", own: OwnReading | None = None,
) -> list[Piece]:  # fmt: skip
    """Each signal in the bytes; refuses (400, 422) bytes that give none.

    A container gives a piece an element, with that element's own bytes; elements that cannot be understood are left
    out (understand_whole lists them).
    """
    whole = understand_whole(
        raw, content_type=content_type, format=format, zone=zone, received_at=received_at, source_name=source_name,
        own=own,
    )  # fmt: skip
    if not whole.pieces:
        raise whole.faults[0].error if whole.faults else Unreadable("It holds no record.")
    return whole.pieces


def understand_whole(
    raw: bytes, *, content_type: str = "", format: str = AUTO,  # noqa: A002 - what it is called everywhere
    zone: str = "UTC", received_at: datetime | None = None, source_name: str = "", own: OwnReading | None = None,
) -> Whole:  # fmt: skip
    """Each signal in the bytes, and each part of a container that gives none; refuses bytes that are nothing known."""
    if format == DOCUMENTED:
        return Whole([Piece(read_as(raw, source_name)[0], raw, DOCUMENTED)])
    reader = _Reader(Context(zone_of(zone), received_at or clock.now()), format, content_type, source_name, own)
    reader.take(raw, 0)
    return reader.whole


class _Reader:
    """One body being understood."""

    def __init__(
        self, context: Context, chosen: str, content_type: str, source_name: str, own: OwnReading | None
    ) -> None:
        self.whole = Whole()
        self._context, self._content_type, self._source_name = context, content_type, source_name
        ready = builtin().formats.get(chosen)
        self._chosen = None if ready is None or ready.file.recognise.parser else ready
        self._format, self._own = chosen, own

    def take(self, raw: bytes, depth: int, inside: Ready | None = None) -> None:
        """Understand bytes of any kind."""
        if depth == 0 and self._is_mail(raw):
            self._mail(raw)
            return
        found = _START.match(raw)
        at = found.end() if found else 0
        first = raw[at : at + 1]
        if first == b"{":
            self._object(raw[at:] if raw[:1] == b"\xef" else raw, raw, depth, inside)
        elif first == b"[" and not _PRI.match(raw, at):
            self._each(_elements(raw[at:]), depth, inside)
        else:
            self._other(raw, at, depth)

    def _other(self, raw: bytes, at: int, depth: int) -> None:
        """What is not JSON."""
        if raw.startswith(GZIP) and depth == 0:
            self.take(unpacked(raw), depth + 1)
        elif raw.startswith(ZIP):
            raise Unreadable("This is a ZIP archive. Send what is in it.")
        elif raw.startswith((b"#separator", b"#fields"), at):
            self._rows(raw)
        elif self._is_message(raw, at):
            self._each(messages(raw), depth, None, self._message)
        elif raw.startswith(b"<", at):
            self._elements(raw)
        else:
            self._keep(read_as(raw, self._source_name)[0], raw, DOCUMENTED)

    def _is_message(self, raw: bytes, at: int) -> bool:
        if _PRI.match(raw, at) or _EVENT_FORMAT.search(raw, at, at + HEADER) or _TIMED.match(raw, at):
            return True
        if raw.startswith(b"<", at) or not raw.strip():
            return False
        return self._format in TEXT_FORMATS or self._content_type.startswith("text/")

    def _is_mail(self, raw: bytes) -> bool:
        if self._format == MAIL or self._content_type.partition(";")[0].strip().lower() in mail.KINDS:
            return bool(raw.strip())
        return self._format == AUTO and mail.is_mail(raw)

    def _mail(self, raw: bytes) -> None:
        record = mail.parse(raw)
        ready = builtin().parsed(MAIL, record)
        self._keep(ready.signal(record, self._context), raw, ready.name)

    def _keep(self, signal: SignalIn, raw: bytes, name: str) -> None:
        self.whole.pieces.append(Piece(signal, raw, name, self._place()))

    def _leave(self, raw: bytes, error: LongwatchError) -> None:
        self.whole.faults.append(Fault(raw, error, self._place()))

    def _place(self) -> int:
        return len(self.whole.pieces) + len(self.whole.faults) + 1

    def _each(
        self, parts: list[bytes], depth: int, inside: Ready | None, take: Callable[[bytes], None] | None = None
    ) -> None:
        """Understand each part by itself; a single one is refused as it is."""
        if depth >= MOST_NESTED:
            raise Unreadable("Lists are nested too deep in it.")
        for part in parts:
            try:
                if take is not None:
                    take(part)
                elif part[:1] == b"{":
                    self._object(part, part, depth + 1, inside)
                else:
                    raise Unreadable("An element is not a JSON object.")
            except LongwatchError as error:
                self._leave(part, error)

    def _object(self, content: bytes, raw: bytes, depth: int, inside: Ready | None) -> None:
        refuse_unreadable(content)
        if self._chosen is None and self._own is None and (signal := documented_only(content)):
            self._keep(signal, raw, DOCUMENTED)
            return
        try:
            root = read_object(content)
        except Unreadable:
            parts = several(content) if depth == 0 else []
            if len(parts) < 2:
                raise
            self._each(parts, depth, inside)
            return
        ready = self._ready_for(root, inside)
        if ready is None:
            self._keep(*_with_name(raw, read_as(content, self._source_name)))
        else:
            self._record(ready, root, content, raw, depth)

    def _ready_for(self, root: dict[str, Any], inside: Ready | None) -> Ready | None:
        """How a record is read: by the mapping of one's own that it fits, or came out of; else as is recognised."""
        own = self._own
        if own is not None and (inside is own.ready or own.fits(root)):
            return own.ready
        return self._chosen or builtin().recognise(root) or inside

    def _record(self, ready: Ready, root: dict[str, Any], content: bytes, raw: bytes, depth: int) -> None:
        if ready.file.split and (parts := _parts(content, ready.file.split)):
            self._each(parts, depth, ready)
            return
        inner = _inner(root, ready.file.unwrap) if ready.file.unwrap else None
        if inner is None:
            self._keep(ready.signal(root, self._context), raw, ready.name)
        else:
            self._unwrapped(ready, root, inner, raw)

    def _unwrapped(self, ready: Ready, root: dict[str, Any], inner: dict[str, Any], raw: bytes) -> None:
        outer = ready.signal(root, self._context)
        own = builtin().recognise(inner)
        if own is None:
            said = merged(outer, signal_of(inner, self._source_name))
        elif ready.file.prefer_envelope:
            said = merged(outer, own.signal(inner, self._context))
        else:
            said = merged(own.signal(_deepest(own, inner), self._context), outer)
        self._keep(said, raw, ready.name if own is None or ready.file.prefer_envelope else own.name)

    def _rows(self, raw: bytes) -> None:
        rows = zeek.parse(raw.decode("utf-8", "replace"))
        for record, line in rows:
            ready = builtin().recognise(record) or builtin().formats["zeek"]
            self._keep(ready.signal(record, self._context), line.encode(), ready.name)

    def _elements(self, raw: bytes) -> None:
        for element in xml.parse(raw):
            if not element.record:
                self._leave(element.raw, Unreadable(f"The {element.name} is empty."))
                continue
            ready = builtin().parsed(XML_FORMATS[element.name], element.record)
            self._keep(ready.signal(element.record, self._context), element.raw, ready.name)

    def _message(self, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        start = text[: HEADER + 100]
        for name, marker, parse in (("cef", cef.CEF, cef.parse_cef), ("leef", cef.LEEF, cef.parse_leef)):
            if marker.search(start) and (record := parse(text)):
                ready = builtin().parsed(name, record)
                self._keep(ready.signal(record, self._context), raw, ready.name)
                return
        record = syslog.parse(text)
        outer_ready = builtin().parsed("syslog", record)
        outer = outer_ready.signal(record, self._context)
        inner = json_in(record.get("body", ""))
        own = self._ready_for(inner, None) if isinstance(inner, dict) else None
        if own is None:
            self._keep(outer, raw, outer_ready.name)
        else:
            self._keep(merged(own.signal(inner, self._context), _bare(outer)), raw, own.name)


def _bare(outer: SignalIn) -> SignalIn:
    """Of the message around a record only when and where."""
    return SignalIn(title=outer.title, occurred_at=outer.occurred_at, entities=outer.entities)


def _with_name(raw: bytes, said: tuple[SignalIn, str]) -> tuple[SignalIn, bytes, str]:
    return said[0], raw, said[1]


def _elements(raw: bytes) -> list[bytes]:
    refuse_unreadable(raw)
    try:
        found = array(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = several(raw)
        if len(found) < 2:
            raise Unreadable(f"The text is not valid JSON: {error}.") from error
        return found
    if not found:
        raise Unreadable("The list is empty.")
    return found


def _parts(raw: bytes, path: str) -> list[bytes]:
    try:
        return elements(raw, path)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []


def _deepest(own: Ready, inner: dict[str, Any]) -> dict[str, Any]:
    """An envelope within an envelope is opened once more."""
    further = _inner(inner, own.file.unwrap) if own.file.unwrap else None
    return inner if further is None else further


def _inner(root: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    for value in Record(root).find(path_of(path)):
        inner = _text_inside(value) if isinstance(value, str) else value
        if isinstance(inner, dict):
            return inner
    return None


def _text_inside(text: str) -> Any:
    """JSON in a text, plain or in base64 (Pub/Sub)."""
    if text.lstrip().startswith("{"):
        return json_in(text)
    try:
        return json.loads(base64.b64decode(text, validate=True)) if len(text) > 3 else None
    except (binascii.Error, ValueError, RecursionError):
        return None
